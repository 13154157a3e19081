import { entrySeenBy } from '../ledger/index.js';
import { integers, rowAsValue, uuids } from '../platform/database/columns.js';
import type { Sql, Statement } from '../platform/database/database.js';
import type { Kind } from './kinds.js';
import { namedByGrams, planSearch, says, saysSo, type Bind } from './plan.js';
import type { Sought } from './terms.js';

/** A fund in which is searched, with its lines as they are found. */
export interface SearchedFund {
  readonly id: number;
  readonly code: string;
}

/** $1 fund or null. */
const FUNDS: Statement = {
  name: 'search.funds',
  text: 'SELECT id, code FROM fund WHERE $1::text IS NULL OR code = $1 ORDER BY id',
};

export function searchedFunds(sql: Sql, code: string | null): Promise<SearchedFund[]> {
  return sql.rows<SearchedFund>(FUNDS, [code]);
}

/** Whether agencies see a text `t` of a kind. */
const SEEN: Readonly<Record<Kind, ((agencies: string) => string) | null>> = {
  award: (
    agencies,
  ) => `(SELECT l.lead_agencies && ${agencies} FROM award a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
                          WHERE a.fund_id = t.fund_id AND a.id = t.id)`,
  entry: (agencies) => `(SELECT ${entrySeenBy(agencies)} FROM journal_entry e WHERE e.fund_id = t.fund_id AND e.id = t.id)`,
  payment: (
    agencies,
  ) => `(SELECT l.lead_agencies && ${agencies} FROM payment p JOIN award a ON a.fund_id = p.fund_id AND a.id = p.award_id
                             JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id WHERE p.fund_id = t.fund_id AND p.id = t.id)`,
  enterprise: null,
};

/** $1 funds, $2 agencies. */
const LINES_LED: Statement = {
  name: 'search.lines-led',
  text: 'SELECT id FROM programme_line WHERE fund_id = ANY ($1::integer[]) AND lead_agencies && $2::text[]',
};

/** The lines that the agencies lead; null: everything is seen. */
export async function linesSeen(
  sql: Sql,
  fundIds: readonly number[],
  agencies: readonly string[] | null,
): Promise<readonly number[] | null> {
  if (agencies === null) return null;
  return (await sql.rows<{ id: number }>(LINES_LED, [integers(fundIds, rowAsValue), agencies])).map(({ id }) => id);
}

/** Tables in which a kind lies by year and line, newest first. */
const BY_LINE: Readonly<Partial<Record<Kind, string>>> = { award: 'award', payment: 'payment' };

/** Ids of the newest of a kind that say what is sought, and that the reader sees. */
export async function newestFound(sql: Sql, kind: Kind, search: Search): Promise<string[]> {
  const { fundIds, sought, agencies, limit } = search;
  const lineIds = kind === 'enterprise' || search.lineIds === null ? null : [...search.lineIds, OF_NO_LINE];
  const plan = await planSearch(sql, { kind, fundIds, lineIds, fiscalYear: null }, sought, limit);
  if (plan.how === 'none') return [];
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const most = bind(limit);
  const newest = `ORDER BY id DESC LIMIT ${most}`;
  const table = BY_LINE[kind];
  if (plan.how === 'in-order' && lineIds !== null && table !== undefined) {
    const cells = [
      integers(plan.cells, ({ fundId }) => fundId),
      integers(plan.cells, ({ fiscalYear }) => fiscalYear),
      integers(plan.cells, ({ lineId }) => lineId),
    ].map((column) => `${bind(column)}::integer[]`);
    return idsOf(
      sql,
      `SELECT f.id FROM unnest(${cells.join(', ')}) AS c (fund_id, fiscal_year, line_id)
        CROSS JOIN LATERAL (SELECT x.id FROM ${table} x WHERE x.fund_id = c.fund_id AND x.fiscal_year = c.fiscal_year AND x.line_id = c.line_id
                               AND ${saysSo('x', plan, bind)} ${newest}) f ${newest}`,
      values,
    );
  }
  const seen = SEEN[kind];
  const conditions = [
    `t.kind = '${kind}'`,
    plan.how === 'by-grams' ? namedByGrams('t', plan, bind) : says('t.text', sought, bind),
    ...(agencies === null || seen === null ? [] : [seen(`${bind(agencies)}::text[]`)]),
  ];
  return idsOf(
    sql,
    `SELECT f.id FROM unnest(${bind(integers(fundIds, rowAsValue))}::integer[]) AS r (fund_id)
      CROSS JOIN LATERAL (SELECT t.id FROM search_text t WHERE t.fund_id = r.fund_id AND ${conditions.join(' AND ')} ${newest}) f ${newest}`,
    values,
  );
}

/** Entries of no line are the whole fund's, and seen by everybody. */
const OF_NO_LINE = 0;

async function idsOf(sql: Sql, text: string, values: readonly unknown[]): Promise<string[]> {
  return (await sql.rows<{ id: string }>(text, values)).map(({ id }) => id);
}

/** An award as it is found; amounts are fen. */
export interface FoundAwardRow {
  readonly id: string;
  readonly fund_id: number;
  readonly number: string;
  readonly fiscal_year: number;
  readonly line: string;
  readonly enterprise: string;
  readonly title: string;
  readonly amount_fen: bigint;
}

