import { Injectable } from '@nestjs/common';
import type { Fen } from '../../kernel/index.js';
import { Database, type Sql, type Statement } from '../../platform/database/database.js';
import type { AccountCode } from '../chart/accounts.js';
import { accountKey } from '../state/state.js';

/** What never changes of a fund once it is there: ids of its lines and accounts. Balances, rules and statuses are never kept here. */
export interface FundEntry {
  readonly id: number;
  readonly code: string;
  readonly annualAmountFen: Fen;
  readonly firstYear: number;
  /** line code → id */
  readonly lines: ReadonlyMap<string, number>;
  readonly lineCodes: ReadonlyMap<number, string>;
  /** account key → id */
  readonly accounts: ReadonlyMap<string, number>;
}

const FUND: Statement = {
  name: 'ledger.directory-fund',
  text: 'SELECT id, code, annual_amount_fen, first_year FROM fund WHERE code = $1',
};
const LINES: Statement = {
  name: 'ledger.directory-lines',
  text: 'SELECT id, code FROM programme_line WHERE fund_id = $1',
};
const ACCOUNTS: Statement = {
  name: 'ledger.directory-accounts',
  text: 'SELECT id, fiscal_year, code, line_id FROM account WHERE fund_id = $1',
};

const GROWTH: Statement = {
  name: 'ledger.directory-growth',
  text: `SELECT (SELECT count(*)::integer FROM programme_line WHERE fund_id = $1) AS lines,
                (SELECT count(*)::integer FROM account WHERE fund_id = $1) AS accounts`,
};

/** Knows the ids of funds, lines and accounts, which are never deleted; what it misses it reads again. */
@Injectable()
export class Directory {
  private readonly funds = new Map<string, FundEntry>();

  constructor(private readonly database: Database) {}

  /** The fund as known, or read now; null when there is none. */
  async fund(code: string): Promise<FundEntry | null> {
    return this.funds.get(code) ?? this.read(code, this.database);
  }

  /** The fund as it is now: read again only where lines or accounts were added since; none is ever deleted. */
  async renewed(known: FundEntry, sql: Sql): Promise<FundEntry> {
    const [now] = await sql.rows<{ lines: number; accounts: number }>(GROWTH, [known.id]);
    if (now?.lines === known.lines.size && now.accounts === known.accounts.size) return known;
    return (await this.read(known.code, sql)) ?? known;
  }

  private async read(code: string, sql: Sql): Promise<FundEntry | null> {
    const [row] = await sql.rows<{ id: number; code: string; annual_amount_fen: bigint; first_year: number }>(FUND, [code]);
    if (row === undefined) return null;
    const lines = await sql.rows<{ id: number; code: string }>(LINES, [row.id]);
    const accounts = await sql.rows<{ id: number; fiscal_year: number; code: AccountCode; line_id: number | null }>(ACCOUNTS, [
      row.id,
    ]);
    const entry: FundEntry = {
      id: row.id,
      code: row.code,
      annualAmountFen: row.annual_amount_fen,
      firstYear: row.first_year,
      lines: new Map(lines.map((line) => [line.code, line.id])),
      lineCodes: new Map(lines.map((line) => [line.id, line.code])),
      accounts: new Map(accounts.map((account) => [accountKey(account.fiscal_year, account.code, account.line_id), account.id])),
    };
    this.funds.set(code, entry);
    return entry;
  }
}
