import { approvalsOf } from '../approvals/index.js';
import { findFund, Fund } from '../budget/index.js';
import { demonstrationActor, peopleOf } from '../identity/index.js';
import type { AwardRecord, BudgetEvent, Ledger } from '../ledger/index.js';
import type { Config } from '../platform/config/index.js';
import type { Database } from '../platform/database/database.js';
import { illustrativePayee } from './illustrative-parties.js';
import { recover, STEPS, type Living } from './award-life.js';
import { fenOf, readPlan, readPlanted, yearsOf, type Movement, type Plan } from './plan.js';
import { date, ILLUSTRATIVE, plannedAwards, type PlannedAward } from './planned-awards.js';
import { leaveWaiting } from './leave-waiting.js';
import { plantCapExceeded, plantDuplicates, plantReductions } from './planted-violations.js';
import { seedSuccession } from './seed-succession.js';
import { plantRewards } from './planted-rewards.js';
import { Poster, type Done } from './poster.js';
import { RuleChanger, setTalentRate } from './rule-changer.js';
import { TwoPeople } from './two-people.js';

/** What the demonstration is made with. */
export interface Demonstration {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly config: Config;
  /** Secret under which identity numbers of persons are hashed (the product's own). */
  readonly secret: string;
}

const FUND = 'gz-ecommerce';

/**
 * Fills the fund of the policy with five years of made-up budgets and about 300 made-up awards, and plants violations for
 * reconciliation to find. It lives by the fund's policy of approvals: `finance` makes, `finance2` checks, and a few requests are left waiting.
 * Everything goes through the ledger under fixed keys: a start that was killed is completed by the next one, and when all is there nothing
 * is done. The fund is marked as illustrative at the end.
 */
export async function seedDemonstration({ db, ledger, config, secret }: Demonstration): Promise<void> {
  const fund = await findFund(db, FUND);
  if (fund === null) throw new Error(`The fund ${FUND} must be seeded before its demonstration`);
  if (fund.illustrative) return;
  const plan = readPlan();
  const planted = readPlanted();
  const known = peopleOf(db, config);
  const services = approvalsOf(db, ledger, known, config);
  await seedSuccession(db);
  const people = new TwoPeople(services, await demonstrationActor(db, 'finance'), await demonstrationActor(db, 'finance2'));
  const poster = new Poster({ db, ledger, people, fund });
  const changer = new RuleChanger(db, people, fund);
  await setTalentRate(changer, fund.firstYear);
  const awards: Living[] = [];
  for (const year of yearsOf(plan)) {
    await poster.post(year, 'budget', budgetEvents(plan, year));
    const reserved = await reserve(poster, plannedAwards(plan, planted, year, secret), year, secret);
    await live(poster, year, reserved);
    awards.push(...reserved);
    await plantDuplicates(poster, planted, year, secret);
    await plantRewards(poster, planted, year, secret);
    await plantCapExceeded({ changer, poster, planted, year, secret });
    await plantReductions(poster, planted, year);
  }
  await leaveWaiting({ db, services, usernamesOf: (ids) => known.usernamesOf(ids), fund, awards });
  await db.manager.update(Fund, fund.id, { illustrative: true });
}

/** Reserves a year's awards. */
async function reserve(poster: Poster, awards: readonly PlannedAward[], year: number, secret: string): Promise<Living[]> {
  const reserved = await poster.post(
    year,
    'reserve',
    awards.map(({ event }) => event),
  );
  return awards.map(({ life }, index) => {
    const award = awardOf(reserved[index]);
    return { life, award, payee: illustrativePayee(award, secret) };
  });
}

/** Takes every award as far as its life goes. */
async function live(poster: Poster, year: number, awards: readonly Living[]): Promise<void> {
  let demanded: readonly Living[] = [];
  let demands: readonly Done[] = [];
  for (const step of STEPS) {
    const events = awards.flatMap((living) => step.eventFor(living) ?? []);
    demands = await poster.post(year, step.name, events);
    demanded = awards.filter((living) => step.eventFor(living) !== null);
  }
  const receipts = demanded.flatMap((living, index) => recover(living, demands[index]?.entry?.id ?? '') ?? []);
  await poster.post(year, 'recover', receipts);
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

function awardOf(posting: Done | undefined): AwardRecord {
  if (posting === undefined || posting.award === null) throw new Error('A reservation answers with its award');
  return posting.award;
}
