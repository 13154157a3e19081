import type { LineRule } from '../../src/ledger/index.js';
import type { Database } from '../../src/platform/database/database.js';

/** Gives a line another rule, from the fund's first day on, as if it had never had another one. */
export async function setRule(db: Database, line: string, change: (rule: LineRule) => LineRule): Promise<void> {
  const [row] = await db.rows<{ fund_id: number; line_id: number; number: number; valid_from: string; rule: LineRule }>(
    `SELECT v.* FROM line_rule_version v JOIN programme_line l ON l.fund_id = v.fund_id AND l.id = v.line_id
      WHERE l.code = $1 ORDER BY v.valid_from, v.number DESC LIMIT 1`,
    [line],
  );
  if (row === undefined) throw new Error(`No line ${line}`);
  await db.rows(
    `INSERT INTO line_rule_version (fund_id, line_id, number, valid_from, rule, reason, document_no, changed_by)
     SELECT $1, $2, max(number) + 1, $3, $4, '示例', '示例', '00000000-0000-7000-8000-000000000000'
       FROM line_rule_version WHERE fund_id = $1 AND line_id = $2`,
    [row.fund_id, row.line_id, row.valid_from, JSON.stringify(change(row.rule))],
  );
}

/** Lets persons be rewarded by up to their whole salary. */
export function setTalentRate(db: Database): Promise<void> {
  return setRule(db, 'talent', (rule) => ({ ...rule, amount: { kind: 'rate', rate: '1', of: 'annualSalary' } }));
}
