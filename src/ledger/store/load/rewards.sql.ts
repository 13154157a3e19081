import type { Statement } from '../../../platform/database/database.js';

/** $1 fund, $2 codes of roots: what is valid in the register of other programmes' rewards, whatever the year. */
const EXTERNALS = `SELECT x.id, x.enterprise_id AS "enterpriseId", w.code AS "rootCode", x.fiscal_year AS "fiscalYear", x.programme,
                x.amount_fen AS "amountFen", x.paid_on AS "paidOn"`;
const FROM_EXTERNALS = `FROM unnest($2::text[]) AS w (code)
          CROSS JOIN LATERAL (SELECT id, enterprise_id, fiscal_year, programme, amount_fen, paid_on FROM external_award
                               WHERE fund_id = $1 AND root_code = w.code AND status = 'valid' OFFSET 0) x`;

/** $1 fund, $2 codes of roots. */
export const READ_EXTERNALS: Statement = {
  name: 'ledger.read-externals',
  plannedEachTime: true,
  text: `${EXTERNALS} ${FROM_EXTERNALS} ORDER BY x.id`,
};

/**
 * The same, and of each place in $3 enterprises (that others were merged into, or that stand alone), $4 line ids, $5 fiscal years and $6 amounts
 * in fen the awards whose approval is among $7, or is spelt in a way that must be folded first ($8): one statement for both, because every
 * batch of reservations asks for them. An enterprise has few awards, which its index finds.
 */
export const READ_EXTERNALS_AND_APPROVALS: Statement = {
  name: 'ledger.read-externals-and-approvals',
  plannedEachTime: true,
  text: `${EXTERNALS}, NULL::integer AS at, NULL::text AS number, NULL::text AS "approvalRef", NULL::uuid AS "personId" ${FROM_EXTERNALS}
         UNION ALL
         SELECT a.id, NULL, NULL, NULL, NULL, NULL, NULL, w.at::integer, a.number, a.approval_ref, a.person_id
           FROM unnest($3::uuid[], $4::integer[], $5::integer[], $6::bigint[]) WITH ORDINALITY AS w (root_id, line_id, fiscal_year, amount_fen, at)
          CROSS JOIN LATERAL (SELECT w.root_id AS id UNION ALL SELECT id FROM enterprise WHERE fund_id = $1 AND root_id = w.root_id) m
          CROSS JOIN LATERAL (SELECT id, number, approval_ref, person_id FROM award
                               WHERE fund_id = $1 AND enterprise_id = m.id AND line_id + 0 = w.line_id AND fiscal_year + 0 = w.fiscal_year
                                 AND awarded_fen + 0 = w.amount_fen AND (approval_ref = ANY ($7::text[]) OR approval_ref ~ $8) OFFSET 0) a
          ORDER BY id`,
};

/** $1 fund: how it reads the highest of three; none: by the default. */
export const READ_READING: Statement = {
  name: 'ledger.read-highest-of-three',
  text: 'SELECT reading, forms, payees, reason FROM highest_of_three WHERE fund_id = $1 ORDER BY number DESC LIMIT 1',
};

/** Date of an award's first payment that has not all come back. */
export const PAID_ON = `(SELECT min(p.effective_on) FROM payment p
                          WHERE p.fund_id = a.fund_id AND p.award_id = a.id AND p.paid_fen > p.returned_fen + p.recovered_fen)`;

/** $1 fund, $2 codes of roots, $3 fiscal years, $4 forms, $5 payees: live awards that nothing else holds, of an enterprise and whom it is merged with. */
export const READ_RIVALS: Statement = {
  name: 'ledger.read-rival-rewards',
  plannedEachTime: true,
  text: `SELECT a.id, a.enterprise_id AS "enterpriseId", w.code AS "rootCode", a.fiscal_year AS "fiscalYear", a.approved_on AS "approvedOn",
                a.awarded_fen - a.released_fen - a.recovered_fen AS "amountFen", ${PAID_ON} AS "paidOn"
           FROM unnest($2::text[], $3::integer[]) AS w (code, fiscal_year)
          CROSS JOIN LATERAL (SELECT id FROM enterprise WHERE fund_id = $1 AND organization_code = w.code LIMIT 1) r
          CROSS JOIN LATERAL (SELECT r.id UNION ALL SELECT id FROM enterprise WHERE fund_id = $1 AND root_id = r.id) m
          CROSS JOIN LATERAL (SELECT * FROM award WHERE fund_id = $1 AND enterprise_id = m.id AND fiscal_year + 0 = w.fiscal_year
                                                    AND live AND NOT on_hold AND NOT rule_hold OFFSET 0) a
          CROSS JOIN LATERAL (SELECT form, payee FROM programme_line WHERE fund_id = $1 AND id = a.line_id LIMIT 1) l
          WHERE l.form = ANY ($4::text[]) AND l.payee = ANY ($5::text[])`,
};
