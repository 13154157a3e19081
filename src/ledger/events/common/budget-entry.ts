import { formatYuan, problem, readableYuan, type BusinessDate, type Fen, type Problem } from '../../../kernel/index.js';
import type { Leg } from '../../chart/legs.js';
import { raisedOn } from '../../state/balances.js';
import type { EntryDraft } from '../../state/effects.js';
import type { AccountState, LineState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { Ids, Stated } from '../event-kind.js';

/** What every budget entry states: its year and amount. */
export interface BudgetStated extends Stated {
  readonly fiscalYear: number;
  readonly amountFen: Fen;
}

/** Refused because the fund has none of these lines; names the first that is missing. */
export function missingLine(state: State, codes: readonly string[]): Problem | null {
  const missing = codes.find((code) => !state.linesByCode.has(code));
  return missing === undefined
    ? null
    : problem('not-found', `沒有支出方向「${missing}」`, `There is no programme line "${missing}"`);
}

/** Refused because a source holds too little on the date or a later one: names the date that its figure is of. */
export function insufficient(from: {
  readonly account: AccountState;
  /** null: the year's unallotted. */
  readonly line: LineState | null;
  readonly date: BusinessDate;
  readonly lowest: Fen;
}): Problem {
  const { account, line, date, lowest } = from;
  const given = readableYuan(lowest);
  const [zh, en] =
    line === null
      ? [`於 ${date} 年度待分配金額可動用 ${given} 元`, `On ${date} the year's unallotted money can give ${given}`]
      : [`於 ${date} 「${line.title.zh}」可動用 ${given} 元`, `On ${date} “${line.title.en}” can give ${given}`];
  const raised = raisedOn(account, date);
  const now = readableYuan(account.balance);
  return problem(
    'insufficient-funds',
    raised === null ? zh : `${zh};目前有 ${now} 元,是因為 ${raised} 及其後的記賬`,
    raised === null ? en : `${en}; it has ${now} today because of what was posted for ${raised} and later`,
    { extras: { available: formatYuan(lowest) } },
  );
}

/** The entry of a budget event. */
export function budgetEntry(of: {
  readonly event: BudgetStated & { readonly kind: string };
  readonly ids: Ids;
  readonly date: BusinessDate;
  /** null: it concerns no line, or the whole year. */
  readonly line: LineState | null;
  readonly legs: readonly Leg<AccountState>[];
  readonly details?: Readonly<Record<string, unknown>> | null;
}): EntryDraft {
  return {
    id: of.ids(0),
    kind: of.event.kind,
    fiscalYear: of.event.fiscalYear,
    effectiveOn: of.date,
    lineId: of.line?.id ?? null,
    amountFen: of.event.amountFen,
    documentNo: of.event.documentNo ?? null,
    reason: of.event.reason ?? null,
    details: of.details ?? null,
    legs: of.legs,
    award: null,
  };
}
