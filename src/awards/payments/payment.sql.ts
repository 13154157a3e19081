import { fiscalYearOf, type BusinessDate, type Fen } from '../../kernel/index.js';
import type { PayeeRecord } from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';
import { amongAll, namedByGrams, saysSo, type Bind, type SearchPlan } from '../../search/index.js';
import { PAYEE } from '../award.sql.js';

/** What chooses the rows of a list of payments. */
export interface PaymentFilters {
  readonly fund: string | null;
  readonly fiscalYear: number | null;
  readonly line: string | null;
  /** Of lines that it leads. */
  readonly agency: string | null;
  /** Bounds on the business date, both inclusive. */
  readonly from: BusinessDate | null;
  readonly to: BusinessDate | null;
  /** Id of an award. */
  readonly award: string | null;
  /** How what is searched for is found; null: nothing is. */
  readonly plan: SearchPlan | null;
  /** Only payments of lines that one of these agencies leads; null: of all. */
  readonly agencies: readonly string[] | null;
}

/** A payment with what its references are called, amounts in fen. */
export interface PaymentRow {
  /** Its entry's. */
  readonly id: string;
  readonly awardId: string;
  readonly awardNumber: string;
  readonly enterpriseId: string;
  readonly enterpriseName: string;
  readonly fund: string;
  readonly fiscalYear: number;
  readonly line: string;
  readonly paymentRef: string;
  readonly amount: Fen;
  readonly returned: Fen;
  readonly demanded: Fen;
  readonly recovered: Fen;
  readonly effectiveOn: string;
  readonly payee: PayeeRecord | null;
  readonly voucherNo: string | null;
  readonly paidOn: string | null;
  readonly recordedAt: Date;
}

/** Sums over payments, fen. */
export interface PaymentTotalsRow {
  readonly count: bigint;
  readonly paid: Fen;
  readonly returned: Fen;
  readonly demanded: Fen;
  readonly recovered: Fen;
}

/** Conditions on runs of payments, and on the payments `p` of each. */
interface Chosen {
  readonly values: unknown[];
  /** On the fund `f` and its fiscal years `y`. */
  readonly runs: readonly string[];
  /** On the lines `l`; none: each run is of a whole year. */
  readonly lines: readonly string[];
  readonly payments: readonly string[];
}

/** Payments newest first, those before an id. */
export async function listPayments(
  sql: Sql,
  filters: PaymentFilters,
  beforeId: string | null,
  limit: number,
): Promise<PaymentRow[]> {
  const chosen = chosenBy(filters, beforeId, saysSo);
  const most = `$${chosen.values.push(limit)}`;
  // The planner takes a month's payments for spread over the year's; lying together, they are found sooner by their dates and then sorted.
  const whole = isWithinMonth(filters) ? 'OFFSET 0' : '';
  return sql.rows<PaymentRow>(
    `WITH chosen AS MATERIALIZED (
       SELECT p.fund_id, p.id FROM ${runsOf(chosen)}
        CROSS JOIN LATERAL (SELECT p.fund_id, p.id FROM (SELECT p.fund_id, p.id FROM payment p WHERE ${inRun(chosen)} ${whole}) p
                             ORDER BY p.id DESC LIMIT ${most}) p
        ORDER BY p.id DESC LIMIT ${most})
     SELECT p.id, p.award_id AS "awardId", a.number AS "awardNumber", e.id AS "enterpriseId", e.name AS "enterpriseName", f.code AS fund,
            p.fiscal_year AS "fiscalYear", l.code AS line, p.payment_ref AS "paymentRef", p.paid_fen AS amount, p.returned_fen AS returned,
            p.demanded_fen AS demanded, p.recovered_fen AS recovered, p.effective_on AS "effectiveOn", ${PAYEE} AS payee,
            p.voucher_no AS "voucherNo", p.paid_on AS "paidOn", j.recorded_at AS "recordedAt"
       FROM chosen c
      CROSS JOIN LATERAL (SELECT * FROM payment WHERE fund_id = c.fund_id AND id = c.id LIMIT 1) p
      CROSS JOIN LATERAL (SELECT number, enterprise_id FROM award WHERE fund_id = p.fund_id AND id = p.award_id LIMIT 1) a
      CROSS JOIN LATERAL (SELECT id, name FROM enterprise WHERE fund_id = p.fund_id AND id = a.enterprise_id LIMIT 1) e
      CROSS JOIN LATERAL (SELECT recorded_at FROM journal_entry WHERE fund_id = p.fund_id AND id = p.id LIMIT 1) j
       JOIN fund f ON f.id = p.fund_id
       JOIN programme_line l ON l.fund_id = p.fund_id AND l.id = p.line_id
      ORDER BY p.id DESC`,
    chosen.values,
  );
}

