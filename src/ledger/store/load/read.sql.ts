import type { Statement } from '../../../platform/database/database.js';

/*
 * Joins by key are written LATERAL with a LIMIT, and planned each time: so every row is looked up by its whole key. A plain join, or a
 * plan kept from when the tables were young, reads everything of the fund for each row (seen: 2 s for 1,000 awards).
 * "fiscal_year + 0" keeps the planner from the index of a year's awards where it knows no better (a database never analysed).
 */

/** The line of an award that stands in the way, by its code: another process may have added it since the directory was read. */
const LINE_CODE = '(SELECT l.code FROM programme_line l WHERE l.fund_id = award.fund_id AND l.id = award.line_id) AS line';

/** Organization code of the enterprise that `e` was merged into, else its own, which `own` has: one look-up more where it was merged. */
function rootCodeOf(e: string, own = e): string {
  return `CASE WHEN ${e}.root_id IS NULL THEN ${own}.organization_code
                     ELSE (SELECT organization_code FROM enterprise WHERE fund_id = $1 AND id = ${e}.root_id LIMIT 1) END`;
}

/** The last publicity that was recorded of an award, as `Publicity`; null: none. `until`: the latest version of the award that counts. */
export function publicityOf(award: string, until?: string): string {
  return `(SELECT jsonb_build_object('from', shown_from, 'to', shown_to, 'reference', reference, 'objections', objections) FROM publicity
            WHERE fund_id = ${award}.fund_id AND award_id = ${award}.id${until === undefined ? '' : ` AND version <= ${until}`}
            ORDER BY version DESC LIMIT 1)`;
}

/** $1 fund, $2 person ids. */
export const READ_PERSON_YEARS: Statement = {
  name: 'ledger.read-person-years',
  plannedEachTime: true,
  text: `SELECT id, person_id, line_id, fiscal_year FROM award
          WHERE fund_id = $1 AND person_id = ANY ($2::uuid[]) AND (live OR ever_paid)`,
};

/** $1 fund, $2 line ids: each with its rules in force, by their day. */
export const READ_LINES: Statement = {
  name: 'ledger.read-lines',
  text: `SELECT l.id, l.code, l.title_zh_hant, l.title_en, l.lead_agencies, l.form, l.payee, l.reservable, l.reason, l.reason_en, v.rules
           FROM programme_line l
          CROSS JOIN LATERAL (SELECT jsonb_agg(jsonb_build_object('number', v.number, 'from', v.valid_from, 'rule', v.rule) ORDER BY v.valid_from) AS rules
                                FROM (SELECT DISTINCT ON (valid_from) number, valid_from, rule FROM line_rule_version
                                       WHERE fund_id = $1 AND line_id = l.id ORDER BY valid_from, number DESC) v) v
          WHERE l.fund_id = $1 AND l.id = ANY ($2::integer[])`,
};

/** $1 fund, $2 years. */
export const READ_YEARS: Statement = {
  name: 'ledger.read-years',
  text: `SELECT y.year, y.status, y.ceiling_raised_fen,
                EXISTS (SELECT FROM account a WHERE a.fund_id = y.fund_id AND a.fiscal_year = y.year AND a.code = 4610 AND a.balance < 0) AS below_zero
           FROM fiscal_year y WHERE y.fund_id = $1 AND y.year = ANY ($2::integer[])`,
};

/** $1 fund, $2 key hashes. */
export const READ_KEYS: Statement = {
  name: 'ledger.read-keys',
  text: `SELECT k.* FROM unnest($2::uuid[]) AS w (key_hash)
          CROSS JOIN LATERAL (SELECT key_hash, request_hash, entry_id, page_id, page_line FROM idempotency_key
                               WHERE fund_id = $1 AND key_hash = w.key_hash LIMIT 1) k`,
};

/** $1 fund, $2 organization codes, $3 project keys: one row per reservation whose enterprise is known. */
export const READ_PARTIES: Statement = {
  name: 'ledger.read-parties',
  plannedEachTime: true,
  text: `SELECT e.id AS enterprise_id, w.organization_code, e.credit_code, e.name, e.merged_into, e.root_id, ${rootCodeOf('e', 'w')} AS root_code,
                p.id AS project_id, w.key, p.title, p.code
           FROM unnest($2::text[], $3::text[]) AS w (organization_code, key)
          CROSS JOIN LATERAL (SELECT id, credit_code, name, merged_into, root_id FROM enterprise
                               WHERE fund_id = $1 AND organization_code = w.organization_code LIMIT 1) e
           LEFT JOIN LATERAL (SELECT id, title, code FROM project
                               WHERE fund_id = $1 AND enterprise_id = e.id AND key = w.key LIMIT 1) p ON true`,
};

