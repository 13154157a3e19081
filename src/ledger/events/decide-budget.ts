import { formatYuan, invalid, maxFen, problem, type Actor, type Fen, type Problem } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import type { Effects, EntryDraft, Leg } from '../state/effects.js';
import type { AllotmentEvent, BudgetEvent, ReductionEvent, ResourceEvent, VirementEvent } from './events.js';
import { disbursableFrom, effectiveDate, highestSumFrom, isBelowZero, lowestFrom, yearNotOpen } from '../state/balances.js';
import type { AccountState, LineState, State } from '../state/state.js';

/** Supplies the event's ids, fixed before the first attempt: `ids(0)` is its entry. */
export type Ids = (position: number) => string;

/** Decides a budget entry (預算批覆, 追加, 追減, 指標分解, 調劑): domain §3. */
export function decideBudget(state: State, event: BudgetEvent, _actor: Actor, ids: Ids): Effects | Problem {
  const missing = missingLine(state, event);
  if (missing !== null) return missing;
  if (event.kind === 'virement' && event.fromLine === event.toLine) {
    return invalid('/toLine', '須為另一支出方向', 'Must be another programme line');
  }
  const date = effectiveDate(state, event.effectiveOn, event.fiscalYear);
  if (typeof date !== 'string') return date;
  const closed = yearNotOpen(state, event.fiscalYear);
  if (closed !== null) return closed;
  switch (event.kind) {
    case 'appropriation':
    case 'supplement':
      return decideResource(state, event, date, ids);
    case 'reduction':
      return decideReduction(state, event, date, ids);
    case 'allotment':
    case 'allotment-return':
      return decideAllotment(state, event, date, ids);
    case 'virement':
      return decideVirement(state, event, date, ids);
  }
}

function missingLine(state: State, event: BudgetEvent): Problem | null {
  const codes =
    event.kind === 'virement' ? [event.fromLine, event.toLine] : 'line' in event && event.line !== null ? [event.line] : [];
  const missing = codes.find((code) => !state.linesByCode.has(code));
  return missing === undefined
    ? null
    : problem('not-found', `沒有支出方向「${missing}」`, `There is no programme line "${missing}"`);
}

function lineOf(state: State, code: string): LineState {
  const line = state.linesByCode.get(code);
  if (line === undefined) throw new Error(`Line ${code} was not read`);
  return line;
}

/** The ceiling holds on the date and every later one; what a document raised holds for the whole year. */
function decideResource(state: State, event: ResourceEvent, date: string, ids: Ids): Effects | Problem {
  const year = event.fiscalYear;
  const appropriated = state.account(year, ACCOUNT.appropriation);
  const adjusted = state.account(year, ACCOUNT.adjustment);
  const raised = state.years.get(year)?.ceilingRaisedFen ?? 0n;
  const ceiling = state.fund.annualAmountFen + raised;
  const lacking = highestSumFrom([appropriated, adjusted], date) + event.amountFen - ceiling;
  if (lacking > 0n && event.ceilingDocumentNo === null) {
    const room = maxFen(0n, event.amountFen - lacking);
    return problem(
      'insufficient-funds',
      `${year} 年度上限為 ${formatYuan(ceiling)} 元,尚可安排 ${formatYuan(room)} 元;超過須引用提高上限的文件 (ceilingDocumentNo)`,
      `The ceiling of ${year} is ${formatYuan(ceiling)}; ${formatYuan(room)} is left. To go above it, cite the document that raises it (ceilingDocumentNo)`,
      { extras: { available: formatYuan(room), ceiling: formatYuan(ceiling) } },
    );
  }
  const resource = event.kind === 'appropriation' ? appropriated : adjusted;
  const details =
    event.ceilingDocumentNo === null
      ? null
      : { ceilingDocumentNo: event.ceilingDocumentNo, ceilingRaised: formatYuan(maxFen(0n, lacking)) };
  const draft = entry(
    event,
    date,
    ids,
    null,
    transfer(resource, state.account(year, ACCOUNT.unallotted), event.amountFen),
    details,
  );
  return lacking > 0n ? { entries: [draft], ceilingRaised: { year, byFen: lacking } } : { entries: [draft] };
}

