import { In } from 'typeorm';
import { businessDateOf, type BusinessDate, type ProblemPlace } from '../../kernel/index.js';
import { inForce, versionOn, type Agreed, type LineRule } from '../../ledger/index.js';
import type { Sql, Tx } from '../../platform/database/database.js';
import { LineRuleVersion } from './line-rule-version.entity.js';

/** Days with a rule of their own that a line has at most: all of them are read with each reservation. */
const MOST_DAYS = 100;

/** What is said of a change of a line's rule. */
export interface RuleChange {
  readonly rule: LineRule;
  /** The day from which it holds; it may be over already. */
  readonly from: BusinessDate;
  readonly reason: string | null;
  readonly documentNo: string | null;
  /** Id of the user. */
  readonly by: string;
  /** Who agreed to it; left out: nobody was asked. */
  readonly agreed?: Agreed | null;
}

/** All versions of lines, by line id, in the order in which they were stored. */
export async function versionsOf(
  sql: Sql,
  fundId: number,
  lineIds: readonly number[],
): Promise<ReadonlyMap<number, LineRuleVersion[]>> {
  const rows = await sql.manager.find(LineRuleVersion, { where: { fundId, lineId: In([...lineIds]) }, order: { number: 'ASC' } });
  return new Map(lineIds.map((id) => [id, rows.filter(({ lineId }) => lineId === id)]));
}

/** The version that holds today. */
export async function versionToday(sql: Sql, fundId: number, lineId: number): Promise<LineRuleVersion> {
  return versionOn(inForce((await versionsOf(sql, fundId, [lineId])).get(lineId) ?? []), businessDateOf(new Date()));
}

/** Stores a version behind the others; the caller has locked the line's accounts, or has just made the line. */
export async function storeVersion(tx: Tx, fundId: number, lineId: number, change: RuleChange): Promise<LineRuleVersion> {
  const last = await tx.manager.maximum(LineRuleVersion, 'number', { fundId, lineId });
  const { by: changedBy, agreed, ...said } = change;
  const checked = { approvalId: agreed?.approvalId ?? null, checkedBy: agreed?.checkers.slice() ?? null };
  const number = (last ?? 0) + 1;
  await tx.manager.insert(LineRuleVersion, { fundId, lineId, number, changedBy, ...checked, ...said });
  return tx.manager.findOneByOrFail(LineRuleVersion, { fundId, lineId, number });
}

/** Whether the line has room for a rule of that day. */
export async function tooManyDays(tx: Tx, fundId: number, lineId: number, from: BusinessDate): Promise<ProblemPlace | null> {
  const days = new Set((await versionsOf(tx, fundId, [lineId])).get(lineId)?.map((version) => version.from));
  if (days.has(from) || days.size < MOST_DAYS) return null;
  return {
    pointer: '/effectiveOn',
    detail: { zh: `一個支出方向最多有 ${MOST_DAYS} 個生效日期`, en: `A line has rules from at most ${MOST_DAYS} days` },
  };
}
