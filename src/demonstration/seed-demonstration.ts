import { findFund, Fund } from '../budget/index.js';
import type { AwardRecord, BudgetEvent, Ledger, Posted } from '../ledger/index.js';
import type { Database } from '../platform/database/database.js';
import { illustrativePayee } from './illustrative-parties.js';
import { recover, STEPS, type Living } from './award-life.js';
import { fenOf, readPlan, readPlanted, yearsOf, type Movement, type Plan } from './plan.js';
import { date, ILLUSTRATIVE, plannedAwards } from './planned-awards.js';
import { plantCapExceeded, plantDuplicates, plantReductions, setTalentRate } from './planted-violations.js';
import { seedSuccession } from './seed-succession.js';
import { plantRewards } from './planted-rewards.js';
import { Poster } from './poster.js';

/** What the demonstration is made with. */
export interface Demonstration {
  readonly db: Database;
  readonly ledger: Pick<Ledger, 'post'>;
  /** Secret under which identity numbers of persons are hashed (the product's own). */
  readonly secret: string;
}

const FUND = 'gz-ecommerce';

/**
 * Fills the fund of the policy with five years of made-up budgets and about 300 made-up awards, and plants violations for
 * reconciliation to find. Everything goes through the ledger under fixed keys: a start that was killed is completed by the next one,
 * and when all is there nothing is done. The fund is marked as illustrative at the end.
 */
export async function seedDemonstration({ db, ledger, secret }: Demonstration): Promise<void> {
  const fund = await findFund(db, FUND);
  if (fund === null) throw new Error(`The fund ${FUND} must be seeded before its demonstration`);
  if (fund.illustrative) return;
  const plan = readPlan();
  const planted = readPlanted();
  const poster = new Poster(ledger, FUND);
  await seedSuccession(db);
  await setTalentRate(db, fund);
  for (const year of yearsOf(plan)) {
    await poster.post(`${year}/budget`, budgetEvents(plan, year));
    const awards = plannedAwards(plan, planted, year, secret);
    const reserved = await poster.post(
      `${year}/reserve`,
      awards.map((award) => award.event),
    );
    await live(
      poster,
      year,
      awards.map(({ life }, index) => {
        const award = awardOf(reserved[index]);
        return { life, award, payee: illustrativePayee(award, secret) };
      }),
    );
    await plantDuplicates(poster, planted, year, secret);
    await plantRewards(poster, planted, year, secret);
    await plantCapExceeded({ db, poster, fund, planted, year, secret });
    await plantReductions(poster, planted, year);
  }
  await db.manager.update(Fund, fund.id, { illustrative: true });
}

/** Takes every award as far as its life goes. */
async function live(poster: Poster, year: number, awards: readonly Living[]): Promise<void> {
  let demanded: readonly Living[] = [];
  let demands: readonly Posted[] = [];
  for (const step of STEPS) {
    const events = awards.flatMap((living) => step.eventFor(living) ?? []);
    demands = await poster.post(`${year}/${step.name}`, events);
    demanded = awards.filter((living) => step.eventFor(living) !== null);
  }
  const receipts = demanded.flatMap((living, index) => recover(living, demands[index]?.entry?.id ?? '') ?? []);
  await poster.post(`${year}/recover`, receipts);
}

function budgetEvents(plan: Plan, year: number): BudgetEvent[] {
  const said = { effectiveOn: date(year, 1, 20), reason: ILLUSTRATIVE };
  return [
    {
      ...said,
      kind: 'appropriation',
      fiscalYear: year,
      amountFen: fenOf(plan.appropriation),
      effectiveOn: date(year, 1, 5),
      documentNo: `示例預算批覆〔${year}〕1號`,
      ceilingDocumentNo: null,
    },
    ...plan.lines.map((line): BudgetEvent => {
      const amountFen = fenOf(line.allotments[year - plan.firstYear] ?? '');
      return {
        ...said,
        kind: 'allotment',
        fiscalYear: year,
        line: line.line,
        amountFen,
        documentNo: `示例指標〔${year}〕${line.line}`,
      };
    }),
    ...plan.movements.filter((movement) => movement.year === year).map((movement) => movementEvent(movement, year)),
  ];
}

function movementEvent(movement: Movement, year: number): BudgetEvent {
  const said = {
    fiscalYear: year,
    amountFen: fenOf(movement.amount),
    effectiveOn: date(year, 1, 25),
    documentNo: `示例調整〔${year}〕1號`,
    reason: ILLUSTRATIVE,
  };
  if (movement.kind === 'virement') return { ...said, kind: 'virement', fromLine: movement.fromLine, toLine: movement.toLine };
  return { ...said, kind: movement.kind, line: movement.line };
}

function awardOf(posting: Posted | undefined): AwardRecord {
  if (posting === undefined || posting.award === null) throw new Error('A reservation answers with its award');
  return posting.award;
}
