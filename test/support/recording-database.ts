import { Database, type Session } from '../../src/platform/database/database.js';

/** A database that writes down what each connection's work sends, statement by statement: a transaction is one list. */
export class RecordingDatabase extends Database {
  readonly transactions: string[][] = [];

  override async withConnection<T>(work: (session: Session) => Promise<T>, ...options: [object?]): Promise<T> {
    return super.withConnection(
      async (session) => {
        const sent: string[] = [];
        this.transactions.push(sent);
        return work({
          rows: (statement, values) => {
            sent.push(typeof statement === 'string' ? statement : statement.text);
            return session.rows(statement, values);
          },
          command: (text) => session.command(text),
        });
      },
      ...options,
    );
  }
}
