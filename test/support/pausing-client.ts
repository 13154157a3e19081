import { PoolClient, type Asked } from '../../src/platform/database/pool-client.js';

/** Stops the work of a pool before one of its statements, counted from 0 over all its connections. */
export class Pauses {
  private sent = 0;
  private stopAt = Infinity;
  private reached: () => void = () => undefined;
  private goOn: Promise<void> = Promise.resolve();

  /** The work that follows stops before this statement. `reached` when it does; `resume` lets it go on. */
  pauseBefore(statement: number): { readonly reached: Promise<void>; resume(): void } {
    this.sent = 0;
    this.stopAt = statement;
    let resume = (): void => undefined;
    this.goOn = new Promise<void>((resolve) => (resume = resolve));
    const reached = new Promise<void>((resolve) => (this.reached = resolve));
    return {
      reached,
      resume: () => {
        this.stopAt = Infinity;
        resume();
      },
    };
  }

  async gate(): Promise<void> {
    const place = this.sent;
    this.sent += 1;
    if (place !== this.stopAt) return;
    this.reached();
    await this.goOn;
  }
}

/**
 * Connections that these pauses stop, whoever sends: the ledger's statements and TypeORM's alike. What is sent behind a stopped statement on
 * the same connection waits with it, as the order of statements is part of what is tested.
 */
export function pausingClient(pauses: Pauses): typeof PoolClient {
  return class extends PoolClient {
    private before: Promise<unknown> = Promise.resolve();

    override ask(send: (...asked: Asked) => unknown, asked: Asked): unknown {
      const turn = this.before.then(() => pauses.gate());
      this.before = turn;
      return turn.then(() => super.ask(send, asked));
    }
  };
}