function decideReduction(state: State, event: ReductionEvent, date: string, ids: Ids): Effects | Problem {
  const year = event.fiscalYear;
  const line = event.line === null ? null : lineOf(state, event.line);
  const from = line === null ? state.account(year, ACCOUNT.unallotted) : state.account(year, ACCOUNT.available, line.id);
  const adjustment = state.account(year, ACCOUNT.adjustment);
  const lowest = lowestFrom(from, date);
  const draft = (details: Record<string, unknown> | null): EntryDraft =>
    entry(event, date, ids, line, transfer(from, adjustment, event.amountFen), details);
  if (lowest < event.amountFen && (event.override === null || line === null)) return insufficient(lowest, line);
  const short = spentAlready(state, event, date, lowest < event.amountFen);
  if (short !== null) return short;
  if (lowest >= event.amountFen || event.override === null) return { entries: [draft(null)] };
  const lackingFen = event.amountFen - maxFen(0n, lowest);
  const details = { override: event.override, lacking: formatYuan(lackingFen) };
  // An override lets the balance fall; where only an earlier day lacked, the balance itself may still be above zero.
  if (from.balance - event.amountFen >= 0n) return { entries: [draft(details)] };
  return { entries: [draft(details)], override: { ...event.override, account: from, lackingFen } };
}

/** While a line is, or comes to be, below zero, a reduction leaves the year what it has disbursed, lapsed and carried out (domain §3). */
function spentAlready(state: State, event: ReductionEvent, date: string, comesBelowZero: boolean): Problem | null {
  if (!comesBelowZero && !isBelowZero(state, event.fiscalYear)) return null;
  const left = disbursableFrom(state, event.fiscalYear, date);
  if (left >= event.amountFen) return null;
  const available = formatYuan(left);
  return problem(
    'insufficient-funds',
    `${event.fiscalYear} 年度有支出方向為負,扣除已撥付金額後只能再追減 ${available} 元`,
    `A line of ${event.fiscalYear} is below zero: beside what is disbursed, only ${available} of the year can be taken`,
    { extras: { available } },
  );
}

function decideAllotment(state: State, event: AllotmentEvent, date: string, ids: Ids): Effects | Problem {
  const line = lineOf(state, event.line);
  const unallotted = state.account(event.fiscalYear, ACCOUNT.unallotted);
  const available = state.account(event.fiscalYear, ACCOUNT.available, line.id);
  const [from, to] = event.kind === 'allotment' ? [unallotted, available] : [available, unallotted];
  const lowest = lowestFrom(from, date);
  if (lowest < event.amountFen) return insufficient(lowest, event.kind === 'allotment' ? null : line);
  return { entries: [entry(event, date, ids, line, transfer(from, to, event.amountFen), null)] };
}

function decideVirement(state: State, event: VirementEvent, date: string, ids: Ids): Effects | Problem {
  const from = lineOf(state, event.fromLine);
  const to = lineOf(state, event.toLine);
  const source = state.account(event.fiscalYear, ACCOUNT.available, from.id);
  const lowest = lowestFrom(source, date);
  if (lowest < event.amountFen) return insufficient(lowest, from);
  const legs = transfer(source, state.account(event.fiscalYear, ACCOUNT.available, to.id), event.amountFen);
  return { entries: [entry(event, date, ids, from, legs, { fromLine: from.code, toLine: to.code })] };
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

/** Debit one account, credit another. */
export function transfer(debit: AccountState, credit: AccountState, amountFen: Fen): Leg[] {
  return [
    { account: debit, side: 'D', amountFen },
    { account: credit, side: 'C', amountFen },
  ];
}

function entry(
  event: BudgetEvent,
  effectiveOn: string,
  ids: Ids,
  line: LineState | null,
  legs: readonly Leg[],
  details: Record<string, unknown> | null,
): EntryDraft {
  return {
    id: ids(0),
    kind: event.kind,
    fiscalYear: event.fiscalYear,
    effectiveOn,
    lineId: line?.id ?? null,
    amountFen: event.amountFen,
    documentNo: event.documentNo ?? null,
    reason: event.reason ?? null,
    details,
    legs,
    award: null,
  };
}