/** $1 funds, $2 ids, for each of the kinds. */
const AWARDS: Statement = {
  name: 'search.found-awards',
  plannedEachTime: true,
  text: `SELECT a.id, a.fund_id, a.number, a.fiscal_year, l.code AS line, e.name AS enterprise, p.title, a.awarded_fen AS amount_fen
           FROM award a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
           JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id JOIN project p ON p.fund_id = a.fund_id AND p.id = a.project_id
          WHERE a.fund_id = ANY ($1::integer[]) AND a.id = ANY ($2::uuid[]) ORDER BY a.id DESC`,
};

/** An enterprise as it is found. */
export interface FoundEnterpriseRow {
  readonly id: string;
  readonly fund_id: number;
  readonly name: string;
  readonly credit_code: string | null;
  readonly organization_code: string;
}

const ENTERPRISES: Statement = {
  name: 'search.found-enterprises',
  plannedEachTime: true,
  text: `SELECT id, fund_id, name, credit_code, organization_code FROM enterprise
          WHERE fund_id = ANY ($1::integer[]) AND id = ANY ($2::uuid[]) ORDER BY id DESC`,
};

/** An entry as it is found. */
export interface FoundEntryRow {
  readonly id: string;
  readonly fund_id: number;
  readonly fiscal_year: number;
  readonly kind: string;
  readonly document_no: string;
  readonly amount_fen: bigint;
  readonly effective_on: string;
  readonly award_id: string | null;
  readonly award_number: string | null;
}

const ENTRIES: Statement = {
  name: 'search.found-entries',
  plannedEachTime: true,
  text: `SELECT e.id, e.fund_id, e.fiscal_year, e.kind, e.document_no, e.amount_fen, e.effective_on, a.id AS award_id, a.number AS award_number
           FROM journal_entry e LEFT JOIN award a ON a.fund_id = e.fund_id AND a.id = e.award_id
          WHERE e.fund_id = ANY ($1::integer[]) AND e.id = ANY ($2::uuid[]) ORDER BY e.id DESC`,
};

/** A payment as it is found. */
export interface FoundPaymentRow {
  readonly id: string;
  readonly fund_id: number;
  readonly fiscal_year: number;
  readonly payment_ref: string;
  readonly amount_fen: bigint;
  readonly effective_on: string;
  readonly voucher_no: string | null;
  readonly payee_name: string | null;
  readonly award_id: string;
  readonly award_number: string;
}

const PAYMENTS: Statement = {
  name: 'search.found-payments',
  plannedEachTime: true,
  text: `SELECT p.id, p.fund_id, p.fiscal_year, p.payment_ref, p.paid_fen AS amount_fen, p.effective_on, p.voucher_no, p.payee_name,
                a.id AS award_id, a.number AS award_number
           FROM payment p JOIN award a ON a.fund_id = p.fund_id AND a.id = p.award_id
          WHERE p.fund_id = ANY ($1::integer[]) AND p.id = ANY ($2::uuid[]) ORDER BY p.id DESC`,
};

/** Rows of a kind by ids, newest first. */
async function byIds<R>(sql: Sql, statement: Statement, fundIds: readonly number[], ids: readonly string[]): Promise<R[]> {
  return ids.length === 0 ? [] : sql.rows<R>(statement, [integers(fundIds, rowAsValue), uuids(ids, rowAsValue)]);
}

/** Where is searched, for what, and who searches. */
export interface Search {
  readonly fundIds: readonly number[];
  readonly sought: Sought;
  /** Only what these see, and the lines that they lead; null: everything. */
  readonly agencies: readonly string[] | null;
  readonly lineIds: readonly number[] | null;
  /** Of each kind. */
  readonly limit: number;
}

/** The newest rows of a kind that are found. */
async function found<R>(sql: Sql, kind: Kind, statement: Statement, search: Search): Promise<R[]> {
  return byIds<R>(sql, statement, search.fundIds, await newestFound(sql, kind, search));
}

/** The newest awards. */
export function foundAwards(sql: Sql, search: Search): Promise<FoundAwardRow[]> {
  return found(sql, 'award', AWARDS, search);
}

/** The newest enterprises. */
export function foundEnterprises(sql: Sql, search: Search): Promise<FoundEnterpriseRow[]> {
  return found(sql, 'enterprise', ENTERPRISES, search);
}

/** The newest entries. */
export function foundEntries(sql: Sql, search: Search): Promise<FoundEntryRow[]> {
  return found(sql, 'entry', ENTRIES, search);
}

/** The newest payments. */
export function foundPayments(sql: Sql, search: Search): Promise<FoundPaymentRow[]> {
  return found(sql, 'payment', PAYMENTS, search);
}

/** A line with what it is found by. */
export interface LineRow {
  readonly fund_id: number;
  readonly code: string;
  readonly section: string;
  readonly zh_hant: string;
  readonly zh_hans: string;
  readonly en: string;
}

const LINES: Statement = {
  name: 'search.lines',
  text: `SELECT fund_id, code, section, title_zh_hant AS zh_hant, title_zh_hans AS zh_hans, title_en AS en FROM programme_line
          WHERE fund_id = ANY ($1::integer[]) ORDER BY fund_id, position, id`,
};

/** All lines of the funds: some dozens, searched as they are. */
export function searchedLines(sql: Sql, fundIds: readonly number[]): Promise<LineRow[]> {
  return sql.rows<LineRow>(LINES, [integers(fundIds, rowAsValue)]);
}
