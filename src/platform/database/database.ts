import { Injectable } from '@nestjs/common';
import type pg from 'pg';
import { DataSource, type EntityManager, type QueryRunner } from 'typeorm';
import { PoolClient } from './pool-client.js';
import { CommitLost, isDatabaseAway, sqlState } from './away.js';

/** SQL with a name is prepared once per connection; the text lives beside the function that runs it. */
export interface Statement {
  /** Unique within the product, e.g. `ledger.lock-accounts`. */
  readonly name: string;
  readonly text: string;
  /**
   * Planned anew each time instead: for look-ups that several indexes could answer. A plan kept from when the tables were small may
   * read a whole year for each row once they are large.
   */
  readonly plannedEachTime?: true;
}

/** Something that answers SQL: the pool outside a transaction, or the transaction passed explicitly as `tx`. */
export interface Sql {
  /** Rows of one statement. `bigint` columns are bigint, dates `YYYY-MM-DD`, timestamptz Date, jsonb parsed. Parameters never go into the text. */
  rows<R>(statement: Statement | string, values?: readonly unknown[]): Promise<R[]>;
  /** The same for TypeORM: within a transaction, entities are read and written on its very connection. */
  readonly manager: EntityManager;
}

/** One connection, for as long as it is lent. */
export interface Session extends Sql {
  /** The tag that a command is answered with: `COMMIT` of a transaction that an error has aborted is answered `ROLLBACK`. */
  command(text: string): Promise<string>;
}

/** One running transaction, READ COMMITTED. */
export type Tx = Sql;

/** How a connection is used. */
export interface ConnectionOptions {
  /** A statement that is not answered for so many milliseconds has lost its connection. Default: the pool's. */
  readonly answerTimeoutMs?: number;
}

/** Two views of one query runner: statements through pg, prepared; entities through TypeORM. */
class Connection implements Session {
  constructor(
    private readonly runner: QueryRunner,
    private readonly client: pg.Client,
  ) {}

  get manager(): EntityManager {
    return this.runner.manager;
  }

  async rows<R>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    const text = typeof statement === 'string' ? statement : statement.text;
    const query: pg.QueryConfig = { text, values: values as unknown[] };
    if (typeof statement !== 'string' && statement.plannedEachTime !== true) query.name = statement.name;
    return (await this.client.query(query)).rows as R[];
  }

  async command(text: string): Promise<string> {
    return (await this.client.query({ text })).command;
  }
}

/** The product's door to PostgreSQL. */
@Injectable()
export class Database implements Sql {
  constructor(readonly dataSource: DataSource) {}

  get manager(): EntityManager {
    return this.dataSource.manager;
  }

  /** Connections that are lent now, for metrics. */
  get lent(): number {
    return lentBy(this.dataSource.driver);
  }

  /** Connections that the pool may have at most. */
  get most(): number {
    const { options } = this.dataSource;
    return 'poolSize' in options ? (options.poolSize ?? 0) : 0;
  }

  /** One statement on a connection of its own. */
  async rows<R>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    return this.withConnection((sql) => sql.rows<R>(statement, values));
  }

  /**
   * Runs the work in one transaction: committed when it returns, rolled back when it throws. Throws `CommitLost` when it can't be known
   * whether it was committed; after any other error it certainly was not.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, options: ConnectionOptions = {}): Promise<T> {
    return this.lend(async (session, runner) => {
      // TypeORM is told, so that none of its methods opens a transaction of its own within this one.
      await runner.startTransaction();
      let answer: T;
      try {
        answer = await work(session);
      } catch (error) {
        await session.command('ROLLBACK').catch(() => undefined);
        throw error;
      }
      await commit(session);
      return answer;
    }, options);
  }

  /** Several statements on one connection, outside a transaction. */
  async withConnection<T>(work: (session: Session) => Promise<T>, options: ConnectionOptions = {}): Promise<T> {
    return this.lend(work, options);
  }

  private async lend<T>(
    work: (session: Session, runner: QueryRunner) => Promise<T>,
    { answerTimeoutMs = 0 }: ConnectionOptions,
  ): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client: unknown = await runner.connect();
      if (!(client instanceof PoolClient)) throw new Error('The pool holds connections of another kind');
      client.answerTimeoutMs = answerTimeoutMs;
      try {
        return await work(new Connection(runner, client), runner);
      } finally {
        client.answerTimeoutMs = 0;
      }
    } finally {
      await runner.release();
    }
  }
}

/** TypeORM's driver keeps a list of who has a connection of it. */
function lentBy(driver: object): number {
  return 'connectedQueryRunners' in driver && Array.isArray(driver.connectedQueryRunners)
    ? driver.connectedQueryRunners.length
    : 0;
}

/** Only the server's own refusal of the COMMIT says that nothing was committed; one by which it ends the session says nothing. */
async function commit(session: Session): Promise<void> {
  let tag: string;
  try {
    tag = await session.command('COMMIT');
  } catch (error) {
    throw sqlState(error) === null || isDatabaseAway(error) ? new CommitLost(error) : error;
  }
  if (tag !== 'COMMIT') throw new Error(`The transaction was aborted before its COMMIT, which the server answered with ${tag}`);
}
