import { invalid } from '../../../kernel/index.js';
import { settleEntry, type Settled, type Settlement } from './settlement.js';

/** It is known until a date: nothing of it changes, and after the date it stands up again. */
export function acknowledge(settlement: Settlement): Settled {
  const { until } = settlement.event;
  if (until === null || until < settlement.state.today) {
    return invalid('/until', '須註明不早於今日的期限', 'State until when it is known: today or later');
  }
  return { entries: [settleEntry(settlement, null)] };
}
