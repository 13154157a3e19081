import { formatYuan, problem, type BusinessDate, type Fen, type Problem } from '../../../kernel/index.js';
import type { Leg } from '../../chart/legs.js';
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

/** Refused because a source holds too little on the date or a later one. */
export function insufficient(lowest: Fen, line: LineState | null): Problem {
  const available = formatYuan(lowest);
  return problem(
    'insufficient-funds',
    line === null ? `年度待分配金額只有 ${available} 元` : `支出方向「${line.code}」可用金額只有 ${available} 元`,
    line === null ? `Only ${available} is unallotted in the year` : `Only ${available} is available on the line "${line.code}"`,
    { extras: { available } },
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
