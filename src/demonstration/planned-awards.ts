import { minFen, multiplyDown, type BusinessDate, type Fen } from '../kernel/index.js';
import type { ReserveEvent } from '../ledger/index.js';
import { partiesOfRequest, type PartiesRequest } from '../parties/index.js';
import { factsFor } from './facts.js';
import { illustrativeEnterprise, illustrativePerson } from './illustrative-parties.js';
import { fenOf, type Life, type LinePlan, type Plan, type Planted } from './plan.js';
import { Random } from './random.js';

/** An award to make, and how far it comes. */
export interface PlannedAward {
  readonly event: ReserveEvent;
  readonly life: Life;
}

const SEED = 20140054;
/** Enterprises that take part beside those of demo-enterprise, which have the serial numbers below. */
const OTHER_ENTERPRISES = { first: 61, last: 150 };
const TALENT_SERIAL = 30_000;
const TRAINING = { rate: { units: 3n, scale: 1 }, capFen: 50_000_000n };
const TALENT_RATE = { units: 1n, scale: 1 };

/** In earlier years nearly everything is paid; in the last one nearly everything is still to come. */
const LIVES: readonly (readonly Life[])[] = [
  [
    'disbursed',
    'disbursed',
    'released',
    'disbursed',
    'recovered',
    'disbursed',
    'partly-released',
    'returned',
    'disbursed',
    'commitment-released',
  ],
  [
    'disbursed',
    'disbursed',
    'partly-disbursed',
    'disbursed',
    'released',
    'disbursed',
    'recovered',
    'committed',
    'disbursed',
    'demanded',
  ],
  [
    'disbursed',
    'partly-disbursed',
    'disbursed',
    'released',
    'disbursed',
    'returned',
    'disbursed',
    'committed',
    'partly-released',
    'disbursed',
  ],
  [
    'disbursed',
    'committed',
    'partly-disbursed',
    'reserved',
    'disbursed',
    'partly-committed',
    'committed',
    'released',
    'reserved',
    'demanded',
  ],
  [
    'reserved',
    'committed',
    'reserved',
    'partly-committed',
    'disbursed',
    'reserved',
    'partly-disbursed',
    'committed',
    'reserved',
    'released',
  ],
];

/** Every award of a year, by date of approval: those of the plan and the first ones of the planted duplicates. */
export function plannedAwards(plan: Plan, planted: Planted, year: number, secret: string): readonly PlannedAward[] {
  const random = new Random(SEED + year);
  const awards = [
    ...plan.lines.flatMap((line) => lineAwards(plan, line, year, random, secret)),
    ...talentAwards(plan, year, random, secret),
    ...planted.duplicates
      .filter((duplicate) => duplicate.year === year)
      .map(({ enterprise, first }) => ({
        life: first.life,
        event: reserveEvent(
          {
            line: first.line,
            year,
            serial: enterprise,
            amountFen: fenOf(first.amount),
            parties: { enterprise: illustrativeEnterprise(enterprise, 2013), project: projectOf(first) },
          },
          random,
          secret,
        ),
      })),
  ];
  return awards.sort((one, other) =>
    one.event.approvedOn < other.event.approvedOn ? -1 : one.event.approvedOn > other.event.approvedOn ? 1 : 0,
  );
}

/** What one award of the demonstration is about. */
export interface AwardSketch {
  readonly line: string;
  readonly year: number;
  /** Unique over the demonstration. */
  readonly serial: number;
  readonly amountFen: Fen;
  /** What a rate is taken of. */
  readonly baseFen?: Fen;
  readonly parties: PartiesRequest;
  readonly effectiveOn?: BusinessDate;
  readonly approvedOffline?: boolean;
}

