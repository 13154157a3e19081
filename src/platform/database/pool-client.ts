import pg from 'pg';
import { isDatabaseAway } from './away.js';

/** What pg's `query` is asked: a text and its values, or a configuration. */
export type Asked = readonly unknown[];

/**
 * A connection whose break never ends the process. The server may refuse in the very packet in which it greets (a restart, a session
 * that is ended): pg then reports the fault before whoever asked for the connection can listen for it, and an unheard 'error' event is
 * thrown. The statement that uses the connection reports the fault.
 */
export class PoolClient extends pg.Client {
  /** A statement that is not answered for so many milliseconds has lost its connection; 0: as the pool says. */
  answerTimeoutMs = 0;
  private closed = false;

  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
    const send = this.query.bind(this) as (...asked: Asked) => unknown;
    Object.assign(this, { query: (...asked: Asked) => this.ask(send, asked) });
  }

  /**
   * Whatever is asked of the connection, our own statements and TypeORM's alike, goes through here. One that broke, or whose answer never
   * came, is closed before whoever asked hears of it: the pool lends it to nobody else.
   */
  ask(send: (...asked: Asked) => unknown, asked: Asked): unknown {
    const answer = send(...this.timed(asked));
    if (answer instanceof Promise) {
      answer.catch((error: unknown) => {
        if (isDatabaseAway(error)) this.close();
      });
    }
    return answer;
  }

  private timed(asked: Asked): Asked {
    const [query, values] = asked;
    if (this.answerTimeoutMs === 0 || asked.length > 2 || typeof values === 'function') return asked;
    const config = typeof query === 'string' ? { text: query, values } : query;
    return [{ ...(config as object), query_timeout: this.answerTimeoutMs }];
  }

  /** Once, however many statements were under way. */
  private close(): void {
    if (this.closed) return;
    this.closed = true;
    void this.end().catch(() => undefined);
  }
}
