import { countOf } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import {
  ASTRAY_ACCOUNTS,
  ASTRAY_AWARDS,
  ASTRAY_DISBURSED,
  ASTRAY_PAYMENTS,
  ASTRAY_STAGES,
  BELOW_FLOOR,
  COUNT_POSTINGS,
  ENTRIES_WITHOUT_POSTINGS,
  STANDING_TWICE,
  UNBALANCED_ENTRIES,
  UNEQUAL_YEARS,
  type Breach,
} from './ledger-integrity.sql.js';
import { fingerprint, type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';

/** Invariants of domain §4 that can be recomputed from what is stored, each with its statement. */
const CHECKS: readonly { readonly check: string; readonly invariant: number; readonly statement: Statement }[] = [
  { check: 'entries-balance', invariant: 1, statement: UNBALANCED_ENTRIES },
  { check: 'entries-have-postings', invariant: 1, statement: ENTRIES_WITHOUT_POSTINGS },
  { check: 'resources-equal-status', invariant: 2, statement: UNEQUAL_YEARS },
  { check: 'not-below-floor', invariant: 3, statement: BELOW_FLOOR },
  { check: 'balances-follow-postings', invariant: 4, statement: ASTRAY_ACCOUNTS },
  { check: 'awards-follow-entries', invariant: 5, statement: ASTRAY_AWARDS },
  { check: 'stages-are-open-amounts', invariant: 5, statement: ASTRAY_STAGES },
  { check: 'disbursed-is-paid', invariant: 5, statement: ASTRAY_DISBURSED },
  { check: 'awards-follow-payments', invariant: 5, statement: ASTRAY_PAYMENTS },
  { check: 'one-standing-award', invariant: 7, statement: STANDING_TWICE },
];

/** The books themselves (domain §4, invariants 1–5 and 7), recomputed from postings, set-wise. */
export const ledgerIntegrity: Rule = { name: 'ledger-integrity', check };

async function check(sql: Sql, { fundId, fiscalYear }: RuleScope): Promise<Checked> {
  const suspicions: Suspicion[] = [];
  for (const { check: name, invariant, statement } of CHECKS) {
    const breaches = await sql.rows<Breach>(statement.text, [fundId, fiscalYear]);
    for (const breach of breaches) {
      suspicions.push({
        subject: `invariant:${invariant}:${name}:${breach.fiscalYear}`,
        severity: 'error',
        fiscalYear: breach.fiscalYear,
        lineId: null,
        awardIds: [],
        amountFen: 0n,
        evidence: { invariant, check: name, count: breach.count, samples: breach.samples },
        fingerprint: fingerprint([breach.count, breach.samples]),
      });
    }
  }
  const [count] = await sql.rows<{ checked: bigint }>(COUNT_POSTINGS, [fundId, fiscalYear]);
  return { checked: countOf(count?.checked ?? 0n), suspicions };
}
