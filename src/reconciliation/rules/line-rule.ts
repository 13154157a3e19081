import type { LineRule, RuleVersion } from '../../ledger/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { ruledLine, type LineCheck } from './line-check.js';
import { consecutiveYears, oncePerEnterprise, quota, uniqueFacts } from './line-rule-life.js';
import { annualPool, brokenAwards } from './line-rule-year.js';
import { type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';

const CHECKS: readonly LineCheck[] = [brokenAwards, annualPool, oncePerEnterprise, quota, uniqueFacts, consecutiveYears];

const LINES: Statement = {
  name: 'reconciliation.lines',
  text: `SELECT l.id, l.code,
                (SELECT jsonb_agg(jsonb_build_object('number', v.number, 'from', v.valid_from, 'rule', v.rule))
                   FROM line_rule_version v WHERE v.fund_id = l.fund_id AND v.line_id = l.id) AS versions
           FROM programme_line l WHERE l.fund_id = $1 ORDER BY l.code`,
};
const YEARS: Statement = {
  name: 'reconciliation.years',
  text: 'SELECT year FROM fiscal_year WHERE fund_id = $1 ORDER BY year',
};
const COUNT: Statement = {
  name: 'reconciliation.count-ruled-awards',
  text: 'SELECT count(*)::integer AS checked FROM award WHERE fund_id = $1 AND fiscal_year = ANY ($2::integer[]) AND line_id = ANY ($3::integer[])',
};

/** Awards that break the rule of their line by which they are judged (domain §5): that of the day of their reservation, as it is stored now. */
export const lineRule: Rule = { name: 'line-rule', check, lifeSubjects: 'line:%:(life:%|quota)' };

async function check(sql: Sql, { fundId, fiscalYear, today }: RuleScope): Promise<Checked> {
  const rows = await sql.rows<{ id: number; code: string; versions: RuleVersion[] }>(LINES, [fundId]);
  const lines = rows.map((row) => ruledLine(row, today));
  const allYears = (await sql.rows<{ year: number }>(YEARS, [fundId])).map((row) => row.year);
  const years = fiscalYear === null ? allYears : [fiscalYear];
  const suspicions: Suspicion[] = [];
  for (const line of lines) {
    for (const checkLine of CHECKS) {
      for (const one of await checkLine(sql, { fundId, line, allYears, years })) suspicions.push(one);
    }
  }
  const ruled = lines.filter(({ periods }) => periods.some(({ rule }) => hasLimits(rule))).map((line) => line.id);
  const [count] = await sql.rows<{ checked: number }>(COUNT, [fundId, years, ruled]);
  return { checked: count?.checked ?? 0, suspicions };
}

/** Whether the rule asks anything of an award: a discretionary line without facts does not. */
function hasLimits(rule: LineRule): boolean {
  return (
    rule.amount.kind !== 'discretionary' ||
    rule.facts.length > 0 ||
    rule.annualPool !== undefined ||
    rule.oncePerEnterprise === true ||
    rule.quota !== undefined ||
    (rule.uniqueFacts ?? []).length > 0 ||
    rule.maxConsecutiveYears !== undefined
  );
}
