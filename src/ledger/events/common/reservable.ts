import { problem, type BusinessDate, type Problem, type Text } from '../../../kernel/index.js';
import { lacksRate, versionOn } from '../../rules/rule-versions.js';
import type { LineState } from '../../state/model.js';

/** Why nothing can be reserved on a line whose rate finance has not set. */
export const LACKS_RATE: Text = { zh: '財政尚未核定本支出方向的扶持比例', en: 'finance has not set the rate of this line yet' };

/** Refused because the line gives nothing on that date: then it takes no money either (domain §3, Lines that are not reservable). */
export function notReservable(line: LineState, date: BusinessDate): Problem | null {
  const reason = reasonAgainst(line, date);
  if (reason === null) return null;
  return problem(
    'line-not-reservable',
    `「${line.title.zh}」不可預留:${reason.zh}`,
    `Nothing can be reserved on “${line.title.en}”: ${reason.en}`,
    { extras: { reason } },
  );
}

function reasonAgainst({ reservable, reason, rules }: LineState, date: BusinessDate): Text | null {
  if (!reservable) return reason ?? { zh: '本支出方向不安排資金', en: 'this line gives no money' };
  return lacksRate(versionOn(rules, date).rule) ? LACKS_RATE : null;
}
