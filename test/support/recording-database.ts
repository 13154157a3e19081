import { Database, type Sql } from '../../src/platform/database/database.js';

/** A database that writes down what each connection's work sends, statement by statement: a transaction is one list. */
export class RecordingDatabase extends Database {
  readonly transactions: string[][] = [];

  override async withConnection<T>(work: (sql: Sql) => Promise<T>, ...options: [object?]): Promise<T> {
    return super.withConnection(
      async (sql) => {
        const sent: string[] = [];
        this.transactions.push(sent);
        return work({
          rows: (statement, values) => {
            sent.push(typeof statement === 'string' ? statement : statement.text);
            return sql.rows(statement, values);
          },
        });
      },
      ...options,
    );
  }
}
