import type { LineRule } from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';
import type { Suspicion } from './rule.js';

/** A programme line with its present rule. */
export interface RuledLine {
  readonly id: number;
  readonly code: string;
  readonly rule: LineRule;
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

/** One check of a line: answers nothing where the rule does not ask for it. */
export type LineCheck = (sql: Sql, scope: LineScope) => Promise<readonly Suspicion[]>;
