import { invalid, type BusinessDate, type Problem, type Warning } from '../../../kernel/index.js';
import type { AwardState, Publicity } from '../../state/model.js';
import type { State } from '../../state/state.js';

/**
 * Refused because the days can't be those of an approved award's publicity: they end before they begin, began before the approval, or have
 * not begun. Their end may lie ahead: it was announced. `at`: pointer of the publicity in the request.
 */
export function wrongDays(
  state: State,
  { from, to }: Publicity,
  { approvedOn }: { readonly approvedOn: BusinessDate },
  at = '',
): Problem | null {
  if (to < from) {
    return invalid(`${at}/to`, `公示結束日期不得早於開始日期 ${from}`, `The publicity must not end before it begins, ${from}`);
  }
  if (from < approvedOn) {
    return invalid(
      `${at}/from`,
      `公示的是已批准的項目,開始日期不得早於審批日期 ${approvedOn}`,
      `What is shown is an approved award: the publicity must not begin before the approval, ${approvedOn}`,
    );
  }
  if (from > state.today) {
    return invalid(
      `${at}/from`,
      `公示開始日期不得晚於今天(${state.today})`,
      `The publicity must not begin after today (${state.today})`,
    );
  }
  return null;
}

/** What is odd of a commitment or payment of that date: the award has no publicity, or its last one had not ended the day before. */
export function publicityMissing({ publicity }: AwardState, date: BusinessDate): readonly Warning[] {
  if (publicity === null) {
    return [
      {
        code: 'publicity-missing',
        detail: {
          zh: '該扶持項目沒有公示記錄,請核對是否已公示並補登',
          en: 'No publicity of the award is recorded: check whether it was shown to the public, and record it',
        },
      },
    ];
  }
  if (publicity.to < date) return [];
  return [
    {
      code: 'publicity-missing',
      detail: {
        zh: `該扶持項目公示至 ${publicity.to},於 ${date} 尚未結束,請核對日期`,
        en: `The award’s publicity lasts until ${publicity.to} and had not ended on ${date}: check the date`,
      },
    },
  ];
}

/** A publicity as its entry tells it. */
export function publicityDetails({ from, to, reference, objections }: Publicity): Readonly<Record<string, string>> {
  return { from, to, reference, ...(objections === null ? {} : { objections }) };
}
