import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { Role } from '../../src/kernel/index.js';
import { createUser } from '../../src/identity/users/create-user.js';
import type { Agreed } from '../../src/ledger/index.js';
import { User } from '../../src/identity/users/user.entity.js';
import type { Sql } from '../../src/platform/database/database.js';
import { asOwner, type TestDatabase } from './database.js';

let made = 0;

interface Asking {
  readonly steps?: number;
  readonly role?: Role;
  readonly kind?: string;
  /** Where it is written. */
  readonly sql?: Sql;
}

/** Users, and what they ask one another, as rows: past all code but the database's own. */
export class TwoPeople {
  constructor(private readonly database: TestDatabase) {}

  /** A user of its own, of finance unless said otherwise. */
  async person(more: Partial<Pick<User, 'displayName' | 'staffNo' | 'role' | 'agency'>> = {}): Promise<string> {
    const username = `person${++made}`;
    const created = await createUser(this.database.db, {
      username,
      displayName: `示範人員${made}`,
      role: 'finance',
      agency: null,
      password: 'correct horse',
      ...more,
    });
    if (!created.ok) throw new Error(created.problem.detail.en);
    return created.value.id;
  }

  async demonstrationUser(username: string): Promise<string> {
    return (await this.database.db.manager.findOneByOrFail(User, { username })).id;
  }

  /** As an administrator changes it, an instant later. */
  async change(id: string, to: Partial<User>): Promise<void> {
    await this.anInstant();
    await this.database.db.manager.update(User, id, to);
  }

  /** Instants are kept to the millisecond. */
  async anInstant(): Promise<void> {
    await this.database.db.rows('SELECT pg_sleep(0.005)');
  }

  /** Something that waits, asked for by this user. */
  async ask(
    maker: string,
    { steps = 1, role = 'finance', kind = 'disbursement', sql = this.database.db }: Asking = {},
  ): Promise<string> {
    const id = randomUUID();
    await sql.rows(
      `INSERT INTO approval (fund_id, id, kind, act, data, request, amount_fen, steps, preview, preview_hash, requested_by, requested_role,
                             language, expires_at)
       VALUES (1, $1, $5, 'post', '{}', '{}', 100, $2, '{}', 'seen', $3, $4, 'zh-Hant', clock_timestamp() + interval '1 day')`,
      [id, steps, maker, role, kind],
    );
    return id;
  }

  agree(id: string, by: string, sql: Sql = this.database.db): Promise<unknown[]> {
    return sql.rows(AGREE, [id, by]);
  }

  approve(id: string, by: string, sql: Sql = this.database.db): Promise<unknown[]> {
    return sql.rows(APPROVE, [id, by]);
  }

  /** Something that is asked for, agreed to by all of them and approved, in this transaction. */
  async approved(tx: Sql, kind: string, maker: string, ...checkers: readonly [string, ...string[]]): Promise<Agreed> {
    const id = await this.ask(maker, { steps: checkers.length, kind, sql: tx });
    for (const checker of checkers) await this.agree(id, checker, tx);
    await this.approve(id, checkers.at(-1) ?? '', tx);
    return { approvalId: id, checkers };
  }

  /** The write is refused to the run-time role by the trigger: without it the owner makes it. */
  async refusedBy(trigger: string, table: string, text: string, values: readonly unknown[]): Promise<void> {
    await expect(this.database.db.rows(text, values)).rejects.toMatchObject({ code: 'FL007' });
    await this.without(`ALTER TABLE ${table} DISABLE TRIGGER ${trigger}`, (owner) => owner.query(text, [...values]));
  }

  /** Does it as the owner, without the guard that is dropped, for nothing. */
  async without(drop: string, work: (owner: pg.Client) => Promise<unknown>): Promise<void> {
    await asOwner(this.database, async (owner) => {
      await owner.query(`BEGIN; ${drop}`);
      await work(owner);
      await owner.query('ROLLBACK');
    });
  }
}

/** $1 the approval, $2 who agrees to it. */
export const AGREE = `INSERT INTO approval_decision (fund_id, approval_id, preview_hash, decided_by) VALUES (1, $1, 'seen', $2)`;
/** $1 the approval, $2 whose agreement was the last that it needed. */
export const APPROVE = `UPDATE approval SET status = 'approved', decided_by = $2, decided_at = clock_timestamp() WHERE fund_id = 1 AND id = $1`;
