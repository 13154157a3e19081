import { readSeedFile } from '../platform/seed-file.js';
import { parseYuan, type Fen } from '../kernel/index.js';
import type { Programme } from '../ledger/index.js';

/** How far an award of the demonstration comes. */
export type Life =
  | 'reserved'
  | 'committed'
  | 'partly-committed'
  | 'partly-disbursed'
  | 'disbursed'
  | 'released'
  | 'partly-released'
  | 'commitment-released'
  | 'returned'
  | 'demanded'
  | 'recovered';

/** `seeds/demo/plan.json`: what every year gets. Lists of five go by year; amounts are yuan. */
export interface Plan {
  readonly firstYear: number;
  readonly appropriation: string;
  readonly lines: readonly LinePlan[];
  readonly movements: readonly Movement[];
  /** Persons rewarded on the line `talent`: first year and how many years. */
  readonly talents: readonly { readonly from: number; readonly years: number }[];
}

/** Awards and allotments of one line. */
export interface LinePlan {
  readonly line: string;
  readonly awards: readonly number[];
  /** Bounds of an award; for `training` of the cost, for `talent` of the salary. */
  readonly amount: { readonly min: string; readonly max: string };
  readonly allotments: readonly string[];
  readonly projects: readonly string[];
  /** Taken in turn; left out: by the year. */
  readonly lives?: readonly Life[];
}

/** A budget entry beyond appropriation and allotments. */
export type Movement = { readonly year: number; readonly amount: string } & (
  | { readonly kind: 'allotment' | 'allotment-return'; readonly line: string }
  | { readonly kind: 'virement'; readonly fromLine: string; readonly toLine: string }
);

/** `seeds/demo/planted.json`: violations made on purpose. `enterprise` is a serial number. */
export interface Planted {
  readonly duplicates: readonly Duplicate[];
  readonly reductions: readonly {
    readonly year: number;
    readonly line: string;
    readonly amount: string;
    readonly expiresOn: string;
  }[];
  /** Rewards of which another programme's is higher. */
  readonly rewards: readonly {
    readonly year: number;
    readonly enterprise: number;
    readonly first: PlantedAward;
    readonly external: {
      readonly programme: Programme;
      readonly amount: string;
      readonly reference: string;
      readonly paidOn: string;
    };
  }[];
  readonly capExceeded: {
    readonly year: number;
    readonly line: string;
    readonly enterprise: number;
    readonly title: string;
    readonly trainingCost: string;
    readonly amount: string;
  };
}

/** Two awards of one project in one year; the second came in offline. */
export interface Duplicate {
  readonly year: number;
  readonly enterprise: number;
  readonly first: PlantedAward & { readonly life: Life };
  readonly second: PlantedAward;
}

interface PlantedAward {
  readonly line: string;
  readonly title: string;
  readonly code?: string;
  readonly amount: string;
}

/** The plan of the demonstration. */
export function readPlan(): Plan {
  return readSeedFile('demo/plan.json') as Plan;
}

/** The violations of the demonstration. */
export function readPlanted(): Planted {
  return readSeedFile('demo/planted.json') as Planted;
}

/** Years of the plan, first to last. */
export function yearsOf(plan: Plan): readonly number[] {
  return (plan.lines[0]?.allotments ?? []).map((_, index) => plan.firstYear + index);
}

/** Fen of a yuan string of the seeds. */
export function fenOf(yuan: string): Fen {
  const fen = parseYuan(yuan);
  if (fen === null) throw new Error(`Not a yuan amount: ${yuan}`);
  return fen;
}
