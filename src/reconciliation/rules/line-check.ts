import type { BusinessDate } from '../../kernel/index.js';
import { inForce, versionOn, type LineRule, type RuleVersion } from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';
import type { Suspicion } from './rule.js';

/** A rule of a line, and the days of the reservations that it judges: from one, until before another. */
export interface RulePeriod {
  readonly number: number;
  readonly rule: LineRule;
  /** `-infinity` and `infinity` where no other rule comes before or after. */
  readonly from: BusinessDate;
  readonly before: BusinessDate;
}

/** A programme line with its rules. */
export interface RuledLine {
  readonly id: number;
  readonly code: string;
  /** The rule that holds today. */
  readonly rule: LineRule;
  readonly periods: readonly RulePeriod[];
}

/** The line with its rules in force. */
export function ruledLine(
  line: { readonly id: number; readonly code: string; readonly versions: readonly RuleVersion[] },
  today: BusinessDate,
): RuledLine {
  const versions = inForce(line.versions);
  const periods = versions.map(({ number, rule, from }, index) => ({
    number,
    rule,
    from: index === 0 ? '-infinity' : from,
    before: versions[index + 1]?.from ?? 'infinity',
  }));
  return { id: line.id, code: line.code, rule: versionOn(versions, today).rule, periods };
}

/** What the checks of one line are told. */
export interface LineScope {
  readonly fundId: number;
  readonly line: RuledLine;
  /** All years of the fund, for what counts over its life. */
  readonly allYears: readonly number[];
  /** The years of this run. */
  readonly years: readonly number[];
}

/** One check of a line: answers nothing where no rule asks for it. */
export type LineCheck = (sql: Sql, scope: LineScope) => Promise<readonly Suspicion[]>;
