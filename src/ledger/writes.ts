import type { Statement, Tx } from '../platform/database/database.js';

/**
 * Statements of one transaction that are sent one behind the other without waiting for their answers: while PostgreSQL works on one,
 * the next is being made. What any of them came to is looked at in `done`, before the commit.
 */
export class Writes {
  private readonly sent: Promise<void>[] = [];

  constructor(private readonly tx: Tx) {}

  /** Sends a statement. */
  send(statement: Statement, values: readonly unknown[]): void {
    this.push(this.tx.rows(statement, values).then(() => undefined));
  }

  /** Sends a statement that must change exactly so many rows. */
  exactly(statement: Statement, rows: number, values: readonly unknown[]): void {
    this.push(
      this.tx.rows(statement, values).then((answered) => {
        if (answered.length !== rows) throw new Error(`${statement.name} changed ${answered.length} rows, not ${rows}`);
      }),
    );
  }

  /** Waits for all of them; throws what the first that failed came to. Those behind it failed because of it. */
  async done(): Promise<void> {
    const outcomes = await Promise.allSettled(this.sent);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private push(outcome: Promise<void>): void {
    // Looked at in `done`: until then a failure is no unhandled one.
    outcome.catch(() => undefined);
    this.sent.push(outcome);
  }
}
