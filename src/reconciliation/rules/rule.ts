import { createHash } from 'node:crypto';
import { canonicalJson, type BusinessDate, type Fen } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';

/** Rules that reconciliation knows, in the order in which a run checks them. */
export const RULE_NAMES = ['one-subsidy', 'over-commitment', 'line-rule', 'highest-of-three', 'ledger-integrity'] as const;
export type RuleName = (typeof RULE_NAMES)[number];

/** Awards that one finding names at most. */
export const NAMED_AWARDS_LIMIT = 200;

/** What a run looks at. */
export interface RuleScope {
  readonly fundId: number;
  /** null: all years of the fund. */
  readonly fiscalYear: number | null;
  /** Today in Asia/Shanghai: an override expires by it. */
  readonly today: BusinessDate;
  /** false after a write: what the indexes of the database already rule out is not counted again. */
  readonly thorough: boolean;
}

/** Something that a rule found. */
export interface Suspicion {
  /** What it is about: one open finding per rule and subject. */
  readonly subject: string;
  readonly severity: 'error' | 'warning';
  readonly fiscalYear: number;
  readonly lineId: number | null;
  readonly awardIds: readonly string[];
  /** Of an error of a line's rule: awards that it holds. */
  readonly holds?: readonly string[];
  readonly amountFen: Fen;
  /** Plain JSON; amounts as yuan strings. */
  readonly evidence: Readonly<Record<string, unknown>>;
  /** Digest of the cause: what was settled is opened again only when this has changed. */
  readonly fingerprint: string;
}

/** What a rule looked at and found. */
export interface Checked {
  /** Rows looked at: awards, accounts or postings. */
  readonly checked: number;
  readonly suspicions: readonly Suspicion[];
}

/** A rule reads and never writes. It aggregates in SQL and never loads a year's rows. */
export interface Rule {
  readonly name: RuleName;
  check(sql: Sql, scope: RuleScope): Promise<Checked>;
  /** SIMILAR TO pattern of subjects that concern the fund's whole life: they are checked in every run, whatever its year. */
  readonly lifeSubjects?: string;
}

/** Digest of what makes a cause the same cause. */
export function fingerprint(cause: unknown): string {
  return createHash('sha256').update(canonicalJson(cause)).digest('hex').slice(0, 32);
}