/** $1 fund, $2 kinds, $3 keys: every holder of each, the first in place first. */
export const READ_CLAIMS: Statement = {
  name: 'ledger.read-claims',
  plannedEachTime: true,
  text: `SELECT w.kind, w.key, c.place, a.*, ${rootCodeOf('e')} AS root_code
           FROM unnest($2::text[], $3::text[]) AS w (kind, key)
          CROSS JOIN LATERAL (SELECT award_id, place FROM claim WHERE fund_id = $1 AND kind = w.kind AND key = w.key OFFSET 0) c
          CROSS JOIN LATERAL (SELECT id AS award_id, number, ${LINE_CODE}, fiscal_year, enterprise_id, keys, kept, disbursed_fen, awarded_fen, approved_on
                                FROM award WHERE fund_id = $1 AND id = c.award_id LIMIT 1) a
          CROSS JOIN LATERAL (SELECT organization_code, root_id FROM enterprise WHERE fund_id = $1 AND id = a.enterprise_id LIMIT 1) e
          ORDER BY c.place`,
};

/** $1 fund, $2 award ids: the pairs among them that finance said to be different. */
export const READ_EXEMPT_PAIRS: Statement = {
  name: 'ledger.read-exempt-pairs',
  plannedEachTime: true,
  text: `SELECT p.award_a, p.award_b, p.keys FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT award_a, award_b, keys FROM exempt_pair WHERE fund_id = $1 AND award_a = w.id OFFSET 0) p
          WHERE p.award_b = ANY ($2::uuid[])`,
};

/** $1 fund, $2 line ids, $3 fiscal years: what is used of each annual pool. */
export const READ_POOLS: Statement = {
  name: 'ledger.read-pools',
  plannedEachTime: true,
  text: `SELECT w.line_id, w.fiscal_year,
                (SELECT coalesce(sum(a.awarded_fen - a.released_fen - a.recovered_fen), 0)::bigint FROM award a
                  WHERE a.fund_id = $1 AND a.fiscal_year = w.fiscal_year AND a.line_id = w.line_id) AS used_fen
           FROM unnest($2::integer[], $3::integer[]) AS w (line_id, fiscal_year)`,
};

/** $1 fund, $2 award ids, already locked. */
export const READ_AWARDS: Statement = {
  name: 'ledger.read-awards',
  plannedEachTime: true,
  text: `SELECT a.*, e.organization_code, e.credit_code, e.name AS enterprise_name, e.merged_into, e.root_id, ${rootCodeOf('e')} AS root_code, p.enterprise_id AS project_enterprise_id,
                p.key AS project_key, p.title AS project_title, p.code AS project_code,
                n.name AS person_name, n.identity_masked, n.identity_hash, ${publicityOf('a')} AS publicity
           FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT * FROM award WHERE fund_id = $1 AND id = w.id LIMIT 1) a
          CROSS JOIN LATERAL (SELECT * FROM enterprise WHERE fund_id = $1 AND id = a.enterprise_id LIMIT 1) e
          CROSS JOIN LATERAL (SELECT * FROM project WHERE fund_id = $1 AND id = a.project_id LIMIT 1) p
           LEFT JOIN LATERAL (SELECT * FROM person WHERE fund_id = $1 AND id = a.person_id LIMIT 1) n ON true`,
};

/** $1 fund, $2 award ids. */
export const READ_PAYMENTS: Statement = {
  name: 'ledger.read-payments',
  plannedEachTime: true,
  text: `SELECT p.* FROM unnest($2::uuid[]) AS w (award_id)
          CROSS JOIN LATERAL (SELECT id, award_id, line_id, payment_ref, fiscal_year, effective_on, paid_fen, returned_fen, demanded_fen, recovered_fen,
                                     payee_name, payee_bank, payee_account_hash, payee_account_masked, voucher_no, paid_on
                                FROM payment WHERE fund_id = $1 AND award_id = w.award_id OFFSET 0) p ORDER BY p.id`,
};

