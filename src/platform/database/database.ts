import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
import type { PostgresDriver } from 'typeorm/driver/postgres/PostgresDriver.js';
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
}

/** One connection, for as long as it is lent. */
export interface Session extends Sql {
  /** The tag that a command is answered with: `COMMIT` of a transaction that an error has aborted is answered `ROLLBACK`. */
  command(text: string): Promise<string>;
}

/** One running transaction, READ COMMITTED. */
export type Tx = Sql;

const BIGINT = 20;
const DATE = 1082;
const DATE_ARRAY = 1182;
const BIGINT_ARRAY = 1016;

type Parser = (text: string) => unknown;

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [BIGINT, BigInt],
  [DATE, String],
  [BIGINT_ARRAY, (text) => elements(text).map(BigInt)],
  [DATE_ARRAY, elements],
]);

/** Elements of an array literal whose elements need no quotes. */
function elements(text: string): string[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',');
}

/**
 * Types of our own connections: bigint stays exact and a date stays the date it is. Kept off pg's global table, which BullMQ's
 * connections share.
 */
export const CONNECTION_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary'): Parser => {
    const own = format === 'binary' ? undefined : PARSERS.get(oid);
    return own ?? (pg.types.getTypeParser(oid, format) as Parser);
  },
};

/** How a connection is used. */
export interface ConnectionOptions {
  /** A statement that is not answered for so many milliseconds has lost its connection. Default: wait for ever. */
  readonly answerTimeoutMs?: number;
}

class Connection implements Session {
  /** Why nothing more can be asked of it; such a connection is closed, not kept. */
  broken: Error | undefined;

  constructor(
    private readonly client: pg.ClientBase,
    private readonly answerTimeoutMs = 0,
  ) {}

  async rows<R>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    const text = typeof statement === 'string' ? statement : statement.text;
    const query: pg.QueryConfig & { query_timeout?: number } = { text, values: values as unknown[] };
    if (typeof statement !== 'string' && statement.plannedEachTime !== true) query.name = statement.name;
    if (this.answerTimeoutMs > 0) query.query_timeout = this.answerTimeoutMs;
    return (await this.send(query)).rows as R[];
  }

  async command(text: string): Promise<string> {
    return (await this.send({ text, ...(this.answerTimeoutMs > 0 ? { query_timeout: this.answerTimeoutMs } : {}) })).command;
  }

  private async send(query: pg.QueryConfig & { query_timeout?: number }): Promise<pg.QueryResult> {
    try {
      return await this.client.query(query);
    } catch (error) {
      if (isDatabaseAway(error)) this.broken = new Error('The connection is broken', { cause: error });
      throw error;
    }
  }
}

/** The product's door to PostgreSQL. TypeORM holds the pool and the migrations; statements go through pg, prepared. */
@Injectable()
export class Database implements Sql {
  constructor(readonly dataSource: DataSource) {}

  /** One statement on a connection of its own. */
  async rows<R>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    return this.withConnection((sql) => sql.rows<R>(statement, values));
  }

  /**
   * Runs the work in one transaction: committed when it returns, rolled back when it throws. Throws `CommitLost` when it can't be known
   * whether it was committed; after any other error it certainly was not.
   */
  async transaction<T>(work: (tx: Tx) => Promise<T>, options: ConnectionOptions = {}): Promise<T> {
    return this.withConnection(async (session) => {
      await session.command('BEGIN');
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
    const pool = this.dataSource.driver as PostgresDriver;
    const [client, release] = (await pool.obtainMasterConnection()) as [pg.ClientBase, (broken?: Error) => void];
    const connection = new Connection(client, options.answerTimeoutMs);
    try {
      return await work(connection);
    } finally {
      release(connection.broken);
    }
  }
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
