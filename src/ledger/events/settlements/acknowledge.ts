import { invalid } from '../../../kernel/index.js';
import { settleEntry, type Settled, type Settlement } from './settlement.js';

/** It is known until a date, after which it stands up again. Awards that break their line's rule may be declared payable meanwhile. */
export function acknowledge(settlement: Settlement): Settled {
  const { state, event, awards, named } = settlement;
  const { until, payable } = event;
  if (until === null || until < state.today) {
    return invalid('/until', '須註明不早於今日的期限', 'State until when it is known: today or later');
  }
  const payableUntil = payable ? until : null;
  const changed = (named.length > 0 ? named : awards).filter((award) => award.payableUntil !== payableUntil);
  if (event.finding.rule !== 'line-rule' || changed.length === 0) return { entries: [settleEntry(settlement, null)] };
  return {
    entries: changed.map((award, position) =>
      settleEntry(settlement, { award, payableUntil, ...(payable ? { ruleHold: false } : {}) }, position),
    ),
  };
}
