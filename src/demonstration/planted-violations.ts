import { lineSeeds } from '../budget/index.js';
import type { LineRule } from '../ledger/index.js';
import { illustrativeEnterprise } from './illustrative-parties.js';
import { fenOf, type Planted } from './plan.js';
import { date, ILLUSTRATIVE, projectOf, reserveEvent } from './planned-awards.js';
import type { Poster } from './poster.js';
import { Random } from './random.js';
import type { RuleChanger } from './rule-changer.js';

/** Keeps the references of second awards apart from those of the first. */
const SECOND_SERIALS = 10_000;

/** Second awards of a project and year, approved on paper and recorded afterwards: they are on hold at once. */
export async function plantDuplicates(poster: Poster, planted: Planted, year: number, secret: string): Promise<void> {
  const random = new Random(year);
  const events = planted.duplicates
    .filter((duplicate) => duplicate.year === year)
    .map(({ enterprise, second }) =>
      reserveEvent(
        {
          line: second.line,
          year,
          serial: SECOND_SERIALS + enterprise,
          amountFen: fenOf(second.amount),
          parties: { enterprise: illustrativeEnterprise(enterprise, year), project: projectOf(second) },
          effectiveOn: date(year, 11, 20),
          approvedOffline: true,
        },
        random,
        secret,
      ),
    );
  await poster.post(year, 'offline', events);
}

/** Reductions that take a line below zero by an override. */
export async function plantReductions(poster: Poster, planted: Planted, year: number): Promise<void> {
  const events = planted.reductions
    .filter((reduction) => reduction.year === year)
    .map(({ line, amount, expiresOn }, index) => {
      const documentNo = `示例追減〔${year}〕${index + 1}號`;
      const override = { reason: `${ILLUSTRATIVE}：追減後下年度補足`, documentNo, expiresOn };
      return {
        kind: 'reduction' as const,
        fiscalYear: year,
        amountFen: fenOf(amount),
        line,
        override,
        effectiveOn: date(year, 12, 20),
        documentNo,
        reason: ILLUSTRATIVE,
      };
    });
  await poster.post(year, 'reduce', events);
}

interface CapPlan {
  readonly changer: RuleChanger;
  readonly poster: Poster;
  readonly planted: Planted;
  readonly year: number;
  readonly secret: string;
}

/** An award above the line's cap, recorded while the line had none. The rule of the policy is put back in any case, from the same day. */
export async function plantCapExceeded({ changer, poster, planted, year, secret }: CapPlan): Promise<void> {
  const { capExceeded } = planted;
  if (capExceeded.year !== year) return;
  const event = reserveEvent(
    {
      line: capExceeded.line,
      year,
      serial: capExceeded.enterprise,
      amountFen: fenOf(capExceeded.amount),
      baseFen: fenOf(capExceeded.trainingCost),
      parties: { enterprise: illustrativeEnterprise(capExceeded.enterprise, year), project: projectOf(capExceeded) },
      effectiveOn: date(year, 11, 25),
    },
    new Random(year),
    secret,
  );
  const policy = lineSeeds().find((line) => line.code === capExceeded.line)?.rule;
  if (policy === undefined) throw new Error(`The policy has no line ${capExceeded.line}`);
  // Version 1 is the policy's, 2 the one without cap, 3 the policy's again: a start after a kill continues from the version that it finds.
  const from = date(year, 11, 1);
  await changer.change(capExceeded.line, 1, { rule: withoutCap(policy), from, documentNo: `示例規定〔${year}〕1號` });
  await poster.post(year, 'without-cap', [event]);
  await changer.change(capExceeded.line, 2, { rule: policy, from, documentNo: `示例規定〔${year}〕2號` });
}

function withoutCap(rule: LineRule): LineRule {
  if (rule.amount.kind !== 'rate') return rule;
  const { cap: _, ...amount } = rule.amount;
  return { ...rule, amount };
}
