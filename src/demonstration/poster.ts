import { createHash } from 'node:crypto';
import { SYSTEM_ACTOR } from '../kernel/index.js';
import type { Beside, Ledger, LedgerEvent, Posted } from '../ledger/index.js';

/** Goes up when the data of the demonstration change: what an older version has posted is then not taken for this one's. */
const VERSION = 2;

/** Posts steps of the demonstration under fixed keys: a step that was posted before is answered again and nothing is doubled. */
export class Poster {
  constructor(
    private readonly ledger: Pick<Ledger, 'post'>,
    private readonly fund: string,
  ) {}

  /** Posts all events of a step or none. A refusal is a fault of the demonstration and thrown. */
  async post(step: string, events: readonly LedgerEvent[], beside: Beside = {}): Promise<readonly Posted[]> {
    if (events.length === 0) return [];
    const key = `demonstration/${VERSION}/${step}`;
    const requestHash = createHash('sha256').update(key).digest('hex').slice(0, 32);
    const unit = { fund: this.fund, actor: SYSTEM_ACTOR, mode: 'all' as const, request: { key, requestHash }, events };
    const results = await this.ledger.post(unit, beside);
    // Of what is rolled back, the one that is refused says why.
    const refused = results.findIndex((result) => !result.ok && result.problem.code !== 'batch-rolled-back');
    return results.map((result, index) => {
      if (result.ok) return result;
      const told = refused < 0 ? index : refused;
      throw new Error(`Step ${step}, event ${told}: ${JSON.stringify(results[told])}`);
    });
  }
}
