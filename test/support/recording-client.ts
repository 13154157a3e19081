import { PoolClient, type Asked } from '../../src/platform/database/pool-client.js';

/** Connections that write down what each transaction sends, the ledger's statements and TypeORM's alike: a transaction is one list. */
export function recordingClient(transactions: string[][]): typeof PoolClient {
  return class extends PoolClient {
    private sent: string[] = [];

    override ask(send: (...asked: Asked) => unknown, asked: Asked): unknown {
      const [query] = asked;
      const text = typeof query === 'string' ? query : (query as { readonly text: string }).text;
      if (/^(?:BEGIN|START TRANSACTION)/.test(text)) transactions.push((this.sent = []));
      this.sent.push(text);
      return super.ask(send, asked);
    }
  };
}
