import type { Statement, Tx } from '../../../platform/database/database.js';
import { LostRace } from '../lost-race.js';

/**
 * Statements of one transaction that are sent one behind the other without waiting for their answers: while PostgreSQL works on one,
 * the next is being made. What any of them came to is looked at in `done`, before the commit.
 */
export class Pipeline {
  private readonly sent: Promise<void>[] = [];

  constructor(private readonly tx: Tx) {}

  /** Sends a statement. */
  send(statement: Statement, values: readonly unknown[]): void {
    this.push(this.tx.rows(statement, values).then(() => undefined));
  }

  /** Sends a statement that must change exactly so many rows: they are locked. */
  exactly(statement: Statement, rows: number, values: readonly unknown[]): void {
    this.count(statement, rows, values, (answered) => new Error(`${statement.name} changed ${answered} rows, not ${rows}`));
  }

  /** Sends a statement that changes exactly so many rows, unless another transaction was first. */
  unlessRaced(statement: Statement, rows: number, values: readonly unknown[]): void {
    this.count(statement, rows, values, () => new LostRace(statement.name));
  }

  /** Waits for all of them; throws what the first that failed came to. Those behind it failed because of it. */
  async done(): Promise<void> {
    const outcomes = await Promise.allSettled(this.sent);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private count(statement: Statement, rows: number, values: readonly unknown[], otherwise: (answered: number) => Error): void {
    this.push(
      this.tx.rows(statement, values).then(({ length }) => {
        if (length !== rows) throw otherwise(length);
      }),
    );
  }

  private push(outcome: Promise<void>): void {
    // `done` looks at the outcome; this keeps Node from reporting an unhandled rejection before.
    outcome.catch(() => undefined);
    this.sent.push(outcome);
  }
}
