import { formatYuan, problem, readableYuan, type Problem } from '../../../kernel/index.js';
import { isLive } from '../../state/award-state.js';
import { personOf, personYear } from '../../state/claims.js';
import type { AwardChange, EntryDraft } from '../../state/effects.js';
import type { AwardState, ClaimHolder } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { Ids } from '../event-kind.js';

/** The award that domain §5 keeps: one with money disbursed, then the highest amount, then the earliest approval. */
export function keptAward(live: readonly AwardState[]): AwardState | null {
  return [...live].sort(strongerFirst)[0] ?? null;
}

function strongerFirst(left: AwardState, right: AwardState): number {
  if (left.disbursed > 0n !== right.disbursed > 0n) return left.disbursed > 0n ? -1 : 1;
  if (left.awarded !== right.awarded) return left.awarded > right.awarded ? -1 : 1;
  if (left.approvedOn !== right.approvedOn) return left.approvedOn < right.approvedOn ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}

/** The award, other than these, that stands for the same project or person: while it does, none of these can. */
export function standsBeside(state: State, award: AwardState, awards: readonly AwardState[]): ClaimHolder | null {
  const person = personOf(award);
  const holders = [
    state.standing.get(`${award.project.id}|${award.fiscalYear}`),
    person === null ? undefined : state.claimHolder(personYear(person, award.fiscalYear)),
  ];
  return holders.find((holder) => holder !== undefined && awards.every((one) => one.id !== holder.awardId)) ?? null;
}

/** Entries that put the hold on every live award but the kept one, and lift it from the others; of those that lie so already none. */
export function holdEntries(
  state: State,
  awards: readonly AwardState[],
  kept: AwardState | null,
  reason: string | null,
  ids: Ids,
  firstId: number,
): EntryDraft[] {
  return awards
    .filter((award) => award.onHold !== (isLive(award) && award !== kept))
    .map((award, position) => {
      const onHold = !award.onHold;
      return entryWithoutPostings(state, {
        kind: 'assign-hold',
        id: ids(firstId + position),
        reason,
        details: { onHold, kept: kept?.id ?? null },
        about: award,
        change: { award, onHold },
      });
    });
}

/** An entry that moves no money: a hold, or the settlement of a finding. Dated today, whatever the year. */
export function entryWithoutPostings(
  state: State,
  of: {
    readonly kind: string;
    readonly id: string;
    readonly reason: string | null;
    readonly details: Readonly<Record<string, unknown>>;
    /** The award, or the finding, that it is of. */
    readonly about: { readonly fiscalYear: number; readonly lineId: number | null };
    readonly change: AwardChange | null;
  },
): EntryDraft {
  const { fiscalYear, lineId } = of.about;
  return {
    id: of.id,
    kind: of.kind,
    fiscalYear,
    effectiveOn: state.today,
    lineId,
    amountFen: 0n,
    documentNo: null,
    reason: of.reason,
    details: of.details,
    legs: [],
    award: of.change,
  };
}

/** Refused because the project, or the person, has an award that stands in the year. */
export function alreadySubsidised(holder: ClaimHolder): Problem {
  return problem(
    'project-already-subsidised',
    `該項目當年度已由 ${holder.number}(${readableYuan(holder.awarded)} 元)扶持`,
    `The project already has ${holder.number} (${readableYuan(holder.awarded)}) in this year`,
    { extras: { conflictingAward: conflictingAward(holder) } },
  );
}

/** Who stands in the way, as it is answered. */
export function conflictingAward(holder: ClaimHolder): Readonly<Record<string, unknown>> {
  return { id: holder.awardId, number: holder.number, line: holder.line, amount: formatYuan(holder.awarded) };
}
