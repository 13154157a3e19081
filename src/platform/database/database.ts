import { Injectable } from '@nestjs/common';
import pg from 'pg';
import { DataSource } from 'typeorm';
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

class Connection implements Sql {
  constructor(private readonly client: pg.ClientBase) {}

  async rows<R>(statement: Statement | string, values: readonly unknown[] = []): Promise<R[]> {
    const query =
      typeof statement === 'string' || statement.plannedEachTime === true
        ? { text: typeof statement === 'string' ? statement : statement.text, values: values as unknown[] }
        : { name: statement.name, text: statement.text, values: values as unknown[] };
    const answer = await this.client.query(query);
    return answer.rows as R[];
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
  async transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    return this.withConnection(async (sql) => {
      await sql.rows('BEGIN');
      let answer: T;
      try {
        answer = await work(sql);
      } catch (error) {
        await sql.rows('ROLLBACK').catch(() => undefined);
        throw error;
      }
      await commit(sql);
      return answer;
    });
  }

  /** Several statements on one connection, outside a transaction. */
  async withConnection<T>(work: (sql: Sql) => Promise<T>): Promise<T> {
    const runner = this.dataSource.createQueryRunner();
    try {
      const client = (await runner.connect()) as pg.ClientBase;
      return await work(new Connection(client));
    } finally {
      await runner.release();
    }
  }
}

/** Only the server's own refusal of the COMMIT says that nothing was committed; one by which it ends the session says nothing. */
async function commit(tx: Tx): Promise<void> {
  try {
    await tx.rows('COMMIT');
  } catch (error) {
    throw sqlState(error) === null || isDatabaseAway(error) ? new CommitLost(error) : error;
  }
}
