import type { Statement } from '../../../platform/database/database.js';

/** $1 fund, $2 codes of roots: what is valid in the register of other programmes' rewards, whatever the year. */
export const READ_EXTERNALS: Statement = {
  name: 'ledger.read-externals',
  plannedEachTime: true,
  text: `SELECT x.id, x.enterprise_id AS "enterpriseId", w.code AS "rootCode", x.fiscal_year AS "fiscalYear", x.programme,
                x.amount_fen AS "amountFen", x.paid_on AS "paidOn"
           FROM unnest($2::text[]) AS w (code)
          CROSS JOIN LATERAL (SELECT id, enterprise_id, fiscal_year, programme, amount_fen, paid_on FROM external_award
                               WHERE fund_id = $1 AND root_code = w.code AND status = 'valid' OFFSET 0) x
          ORDER BY x.id`,
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