/** Sums over all payments that the filters choose. */
export async function paymentTotals(sql: Sql, filters: PaymentFilters): Promise<PaymentTotalsRow> {
  const chosen = chosenBy(filters, null, amongAll);
  const [row] = await sql.rows<PaymentTotalsRow>(
    `SELECT count(*) AS count, coalesce(sum(p.paid_fen), 0)::bigint AS paid, coalesce(sum(p.returned_fen), 0)::bigint AS returned,
            coalesce(sum(p.demanded_fen), 0)::bigint AS demanded, coalesce(sum(p.recovered_fen), 0)::bigint AS recovered
       FROM ${runsOf(chosen)} JOIN payment p ON ${inRun(chosen)}`,
    chosen.values,
  );
  if (row === undefined) throw new Error('An aggregate answers one row');
  return row;
}

/**
 * Payments of a fund's year, or of a line in it, lie newest first in an index: the page is made of the first of each such run, of which there
 * are some dozens, however many payments there are.
 */
function runsOf({ runs, lines }: Chosen): string {
  const all = ['true', ...runs];
  const years = `(SELECT y.fund_id, y.year FROM fund f JOIN fiscal_year y ON y.fund_id = f.id WHERE ${all.join(' AND ')}) y`;
  return lines.length === 0 ? years : `${years} JOIN programme_line l ON l.fund_id = y.fund_id AND ${lines.join(' AND ')}`;
}

function inRun({ lines, payments }: Chosen): string {
  const run = ['p.fund_id = y.fund_id', 'p.fiscal_year = y.year', ...(lines.length === 0 ? [] : ['p.line_id = l.id'])];
  return [...run, ...payments].join(' AND ');
}

function isWithinMonth({ from, to }: PaymentFilters): boolean {
  return from !== null && to !== null && from.slice(0, MONTH) === to.slice(0, MONTH);
}

/** Length of `2016-03`. */
const MONTH = 7;

/** `says`: how a payment is looked at that the grams don't name. */
function chosenBy(filters: PaymentFilters, beforeId: string | null, says: typeof saysSo): Chosen {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const [runs, lines, payments]: [string[], string[], string[]] = [[], [], []];
  const where = (conditions: string[], condition: (parameter: string) => string, value: unknown): void => {
    if (value !== null) conditions.push(condition(bind(value)));
  };
  where(runs, (p) => `f.code = ${p}`, filters.fund);
  where(runs, (p) => `y.year = ${p}`, filters.fiscalYear);
  where(lines, (p) => `l.code = ${p}`, filters.line);
  where(lines, (p) => `l.lead_agencies @> ARRAY[${p}]::text[]`, filters.agency);
  where(lines, (p) => `l.lead_agencies && ${p}::text[]`, filters.agencies);
  where(payments, (p) => `p.award_id = ${p}::uuid`, filters.award);
  // A payment is dated within its year.
  where(runs, (p) => `y.year >= ${p}`, filters.from === null ? null : fiscalYearOf(filters.from));
  where(payments, (p) => `p.effective_on >= ${p}::date`, filters.from);
  where(runs, (p) => `y.year <= ${p}`, filters.to === null ? null : fiscalYearOf(filters.to));
  where(payments, (p) => `p.effective_on <= ${p}::date`, filters.to);
  const { plan } = filters;
  if (plan?.how === 'none') payments.push('false');
  if (plan?.how === 'by-grams') payments.push(namedByGrams('p', plan, bind));
  if (plan?.how === 'in-order') payments.push(says('p', plan, bind));
  where(payments, (p) => `p.id < ${p}::uuid`, beforeId);
  return { values, runs, lines, payments };
}
