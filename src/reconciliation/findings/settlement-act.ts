import { accepted } from '../../kernel/index.js';
import type { Json, PostingAct } from '../../approvals/index.js';
import type { Database } from '../../platform/database/database.js';
import { settlementOf, type SettleRequest } from './settle-finding.js';

/** A settlement that was asked for. */
export interface SettlementData extends Json {
  readonly decision: SettleRequest;
}

/** Settles a finding, which is read anew each time: it may name other awards by then. */
export function settlementAct(db: Database): PostingAct<SettlementData> {
  return {
    name: 'settlement',
    roles: ['finance'],
    async unit(_, { decision }, { maker, language }) {
      const made = await settlementOf(db, decision, maker.username, language);
      if (!made.ok) return made;
      return accepted({ mode: 'single', events: [made.value.event], also: [made.value.record] });
    },
  };
}
