import type { Json, RecordAct } from '../approvals/index.js';
import { findLine, lineSeeds, replaceRule, versionToday, type Fund } from '../budget/index.js';
import { accepted } from '../kernel/index.js';
import type { LineRule } from '../ledger/index.js';
import type { Database } from '../platform/database/database.js';
import { date, ILLUSTRATIVE } from './planned-awards.js';
import type { TwoPeople } from './two-people.js';

/** Another rule of a line, from a day on. */
interface SaidOfRule {
  readonly rule: LineRule;
  readonly from: string;
  readonly documentNo: string;
}

/** A change of a rule that waits for a second person. */
interface RuleData extends Json, SaidOfRule {
  readonly line: string;
  readonly version: number;
}

/** Changes rules of lines as finance does: one makes, another checks. */
export class RuleChanger {
  private readonly act: RecordAct<RuleData>;

  constructor(
    private readonly db: Database,
    private readonly people: TwoPeople,
    private readonly fund: Fund,
  ) {
    this.act = people.services.acts.addRecord(ruleAct);
  }

  /** Changes the rule of the line's version; nothing where it has another version by now: a start before this one has done it. */
  async change(line: string, version: number, said: SaidOfRule): Promise<void> {
    const known = await findLine(this.db, this.fund.id, line);
    if (known?.version !== version) return;
    const proposal = {
      fund: this.fund.code,
      data: { line, version, ...said },
      asked: () => ({ line, ...said, reason: ILLUSTRATIVE }),
      fiscalYear: null,
      amountFen: null,
    };
    await this.people.agree<Json>(`rule/${line}/${version}`, (by) =>
      this.people.services.approvals.change<Json, RuleData>(this.act, proposal, { ...by, status: 200 }),
    );
  }
}

const ruleAct: RecordAct<RuleData> = {
  name: 'demonstration-rule',
  roles: ['finance'],
  asks: () => [{ kind: 'line-rule', amountFen: null }],

  async run(tx, fundId, { line, version, rule, from, documentNo }, { maker, agreed }) {
    const known = await findLine(tx, fundId, line);
    const before = known === null ? null : await versionToday(tx, fundId, known.id);
    const change = { rule, from, documentNo, reason: ILLUSTRATIVE, by: maker.id, agreed };
    const replaced = await replaceRule(tx, fundId, line, version, change);
    if (!replaced.ok) return replaced;
    const after = { line, rule, from, documentNo };
    const shown = {
      before: before === null ? null : { line, rule: before.rule, from: before.from, documentNo: before.documentNo },
      after,
    };
    return accepted({ answer: after, shown });
  },
};

/** Finance sets the rate of the line for talent, which the policy leaves open: without it nothing could be reserved on it. */
export async function setTalentRate(changer: RuleChanger, firstYear: number): Promise<void> {
  const policy = lineSeeds().find((line) => line.code === TALENT.line)?.rule;
  if (policy?.amount.kind !== 'rate') throw new Error('The policy has no rate for talent');
  const rule = { ...policy, amount: { ...policy.amount, rate: TALENT.rate } };
  const documentNo = `示例規定〔${firstYear}〕1號`;
  await changer.change(TALENT.line, 1, { rule, from: date(firstYear, 1, 1), documentNo });
}

const TALENT = { line: 'talent', rate: '0.1' };
