import type { Statement } from '../../../platform/database/database.js';

/** An enterprise with all that were merged into it. */
const MEMBERS = `(SELECT id, name FROM enterprise WHERE fund_id = $1 AND id = w.root_id
                   UNION ALL SELECT id, name FROM enterprise WHERE fund_id = $1 AND root_id = w.root_id)`;

/**
 * $1 fund, $2 award ids, $3 their enterprises, $4 at the end of a merger or alone, $5 persons: by which names each payee is known, and by which
 * account: that of the last payment that the bank did not return, of the person where one is paid, else the one in the enterprise's details.
 */
export const READ_PAYEES: Statement = {
  name: 'ledger.read-payees',
  plannedEachTime: true,
  text: `SELECT w.award_id AS "awardId", n.names, d.hash AS "detailsHash", d.masked AS "detailsMasked", l.hash AS "lastHash", l.masked AS "lastMasked"
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::uuid[]) AS w (award_id, enterprise_id, root_id, person_id)
          CROSS JOIN LATERAL (SELECT array_agg(x.name) AS names FROM ${MEMBERS} m
                               CROSS JOIN LATERAL (SELECT m.name UNION ALL
                                                   SELECT value FROM enterprise_alias
                                                    WHERE fund_id = $1 AND enterprise_id = m.id AND kind IN ('name', 'former-name')) x (name)) n
           LEFT JOIN LATERAL (SELECT bank_account_hash AS hash, bank_account_masked AS masked FROM enterprise
                               WHERE fund_id = $1 AND id = ANY (ARRAY[w.enterprise_id, w.root_id]) AND bank_account_hash IS NOT NULL
                                 AND w.person_id IS NULL
                               ORDER BY id = w.enterprise_id DESC LIMIT 1) d ON true
           LEFT JOIN LATERAL (SELECT p.id, p.payee_account_hash AS hash, p.payee_account_masked AS masked
                                FROM (SELECT a.id FROM ${MEMBERS} m
                                       CROSS JOIN LATERAL (SELECT id FROM award WHERE fund_id = $1 AND enterprise_id = m.id AND person_id IS NULL
                                                                                  AND w.person_id IS NULL OFFSET 0) a
                                       UNION ALL
                                      SELECT id FROM award WHERE fund_id = $1 AND person_id = w.person_id) a
                               CROSS JOIN LATERAL (SELECT id, payee_account_hash, payee_account_masked FROM payment
                                                    WHERE fund_id = $1 AND award_id = a.id AND payee_account_hash IS NOT NULL
                                                      AND paid_fen > returned_fen OFFSET 0) p
                               ORDER BY p.id DESC LIMIT 1) l ON true`,
};
