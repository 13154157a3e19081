import { AsyncLocalStorage } from 'node:async_hooks';
import { Database } from '../../src/platform/database/database.js';
import { PoolClient } from '../../src/platform/database/pool-client.js';

/** A transaction that runs: the connection that it began on. */
interface Running {
  client: PoolClient | null;
  /** What was begun within it, like a timer, may go on after it. */
  over: boolean;
}

/**
 * Watches every transaction of this process: whatever its work sends, and however it comes to send it, must go out on the connection that
 * began it. Answers what went out on another one.
 */
export function watchTransactions(): { readonly astray: readonly string[]; readonly watched: () => number; stop(): void } {
  const running = new AsyncLocalStorage<Running>();
  const astray: string[] = [];
  let watched = 0;
  const [{ transaction }, { ask }] = [Database.prototype, PoolClient.prototype];
  Database.prototype.transaction = function <T>(this: Database, ...asked: Parameters<Database['transaction']>): Promise<T> {
    watched += 1;
    const one: Running = { client: null, over: false };
    return running.run(one, () => transaction.apply(this, asked).finally(() => (one.over = true)) as Promise<T>);
  };
  PoolClient.prototype.ask = function (this: PoolClient, send, asked) {
    const inside = running.getStore();
    const [sent] = asked as readonly (string | { readonly text: string })[];
    if (inside?.over === false) {
      inside.client ??= this;
      if (inside.client !== this) astray.push(typeof sent === 'string' ? sent : (sent?.text ?? ''));
    }
    return ask.call(this, send, asked);
  };
  return {
    astray,
    watched: () => watched,
    stop: () => {
      Object.assign(Database.prototype, { transaction });
      Object.assign(PoolClient.prototype, { ask });
    },
  };
}
