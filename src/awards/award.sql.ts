import {
  awardRecordOf,
  SELECT_AWARDS,
  type AwardMoney,
  type AwardRecord,
  type AwardRecordRow,
  type DemandRecord,
  type PaymentRecord,
} from '../ledger/index.js';
import type { Sql, Statement } from '../platform/database/database.js';

/** The fund is found by the award's key under each fund, of which there are few. */
const FIND: Statement = {
  name: 'awards.find',
  text: `SELECT f.code AS fund, a.number, a.fiscal_year, l.lead_agencies, a.created_by FROM fund f
           JOIN award a ON a.fund_id = f.id AND a.id = $1::uuid
           JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id`,
};

/** Where an award belongs. */
interface AwardPlaceRow {
  readonly fund: string;
  readonly number: string;
  readonly fiscal_year: number;
  readonly lead_agencies: string[];
  readonly created_by: string;
}

/** Which fund an award is of, who leads its line and who made it; null where there is no such award. */
export async function findAward(sql: Sql, id: string): Promise<AwardPlaceRow | null> {
  const [row] = await sql.rows<AwardPlaceRow>(FIND, [id]);
  return row ?? null;
}

const READ: Statement = {
  name: 'awards.read',
  text: `${SELECT_AWARDS} WHERE a.fund_id = (SELECT id FROM fund WHERE code = $1) AND a.id = $2::uuid`,
};

/** To whom a payment went, as it is shown. */
export const PAYEE = `CASE WHEN payee_name IS NOT NULL
                           THEN jsonb_build_object('name', payee_name, 'bank', payee_bank, 'accountMasked', payee_account_masked) END`;

/** $1 fund, $2 award: its payments and demands, in the order in which they were made. */
const READ_PAYMENTS: Statement = {
  name: 'awards.read-payments',
  text: `SELECT payment_ref AS "paymentRef", paid_fen AS amount, effective_on AS "effectiveOn", returned_fen AS returned, demanded_fen AS demanded,
                recovered_fen AS recovered, ${PAYEE} AS payee, voucher_no AS "voucherNo", paid_on AS "paidOn"
           FROM payment WHERE fund_id = (SELECT id FROM fund WHERE code = $1) AND award_id = $2::uuid ORDER BY id`,
};
const READ_DEMANDS: Statement = {
  name: 'awards.read-demands',
  text: `SELECT id, demanded_fen AS amount, received_fen AS received
           FROM recovery_demand WHERE fund_id = (SELECT id FROM fund WHERE code = $1) AND award_id = $2::uuid ORDER BY id`,
};

/** One award, with its payments and demands. */
export async function readAward(sql: Sql, fund: string, id: string): Promise<{ award: AwardRecord; money: AwardMoney } | null> {
  const [[row], payments, demands] = await Promise.all([
    sql.rows<AwardRecordRow>(READ, [fund, id]),
    sql.rows<PaymentRecord>(READ_PAYMENTS, [fund, id]),
    sql.rows<DemandRecord>(READ_DEMANDS, [fund, id]),
  ]);
  return row === undefined ? null : { award: awardRecordOf(row), money: { payments, demands } };
}

/** A step in an award's life. */
export interface StepRow {
  readonly id: string;
  readonly kind: string;
  readonly amount_fen: bigint;
  readonly effective_on: string;
  readonly recorded_at: Date;
  readonly actor_id: string;
  readonly checked_by: readonly string[] | null;
  readonly document_no: string | null;
  readonly reason: string | null;
  readonly details: Record<string, unknown> | null;
  readonly award_after: readonly bigint[];
}

const HISTORY: Statement = {
  name: 'awards.history',
  text: `SELECT j.id, j.kind, j.amount_fen, j.effective_on, j.recorded_at, j.actor_id, j.checked_by, j.document_no, j.reason, j.details, j.award_after
           FROM journal_entry j
          WHERE j.fund_id = (SELECT id FROM fund WHERE code = $1) AND j.award_id = $2::uuid AND j.award_after IS NOT NULL
            AND ($3::bigint IS NULL OR j.award_after[1] < $3)
          ORDER BY j.award_after[1] DESC LIMIT $4`,
};

/** An award's steps, newest first, those before a version. */
export function readHistory(sql: Sql, fund: string, id: string, beforeVersion: string | null, limit: number): Promise<StepRow[]> {
  return sql.rows<StepRow>(HISTORY, [fund, id, beforeVersion, limit]);
}