/** The reservation of a sketched award, marked as illustrative in its approval reference and its reason. */
export function reserveEvent(sketch: AwardSketch, random: Random, secret: string): ReserveEvent {
  const parties = partiesOfRequest(sketch.parties, secret);
  if (!parties.ok) throw new Error(`The demonstration names faulty parties: ${JSON.stringify(parties.problem)}`);
  const approval = { month: random.between(2, 4), day: random.between(1, 20) };
  const approvedOn = sketch.effectiveOn ?? date(sketch.year, approval.month, approval.day);
  return {
    kind: 'reserve',
    ...parties.value,
    fiscalYear: sketch.year,
    line: sketch.line,
    amountFen: sketch.amountFen,
    effectiveOn: sketch.effectiveOn ?? date(sketch.year, approval.month, approval.day + random.between(1, 8)),
    approvalRef: `示例批覆〔${sketch.year}〕${sketch.serial}號`,
    approvedOn,
    facts: factsFor(sketch.line, sketch.serial, sketch.baseFen ?? 0n, random),
    approvedOffline: sketch.approvedOffline ?? false,
    distinctFrom: [],
    reason: ILLUSTRATIVE,
  };
}

/** Stands in the reason of every entry of the demonstration. */
export const ILLUSTRATIVE = '示範資料，純屬虛構 (illustrative)';

/** The project of a planted award. */
export function projectOf(award: { readonly title: string; readonly code?: string }): PartiesRequest['project'] {
  return award.code === undefined ? { title: award.title } : { title: award.title, code: award.code };
}

/** A date of the year. */
export function date(year: number, month: number, day: number): BusinessDate {
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

function lineAwards(plan: Plan, line: LinePlan, year: number, random: Random, secret: string): PlannedAward[] {
  const yearIndex = year - plan.firstYear;
  const before = line.awards.slice(0, yearIndex).reduce((sum, count) => sum + count, 0);
  const lives = line.lives ?? LIVES[yearIndex] ?? [];
  return Array.from({ length: line.awards[yearIndex] ?? 0 }, (_, index) => {
    const serial = (plan.lines.indexOf(line) + 1) * 1_000 + before + index + 1;
    const baseFen = random.amount(fenOf(line.amount.min), fenOf(line.amount.max));
    // demo-enterprise and ipo are given to an enterprise once: theirs are numbered through.
    const enterprise =
      line.line === 'demo-enterprise' || line.line === 'ipo'
        ? before + index + 1
        : random.between(OTHER_ENTERPRISES.first, OTHER_ENTERPRISES.last);
    const title = `${random.pick(line.projects)}（${year}年第${index + 1}期）`;
    const hasCode = random.between(1, 10) <= 4;
    const project = hasCode ? { title, code: `SL-${serial}` } : { title };
    return {
      life: line.lives === undefined ? random.pick(lives) : inTurn(lives, index),
      event: reserveEvent(
        {
          line: line.line,
          year,
          serial,
          amountFen: line.line === 'training' ? minFen(multiplyDown(baseFen, TRAINING.rate), TRAINING.capFen) : baseFen,
          baseFen,
          parties: { enterprise: illustrativeEnterprise(enterprise, year), project },
        },
        random,
        secret,
      ),
    };
  });
}

function talentAwards(plan: Plan, year: number, random: Random, secret: string): PlannedAward[] {
  const line = plan.lines.find((candidate) => candidate.line === 'talent');
  if (line === undefined) return [];
  return plan.talents.flatMap((talent, index) => {
    if (year < talent.from || year >= talent.from + talent.years) return [];
    const person = illustrativePerson(index);
    const salaryFen = random.amount(fenOf(line.amount.min), fenOf(line.amount.max));
    return [
      {
        life: inTurn(LIVES[year - plan.firstYear] ?? [], index),
        event: reserveEvent(
          {
            line: line.line,
            year,
            serial: TALENT_SERIAL + index * 10 + (year - talent.from),
            amountFen: multiplyDown(salaryFen, TALENT_RATE),
            baseFen: salaryFen,
            parties: {
              enterprise: illustrativeEnterprise(index + 1, year),
              project: { title: `${line.projects[0] ?? ''}（${person.name}，第${year - talent.from + 1}年）` },
              person,
            },
          },
          random,
          secret,
        ),
      },
    ];
  });
}

function inTurn(lives: readonly Life[], index: number): Life {
  const life = lives[index % lives.length];
  if (life === undefined) throw new Error('The plan names no life');
  return life;
}
