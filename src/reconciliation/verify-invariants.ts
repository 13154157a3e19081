import type { Sql } from '../platform/database/database.js';
import { ledgerIntegrity } from './rules/ledger-integrity.js';
import type { Suspicion } from './rules/rule.js';

/**
 * Recomputes invariants 1–5 and 7 of domain §4 from what is stored. `sql` should be one snapshot (REPEATABLE READ) when others write.
 * Answers what is broken; nothing means that the books are right.
 */
export async function verifyInvariants(
  sql: Sql,
  fundId: number,
  fiscalYear: number | null = null,
): Promise<readonly Suspicion[]> {
  const { suspicions } = await ledgerIntegrity.check(sql, { fundId, fiscalYear, today: '', thorough: true });
  return suspicions;
}
