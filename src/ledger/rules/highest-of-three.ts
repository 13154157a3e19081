import type { BusinessDate, Fen } from '../../kernel/index.js';

/*
 * The highest of three (§二(九)2, domain §5): of a headquarters reward, a private-enterprise reward and the rewards of this fund that an
 * enterprise has in one year, only the highest is paid. Compared are programmes, each by its total of the year.
 */

/** This fund's rewards among the programmes. */
export const OURS = 'ours';
/** The other two. */
export const PROGRAMMES = ['headquarters-reward', 'private-enterprise-reward'] as const;
export type Programme = (typeof PROGRAMMES)[number];

/** How a fund reads the clause, and of which lines it is. */
export interface RewardReading {
  /** From how many of the three on only the highest is paid. */
  readonly reading: 'any-two' | 'all-three';
  /** Forms and payees of the lines whose awards are rewards in its sense. */
  readonly forms: readonly string[];
  readonly payees: readonly string[];
  /** Why it is read so; null: the default. */
  readonly reason: string | null;
}

/** Where a fund says nothing else. */
export const DEFAULT_READING: RewardReading = { reading: 'any-two', forms: ['reward'], payees: ['enterprise'], reason: null };

/** Whether awards of a line are rewards in the clause's sense. */
export function isReward({ forms, payees }: RewardReading, line: { readonly form: string; readonly payee: string }): boolean {
  return forms.includes(line.form) && payees.includes(line.payee);
}

/** A reward of another programme: it counts as paid. */
export interface ExternalReward {
  readonly id: string;
  readonly enterpriseId: string;
  readonly fiscalYear: number;
  readonly programme: Programme;
  readonly amountFen: Fen;
  /** null: not known, and taken for the first day of its year. */
  readonly paidOn: BusinessDate | null;
}

/** An award of ours that is live, and that nothing else holds. */
export interface OwnReward {
  /** awarded − released − recovered, fen */
  readonly amountFen: Fen;
  /** Date of its first payment that has not all come back; null: nothing is paid. */
  readonly paidOn: BusinessDate | null;
  readonly approvedOn: BusinessDate;
}

/** A programme's rewards of a year. */
export interface ProgrammeTotal {
  readonly programme: Programme | typeof OURS;
  readonly totalFen: Fen;
  /** null: nothing is paid. */
  readonly paidOn: BusinessDate | null;
  /** The earliest of its dates. */
  readonly earliest: BusinessDate;
}

/** The programmes that an enterprise has rewards of in a year, the highest first; null where the clause says nothing of them. */
export function compareRewards(
  { reading }: RewardReading,
  fiscalYear: number,
  externals: readonly ExternalReward[],
  own: readonly OwnReward[],
): readonly ProgrammeTotal[] | null {
  const totals: ProgrammeTotal[] = PROGRAMMES.flatMap((programme) => {
    const rewards = externals.filter((one) => one.programme === programme);
    const paidOn = earliestOf(rewards.map((one) => one.paidOn ?? `${fiscalYear}-01-01`));
    return paidOn === null ? [] : [{ programme, totalFen: sum(rewards), paidOn, earliest: paidOn }];
  });
  const approved = earliestOf(own.map(({ approvedOn }) => approvedOn));
  if (approved !== null) {
    const paidOn = earliestOf(own.flatMap((one) => one.paidOn ?? []));
    totals.push({ programme: OURS, totalFen: sum(own), paidOn, earliest: approved });
  }
  if (totals.length < (reading === 'any-two' ? 2 : PROGRAMMES.length + 1)) return null;
  return totals.sort(higherFirst);
}

/** A tie: the one paid first, else the earlier date; ours behind another that is equal in all. */
function higherFirst(left: ProgrammeTotal, right: ProgrammeTotal): number {
  if (left.totalFen !== right.totalFen) return left.totalFen > right.totalFen ? -1 : 1;
  const [paidLeft, paidRight] = [left.paidOn ?? NEVER, right.paidOn ?? NEVER];
  if (paidLeft !== paidRight) return paidLeft < paidRight ? -1 : 1;
  if (left.earliest !== right.earliest) return left.earliest < right.earliest ? -1 : 1;
  return rank(left) - rank(right);
}

/** Behind every date. */
const NEVER = '9999-99-99';

function rank({ programme }: ProgrammeTotal): number {
  return programme === OURS ? PROGRAMMES.length : PROGRAMMES.indexOf(programme);
}

function sum(rewards: readonly { readonly amountFen: Fen }[]): Fen {
  return rewards.reduce((total, { amountFen }) => total + amountFen, 0n);
}

function earliestOf(dates: readonly BusinessDate[]): BusinessDate | null {
  return dates.reduce<BusinessDate | null>((earliest, date) => (earliest === null || date < earliest ? date : earliest), null);
}