/** $1 fund, $2 award ids. */
export const READ_DEMANDS: Statement = {
  name: 'ledger.read-demands',
  plannedEachTime: true,
  text: `SELECT id, award_id, payment_id, fiscal_year, effective_on, demanded_fen, received_fen
           FROM recovery_demand WHERE fund_id = $1 AND award_id = ANY ($2::uuid[]) ORDER BY id`,
};

/** $1 fund, $2 ids of awards on hold. */
export const READ_OPEN_FINDINGS: Statement = {
  name: 'ledger.read-open-findings',
  plannedEachTime: true,
  text: `SELECT id, rule, award_ids FROM finding WHERE fund_id = $1 AND resolved_at IS NULL AND award_ids && $2::uuid[] ORDER BY id`,
};

/** $1 fund, $2 account ids. */
export const READ_ACCOUNT_DAYS: Statement = {
  name: 'ledger.read-account-days',
  plannedEachTime: true,
  text: 'SELECT account_id, effective_on, net_fen FROM account_day WHERE fund_id = $1 AND account_id = ANY ($2::integer[])',
};

/** $1 fund, $2 award ids: each entry's date with the open amounts after it, in order. */
export const READ_AWARD_DAYS: Statement = {
  name: 'ledger.read-award-days',
  plannedEachTime: true,
  text: `SELECT award_id, effective_on, award_after FROM journal_entry
          WHERE fund_id = $1 AND award_id = ANY ($2::uuid[]) AND award_after IS NOT NULL ORDER BY award_id, award_after[1]`,
};

/** $1 fund, $2 account ids, locked: the database's clock after the locks, never before an account's last entry; milliseconds. */
export const READ_CLOCK: Statement = {
  name: 'ledger.read-clock',
  text: `SELECT greatest(date_trunc('milliseconds', clock_timestamp()), max(last_recorded_at)) AS now
           FROM account WHERE fund_id = $1 AND id = ANY ($2::integer[])`,
};

/** $1 fund, $2 enterprise ids: these and all that hang together with them by mergers. */
export const READ_FAMILIES: Statement = {
  name: 'ledger.read-families',
  plannedEachTime: true,
  text: `WITH named AS (
           SELECT coalesce(e.root_id, e.id) AS root_id FROM unnest($2::uuid[]) AS w (id)
            CROSS JOIN LATERAL (SELECT id, root_id FROM enterprise WHERE fund_id = $1 AND id = w.id LIMIT 1) e)
         SELECT m.id, m.organization_code, m.credit_code, m.name, m.merged_into, m.root_id, ${rootCodeOf('m')} AS root_code
           FROM (SELECT DISTINCT root_id FROM named) n
          CROSS JOIN LATERAL (SELECT * FROM enterprise WHERE fund_id = $1 AND id = n.root_id
                               UNION ALL
                              SELECT * FROM enterprise WHERE fund_id = $1 AND root_id = n.root_id) m`,
};

/** $1 fund, $2 enterprise ids, $3 how many at most: their awards that claim something. */
export const READ_AWARDS_OF_ENTERPRISES: Statement = {
  name: 'ledger.read-awards-of-enterprises',
  plannedEachTime: true,
  text: `SELECT a.id FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT id FROM award WHERE fund_id = $1 AND enterprise_id = w.id AND (live OR ever_paid) OFFSET 0) a
          LIMIT $3`,
};

/** $1 fund: what every reservation, commitment and payment of its open years locks one of. */
export const READ_GATES: Statement = {
  name: 'ledger.read-gates',
  text: `SELECT a.id FROM fiscal_year y JOIN account a ON a.fund_id = y.fund_id AND a.fiscal_year = y.year
          WHERE y.fund_id = $1 AND y.status = 'open' AND a.code IN (4610, 4801)`,
};

/** For what the fund asks a second person now. */
export const APPROVAL_RULES: Statement = {
  name: 'ledger.read-approval-rules',
  text: `SELECT kind, from_fen AS "fromFen", steps FROM approval_rule
          WHERE fund_id = $1 AND number = (SELECT max(number) FROM approval_policy WHERE fund_id = $1)`,
};
