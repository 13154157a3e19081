import { findLine, lineSeeds, replaceRule, type Fund } from '../budget/index.js';
import { SYSTEM_ACTOR } from '../kernel/index.js';
import type { LineRule } from '../ledger/index.js';
import type { Database } from '../platform/database/database.js';
import { illustrativeEnterprise } from './illustrative-parties.js';
import { fenOf, type Planted } from './plan.js';
import { date, ILLUSTRATIVE, projectOf, reserveEvent } from './planned-awards.js';
import type { Poster } from './poster.js';
import { Random } from './random.js';

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
  await poster.post(`${year}/offline`, events);
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
  await poster.post(`${year}/reduce`, events);
}

interface CapPlan {
  readonly db: Database;
  readonly poster: Poster;
  readonly fund: Fund;
  readonly planted: Planted;
  readonly year: number;
  readonly secret: string;
}

/** An award above the line's cap, recorded while the line had none. The rule of the policy is put back in any case, from the same day. */
export async function plantCapExceeded({ db, poster, fund, planted, year, secret }: CapPlan): Promise<void> {
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
  await changeRule(db, fund.id, capExceeded.line, 1, { rule: withoutCap(policy), from, documentNo: `示例規定〔${year}〕1號` });
  await poster.post(`${year}/without-cap`, [event]);
  await changeRule(db, fund.id, capExceeded.line, 2, { rule: policy, from, documentNo: `示例規定〔${year}〕2號` });
}

/** Finance sets the rate of the line for talent, which the policy leaves open: without it nothing could be reserved on it. */
export async function setTalentRate(db: Database, fund: Fund): Promise<void> {
  const policy = lineSeeds().find((line) => line.code === TALENT.line)?.rule;
  if (policy?.amount.kind !== 'rate') throw new Error('The policy has no rate for talent');
  const rule = { ...policy, amount: { ...policy.amount, rate: TALENT.rate } };
  const documentNo = `示例規定〔${fund.firstYear}〕1號`;
  await changeRule(db, fund.id, TALENT.line, 1, { rule, from: date(fund.firstYear, 1, 1), documentNo });
}

const TALENT = { line: 'talent', rate: '0.1' };

async function changeRule(
  db: Database,
  fundId: number,
  code: string,
  version: number,
  said: { readonly rule: LineRule; readonly from: string; readonly documentNo: string },
): Promise<void> {
  const line = await findLine(db, fundId, code);
  if (line?.version !== version) return;
  const change = { ...said, reason: ILLUSTRATIVE, by: SYSTEM_ACTOR.id };
  const result = await db.transaction((tx) => replaceRule(tx, fundId, code, version, change));
  if (!result.ok) throw new Error(`The rule of ${code} was not replaced: ${JSON.stringify(result.problem)}`);
}

function withoutCap(rule: LineRule): LineRule {
  if (rule.amount.kind !== 'rate') return rule;
  const { cap: _, ...amount } = rule.amount;
  return { ...rule, amount };
}
