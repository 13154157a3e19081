import { formatYuan, readableYuan, type BusinessDate, type Text } from '../../../kernel/index.js';
import {
  compareRewards,
  isReward,
  OURS,
  type ExternalReward,
  type OwnReward,
  type ProgrammeTotal,
} from '../../rules/highest-of-three.js';
import { isLive, poolShare } from '../../state/award-state.js';
import type { EntryDraft } from '../../state/effects.js';
import type { AwardState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { Ids } from '../event-kind.js';
import { entryWithoutPostings } from './holds.js';

/** What is decided and not yet recorded: another register, other roots, other holds. */
export interface RewardsDecided {
  readonly externals?: readonly ExternalReward[];
  /** Code by which an enterprise is told apart. */
  readonly rootOf?: (enterpriseId: string) => string;
  /** Awards that another rule comes to hold, or no longer does. */
  readonly isHeld?: (award: AwardState) => boolean;
}

/** An enterprise's rewards of a year, by the code of its root. */
interface EnterpriseYear {
  readonly rootCode: string;
  readonly fiscalYear: number;
}

/** Programmes of the enterprise's year, the highest first; null: the clause says nothing of them. `award`: one that is not recorded yet. */
export function rewardsOf(
  state: State,
  { rootCode, fiscalYear }: EnterpriseYear,
  decided: RewardsDecided = {},
  award?: AwardState,
): readonly ProgrammeTotal[] | null {
  const { externals = state.externals, rootOf = (id) => state.rootCodes.get(id) ?? '' } = decided;
  const rivals = externals.filter((one) => one.fiscalYear === fiscalYear && rootOf(one.enterpriseId) === rootCode);
  if (rivals.length === 0) return null;
  const isOfYear = (one: { readonly fiscalYear: number; readonly enterpriseId: string }): boolean =>
    one.fiscalYear === fiscalYear && rootOf(one.enterpriseId) === rootCode;
  const locked = [...state.awards.values(), ...(award === undefined || state.awards.has(award.id) ? [] : [award])];
  const own = [
    ...locked
      .filter((one) => isOfYear({ fiscalYear: one.fiscalYear, enterpriseId: one.enterprise.id }))
      .flatMap((one) => ownOf(state, one, decided)),
    ...state.rivals.filter((one) => isOfYear(one) && !state.awards.has(one.id)).map(({ reward }) => reward),
  ];
  return compareRewards(state.rewardReading, fiscalYear, rivals, own);
}

/** The award as a reward that counts; none where it is none, or something else holds it. */
function ownOf(state: State, award: AwardState, { isHeld }: RewardsDecided): OwnReward[] {
  const held = isHeld?.(award) ?? award.onHold;
  if (held || award.ruleHold || !isReward(state.rewardReading, state.line(award.lineId)) || poolShare(award) === 0n) return [];
  // Not recorded yet, it holds nothing, and will.
  if (!isLive(award) && award.version > 0) return [];
  const paid = (state.payments.get(award.id) ?? []).filter((one) => one.paid > one.returned + one.recovered);
  const paidOn = paid.reduce<BusinessDate | null>(
    (first, { effectiveOn }) => (first === null || effectiveOn < first ? effectiveOn : first),
    null,
  );
  return [{ amountFen: poolShare(award), paidOn, approvedOn: award.approvedOn }];
}

/** The reward that is higher than ours, where the award is one of ours and the clause says so; null: it may be paid. */
export function higherReward(state: State, award: AwardState, decided: RewardsDecided = {}): ProgrammeTotal | null {
  if (!isReward(state.rewardReading, state.line(award.lineId))) return null;
  const rootCode = decided.rootOf?.(award.enterprise.id) ?? award.enterprise.rootCode;
  const [highest] = rewardsOf(state, { rootCode, fiscalYear: award.fiscalYear }, decided, award) ?? [];
  return highest === undefined || highest.programme === OURS ? null : highest;
}

/** Entries that put the hold on awards of which another programme's reward is higher, and lift it from the others; of those that lie so already none. */
export function rewardHoldEntries(
  state: State,
  awards: readonly AwardState[],
  reason: string | null,
  ids: Ids,
  firstId: number,
  decided: RewardsDecided = {},
): EntryDraft[] {
  return awards
    .filter((award) => award.rewardHold !== (isLive(award) && higherReward(state, award, decided) !== null))
    .map((award, position) =>
      entryWithoutPostings(state, {
        kind: 'reward-hold',
        id: ids(firstId + position),
        reason,
        details: { onHold: !award.rewardHold },
        about: award,
        change: { award, rewardHold: !award.rewardHold },
      }),
    );
}

const PROGRAMME_NAMES: Readonly<Record<ProgrammeTotal['programme'], Text>> = {
  'headquarters-reward': { zh: '總部企業獎勵', en: 'headquarters reward' },
  'private-enterprise-reward': { zh: '民營企業獎勵', en: 'private-enterprise reward' },
  ours: { zh: '本專項資金獎勵', en: 'reward of this fund' },
};

/** What people call a programme. */
export function programmeName(programme: ProgrammeTotal['programme']): Text {
  return PROGRAMME_NAMES[programme];
}

/** Why an award is not payable, and what would end it. */
export function higherRewardSays({ programme, totalFen }: ProgrammeTotal): {
  readonly says: Text;
  readonly extras: Record<string, unknown>;
} {
  const name = programmeName(programme);
  const amount = readableYuan(totalFen);
  return {
    says: {
      zh: `該企業當年的${name.zh} ${amount} 元較高,三項獎勵只安排最高一項(二(九)2);須釋放本項,或更正登記的外部獎勵`,
      en: `the enterprise’s ${name.en} of the year, ${amount} yuan, is higher, and only the highest of the three is paid (section 2(9)2): release the award, or have the register of external awards corrected`,
    },
    extras: { highest: { programme, total: formatYuan(totalFen) } },
  };
}
