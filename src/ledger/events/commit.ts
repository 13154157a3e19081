import type { Fen } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { openFrom } from '../state/balances.js';
import { accountOf, exceedsOn, needsOfAward, stepEntry, stepOf, type AwardStated } from './common/award-step.js';
import { notPayable } from './common/payable.js';
import { publicityMissing } from './common/publicity.js';
import type { EventKind } from './event-kind.js';
import { summarise } from './common/voucher.js';

/** 承諾: the grant agreement or funding notice is signed. */
export interface CommitEvent extends AwardStated {
  readonly kind: 'commit';
  /** null: the whole open reservation. */
  readonly amountFen: Fen | null;
}

/** 4700 → 4801. */
export const commit: EventKind<CommitEvent> = {
  title: { zh: '承諾', en: 'Commit' },
  summary: (voucher) => summarise(voucher, { zh: '承諾', en: 'committed' }),

  asks: () => [],
  needs: (event, known) => ({ ...needsOfAward(event, known, [ACCOUNT.reserved, ACCOUNT.committed]), rewards: true }),

  decide(state, event, actor, ids) {
    const step = stepOf(state, event, actor);
    if ('code' in step) return step;
    const { award, date } = step;
    const held = notPayable(state, award);
    if (held !== null) return held;
    const open = openFrom(award, 'reserved', date);
    if (typeof open !== 'bigint') return open;
    const amountFen = event.amountFen ?? open;
    if (amountFen > open || amountFen === 0n) return exceedsOn(award, 'reserved', event.amountFen);
    const legs = transfer(accountOf(state, award, ACCOUNT.reserved), accountOf(state, award, ACCOUNT.committed), amountFen);
    const change = { reserved: -amountFen, committed: amountFen };
    const warnings = publicityMissing(award, date);
    return {
      entries: [stepEntry({ event, step, id: ids(0), amountFen, legs, change })],
      ...(warnings.length === 0 ? {} : { warnings }),
    };
  },
};
