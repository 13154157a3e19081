import { formatYuan, type Fen } from '../../kernel/index.js';
import {
  compareRewards,
  DEFAULT_READING,
  OURS,
  type ExternalReward,
  type ProgrammeTotal,
  type RewardReading,
} from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';
import { countExternals, readReading, rewardPlaces, type RewardPlace } from './highest-of-three.sql.js';
import { fingerprint, NAMED_AWARDS_LIMIT, type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';

/** Of a headquarters reward, a private-enterprise reward and ours only the highest of a year is paid (§二(九)2, domain §5). */
export const highestOfThree: Rule = { name: 'highest-of-three', check };

async function check(sql: Sql, { fundId, fiscalYear }: RuleScope): Promise<Checked> {
  const reading = (await readReading(sql, fundId)) ?? DEFAULT_READING;
  const suspicions: Suspicion[] = [];
  for await (const place of rewardPlaces(sql, fundId, fiscalYear, reading)) {
    const totals = totalsOf(place, reading);
    if (totals !== null && totals[0]?.programme !== OURS) suspicions.push(suspicion(place, totals, reading));
  }
  return { checked: await countExternals(sql, fundId, fiscalYear), suspicions };
}

/** Awards whose hold by a higher reward lies otherwise than it should; those of one enterprise and year together. */
export async function* misplacedRewardHolds(sql: Sql, { fundId, fiscalYear }: RuleScope): AsyncGenerator<readonly string[]> {
  const reading = (await readReading(sql, fundId)) ?? DEFAULT_READING;
  for await (const place of rewardPlaces(sql, fundId, fiscalYear, reading)) {
    const totals = totalsOf(place, reading);
    const isHigher = totals !== null && totals[0]?.programme !== OURS;
    const misplaced = place.awards.filter((award) => award.rewardHold !== (award.isReward && isHigher));
    if (misplaced.length > 0) yield misplaced.map(({ id }) => id);
  }
}

function totalsOf({ fiscalYear, externals, awards }: RewardPlace, reading: RewardReading): readonly ProgrammeTotal[] | null {
  const counted = awards.filter((award) => award.isReward && !award.isHeld);
  return compareRewards(reading, fiscalYear, externals, counted);
}

function suspicion(place: RewardPlace, totals: readonly ProgrammeTotal[], reading: RewardReading): Suspicion {
  const { fiscalYear, externals } = place;
  const ours = place.awards.filter(({ isReward }) => isReward);
  const shown = ours.slice(0, NAMED_AWARDS_LIMIT);
  const demandBack = sum(ours.map(({ disbursed, openDemands }) => disbursed - openDemands));
  const [highest] = totals;
  return {
    subject: `rewards:${place.rootId}:${fiscalYear}`,
    severity: 'error',
    fiscalYear,
    lineId: ours[0]?.lineId ?? null,
    awardIds: shown.map(({ id }) => id),
    amountFen: sum(ours.map(({ held }) => held)),
    evidence: {
      enterprise: { id: place.rootId, name: place.enterpriseName, organizationCode: place.rootCode },
      reading: reading.reading,
      readingReason: reading.reason,
      programmes: totals.map(({ programme, totalFen, paidOn }) => ({ programme, total: formatYuan(totalFen), paidOn })),
      highest: highest?.programme ?? null,
      externalAwards: externals.slice(0, NAMED_AWARDS_LIMIT).map(externalEvidence),
      demandBack: formatYuan(demandBack),
    },
    fingerprint: fingerprint([
      reading.reading,
      totals.map(({ programme, totalFen }) => [programme, String(totalFen)]),
      externals.map(({ id }) => id).sort(),
      ours.map(({ id }) => id).sort(),
    ]),
  };
}

function externalEvidence({ id, programme, amountFen, paidOn }: ExternalReward): Record<string, unknown> {
  return { id, programme, amount: formatYuan(amountFen), paidOn };
}

function sum(amounts: readonly Fen[]): Fen {
  return amounts.reduce((total, amount) => total + amount, 0n);
}
