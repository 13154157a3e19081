import { Database, type Session } from '../../src/platform/database/database.js';

/**
 * A database whose work stops before one of its statements, counted from 0 over all connections. What is sent behind it on the same
 * connection waits with it, as the order of statements is part of what is tested.
 */
export class PausingDatabase extends Database {
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

  override async withConnection<T>(work: (session: Session) => Promise<T>, ...options: [object?]): Promise<T> {
    return super.withConnection(
      (session) => {
        let before: Promise<unknown> = Promise.resolve();
        const inTurn = <R>(send: () => Promise<R>): Promise<R> => {
          const turn = before.then(() => this.gate());
          before = turn;
          return turn.then(send);
        };
        return work({
          rows: (statement, values) => inTurn(() => session.rows(statement, values)),
          command: (text) => inTurn(() => session.command(text)),
        });
      },
      ...options,
    );
  }

  private async gate(): Promise<void> {
    const place = this.sent;
    this.sent += 1;
    if (place !== this.stopAt) return;
    this.reached();
    await this.goOn;
  }
}
