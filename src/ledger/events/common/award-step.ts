import {
  formatYuan,
  leads,
  maxFen,
  problem,
  readableYuan,
  type Actor,
  type BusinessDate,
  type Fen,
  type Problem,
} from '../../../kernel/index.js';
import type { AccountCode } from '../../chart/accounts.js';
import type { Leg } from '../../chart/legs.js';
import { openSince } from '../../state/balances.js';
import type { AwardChange, EntryDraft } from '../../state/effects.js';
import type { AccountState, AwardState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { AccountNeed, Known, Needs, Stated } from '../event-kind.js';
import { dateInOpenYear } from './dates.js';

/** A step of an award after its reservation. */
export interface AwardStated extends Stated {
  readonly awardId: string;
}

/** Accounts of the award's line in the year whose accounts its money is on; none while the award is not known. */
export function accountsOfAward(awardId: string, known: Known, codes: readonly AccountCode[]): readonly AccountNeed[] {
  const place = known.award(awardId);
  return place === undefined ? [] : codes.map((code) => ({ year: place.budgetYear, code, line: place.line }));
}

/** The award, these accounts of its line, and where a document is stated what it was stated for before. */
export function needsOfAward({ awardId, documentNo }: AwardStated, known: Known, codes: readonly AccountCode[]): Needs {
  const needs = { awards: [awardId], accounts: accountsOfAward(awardId, known, codes) };
  return (documentNo ?? null) === null ? needs : { ...needs, stepDocuments: awardId };
}

/** The award of a step, and its business date. */
export interface Step {
  readonly award: AwardState;
  readonly date: BusinessDate;
}

/** The award of an event, which the actor may touch. */
export function awardOf(state: State, event: AwardStated, actor: Actor): AwardState | Problem {
  const award = state.awards.get(event.awardId);
  return award === undefined || !leads(actor, state.line(award.lineId).leadAgencies) ? noAward(event.awardId) : award;
}

/** What every step begins with: an award that the actor may touch, and a date in its open budget year. */
export function stepOf(state: State, event: AwardStated, actor: Actor): Step | Problem {
  const award = awardOf(state, event, actor);
  if ('code' in award) return award;
  const date = dateInOpenYear(state, event.effectiveOn, award.budgetYear);
  return typeof date === 'string' ? { award, date } : date;
}

/** The account of the award's line in its budget year. */
export function accountOf(state: State, award: AwardState, code: AccountCode): AccountState {
  return state.account(award.budgetYear, code, award.lineId);
}

/** Refused because an award does not exist, or is not this officer's to see. */
function noAward(id: string): Problem {
  return problem('not-found', `沒有扶持項目 ${id}`, `There is no award ${id}`);
}

const STAGES = {
  reserved: '預留',
  committed: '承諾',
  paid: '該筆撥付',
  demanded: '應追回',
} as const;

/** Refused because it is more than the stage holds. */
export function exceeds(stage: keyof typeof STAGES, open: Fen): Problem {
  const text = readableYuan(open);
  return problem('exceeds-open-amount', `${STAGES[stage]}尚餘 ${text} 元`, `Only ${text} is open (${stage})`, {
    extras: { open: formatYuan(open) },
  });
}

/** Refused because a stage holds too little on the date or a later one: too early where it holds enough since a later date. */
export function exceedsOn(award: AwardState, stage: 'reserved' | 'committed', amountFen: Fen | null): Problem {
  const wanted = amountFen ?? maxFen(award[stage], 1n);
  const since = openSince(award, stage, wanted);
  return since === null ? exceeds(stage, award[stage]) : tooEarly(since);
}

/** Refused because the money that it uses came later. */
export function tooEarly(date: BusinessDate): Problem {
  const zh = `日期不得早於 ${date}`;
  const en = `The date must not be before ${date}`;
  return problem('validation-failed', zh, en, { errors: [{ pointer: '/effectiveOn', detail: { zh, en } }] });
}

/** The entry of a step. `change`: differences of the award's amounts, fen. */
export function stepEntry(of: {
  readonly event: { readonly kind: string; readonly documentNo?: string | null; readonly reason?: string | null };
  readonly step: Step;
  readonly id: string;
  readonly amountFen: Fen;
  readonly legs: readonly Leg<AccountState>[];
  readonly change: Omit<AwardChange, 'award'>;
  readonly details?: Readonly<Record<string, unknown>>;
}): EntryDraft {
  const { award, date } = of.step;
  return {
    id: of.id,
    kind: of.event.kind,
    fiscalYear: award.budgetYear,
    effectiveOn: date,
    lineId: award.lineId,
    amountFen: of.amountFen,
    documentNo: of.event.documentNo ?? null,
    reason: of.event.reason ?? null,
    details: of.details ?? null,
    legs: of.legs,
    award: { award, ...of.change },
  };
}
