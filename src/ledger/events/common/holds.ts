import { formatYuan, problem, readableYuan, type Problem, type Text } from '../../../kernel/index.js';
import { keyKind, keyShown } from '../../rules/one-subsidy.js';
import { isLive } from '../../state/award-state.js';
import type { AwardChange, EntryDraft } from '../../state/effects.js';
import type { AwardState, ClaimHolder } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { Ids } from '../event-kind.js';
import type { Met } from './same-project.js';

/**
 * Entries that put the hold on every live award but those that stand, and lift it from the others; of those that lie so already none.
 * Holds come first: who stops standing gives its keys up before another takes them.
 */
export function holdEntries(
  state: State,
  awards: readonly AwardState[],
  standing: ReadonlySet<AwardState>,
  reason: string | null,
  ids: Ids,
  firstId: number,
): EntryDraft[] {
  return awards
    .filter((award) => award.onHold !== (isLive(award) && !standing.has(award)))
    .sort((left, right) => (left.onHold === right.onHold ? 0 : left.onHold ? 1 : -1))
    .map((award, position) =>
      entryWithoutPostings(state, {
        kind: 'assign-hold',
        id: ids(firstId + position),
        reason,
        details: { onHold: !award.onHold },
        about: award,
        change: { award, onHold: !award.onHold },
      }),
    );
}

/** An entry that moves no money: a hold, or the settlement of a finding. Dated today, whatever the year. */
export function entryWithoutPostings(
  state: State,
  of: {
    readonly kind: string;
    readonly id: string;
    readonly documentNo?: string | null;
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
    documentNo: of.documentNo ?? null,
    reason: of.reason,
    details: of.details,
    legs: [],
    award: of.change,
  };
}

/** Refused because the project has an award that stands in the year; says which key met. */
export function alreadySubsidised({ holder, keys }: Met): Problem {
  const names = keys.map(keyName);
  const amount = readableYuan(holder.awarded);
  return problem(
    'project-already-subsidised',
    `該項目當年度已由 ${holder.number}(${amount} 元)扶持:${names.map(({ zh }) => zh).join('、')}相同`,
    `The project already has ${holder.number} (${amount}) in this year: the same ${names.map(({ en }) => en).join(', ')}`,
    { extras: { conflictingAward: conflictingAward(holder), keys: keys.map(keyShown) } },
  );
}

const KEY_NAMES = {
  code: { zh: '項目編號', en: 'project code' },
  title: { zh: '項目名稱', en: 'title' },
  fact: { zh: '專利、證照、上市或債券號碼', en: 'number of a patent, licence, listing or bond' },
  person: { zh: '受獎人', en: 'person' },
} as const;

/** What people call a key. */
export function keyName(key: string): Text {
  return KEY_NAMES[keyKind(key)];
}

/** Who stands in the way, as it is answered. */
export function conflictingAward(holder: ClaimHolder): Readonly<Record<string, unknown>> {
  return { id: holder.awardId, number: holder.number, line: holder.line, amount: formatYuan(holder.awarded) };
}
