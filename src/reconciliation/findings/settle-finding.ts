import { accepted, problem, refused, type Actor, type RequestIdentity, type Result } from '../../kernel/index.js';
import { companion, type Beside, type Companion, type Ledger, type PostResult, type SettleEvent } from '../../ledger/index.js';
import type { Language } from '../../platform/http/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { settlement } from './settlement.js';

/** What finance decides: no `awardIds` where the resolution says by itself which awards it is of. */
export type SettleRequest = Pick<
  SettleEvent,
  'resolution' | 'awardIds' | 'demand' | 'until' | 'payable' | 'reason' | 'documentNo' | 'effectiveOn'
> & {
  readonly findingId: string;
};

const FIND: Statement = {
  name: 'reconciliation.finding-to-settle',
  text: `SELECT f.id, d.code AS fund, f.rule, f.fiscal_year AS "fiscalYear", f.line_id AS "lineId", f.award_ids AS "awardIds"
           FROM finding f JOIN fund d ON d.id = f.fund_id WHERE f.id = $1`,
};

/** A settlement as it is posted, of the finding as it is now. */
interface MadeSettlement {
  readonly fund: string;
  readonly event: SettleEvent;
  readonly record: Companion;
}

/** Makes the event of a settlement, and the record beside it. Refused: `not-found`. */
export async function settlementOf(
  sql: Sql,
  { findingId, ...decision }: SettleRequest,
  by: string,
  language: Language,
): Promise<Result<MadeSettlement>> {
  const [found] = await sql.rows<SettleEvent['finding'] & { readonly fund: string }>(FIND, [findingId]);
  if (found === undefined) return refused(problem('not-found', '沒有此疑點', 'There is no such finding'));
  const { fund, ...finding } = found;
  const { resolution, reason, demand, until } = decision;
  const item = { findingId, awardIds: finding.awardIds, resolution, demand, until, reason, by, language };
  return accepted({ fund, event: { kind: 'settle', finding, ...decision }, record: companion(settlement, item) });
}

/** Times that a finding is read again because reconciliation named other awards meanwhile. */
const READS = 5;

/**
 * Settles a finding: its entries, its holds and its status in one transaction. Refused: `not-found`, `already-decided`, and as posted. `dryRun`:
 * answers what it would do, and does nothing.
 */
export async function settleFinding(
  sql: Sql,
  ledger: Ledger,
  { language, ...by }: { readonly actor: Actor; readonly request: RequestIdentity; readonly language: Language },
  { findingId, ...decision }: SettleRequest,
  { dryRun = false }: Pick<Beside, 'dryRun'> = {},
): Promise<PostResult> {
  for (let read = 1; ; read += 1) {
    const made = await settlementOf(sql, { findingId, ...decision }, by.actor.username, language);
    if (!made.ok) return made;
    const { fund, event, record } = made.value;
    const result = await ledger.postOne({ fund, ...by }, event, { also: [record], dryRun });
    if (result.ok || result.problem.code !== 'version-conflict' || read === READS) return result;
  }
}
