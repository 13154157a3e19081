import { formatYuan, problem, readableYuan, type BusinessDate, type Problem } from '../../../kernel/index.js';
import { isLive } from '../../state/award-state.js';
import { openFrom } from '../../state/balances.js';
import type { EntryDraft } from '../../state/effects.js';
import type { AwardState } from '../../state/model.js';
import type { More } from '../../state/more.js';
import { tooEarly } from '../common/award-step.js';
import { effectiveDate, yearNotOpen } from '../common/dates.js';
import { releaseEntry } from '../release.js';
import { nameTheAwards, settleEntry, type Settled, type Settlement } from './settlement.js';

/** All that is open of the awards named, else of those on hold, goes back. */
export function releaseNamed(settlement: Settlement): Settled {
  const { awards, named } = settlement;
  const targets = named.length > 0 ? named : awards.filter((one) => one.onHold && isLive(one));
  if (targets.length === 0) return nameTheAwards('須指明釋放的扶持項目', 'Name the awards to be released');
  const drafts = [settleEntry(settlement, null)];
  for (const award of targets) {
    const released = releaseAll(settlement, award, drafts.length);
    if (!Array.isArray(released)) return released;
    drafts.push(...released);
  }
  return { entries: drafts };
}

/** Releases all that is open of an award which has nothing paid. */
function releaseAll({ state, event, ids }: Settlement, award: AwardState, firstId: number): EntryDraft[] | Problem | More {
  const closed = yearNotOpen(state, award.budgetYear);
  if (closed !== null) return closed;
  if (award.disbursed > 0n || award.reserved + award.committed === 0n) {
    const paid = readableYuan(award.disbursed);
    return problem(
      'exceeds-open-amount',
      `${award.number} 已撥付 ${paid} 元,須追回後才能處理`,
      `${award.number} has ${paid} disbursed: demand its recovery instead of releasing it`,
      { extras: { open: formatYuan(award.reserved + award.committed) } },
    );
  }
  const stated = effectiveDate(state, event.effectiveOn, award.budgetYear);
  if (typeof stated !== 'string') return stated;
  if (stated < award.lastEffectiveOn) return tooEarly(award.lastEffectiveOn);
  const date: BusinessDate = stated;
  const drafts: EntryDraft[] = [];
  for (const from of ['reserved', 'committed'] as const) {
    const open = openFrom(award, from, date);
    if (typeof open !== 'bigint') return open;
    if (open === 0n) continue;
    const why = { from, documentNo: event.documentNo ?? null, reason: event.reason };
    drafts.push(releaseEntry(state, { award, date }, why, open, ids(firstId + drafts.length)));
  }
  return drafts;
}
