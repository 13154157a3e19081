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
  UNCLAIMED_KEYS,
  UNBALANCED_ENTRIES,
  UNEQUAL_YEARS,
  type Breach,
} from './ledger-integrity.sql.js';
import { digestLedger, type LedgerDigest } from './ledger-digest.sql.js';
import { fingerprint, type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';

/** One check of an invariant: the statement answers what is broken. `only`: whether the digest asks for it (left out: always). */
interface Check {
  readonly check: string;
  readonly invariant: number;
  readonly statement: Statement;
  readonly only?: (digest: LedgerDigest) => boolean;
}

/** Invariants of domain §4 that can be recomputed from what is stored. */
const CHECKS: readonly Check[] = [
  { check: 'entries-balance', invariant: 1, statement: UNBALANCED_ENTRIES, only: (digest) => !digest.entriesAgree },
  { check: 'entries-have-postings', invariant: 1, statement: ENTRIES_WITHOUT_POSTINGS, only: (digest) => !digest.entriesAgree },
  { check: 'resources-equal-status', invariant: 2, statement: UNEQUAL_YEARS },
  { check: 'not-below-floor', invariant: 3, statement: BELOW_FLOOR },
  { check: 'balances-follow-postings', invariant: 4, statement: ASTRAY_ACCOUNTS, only: (digest) => !digest.accountsAgree },
  { check: 'awards-follow-entries', invariant: 5, statement: ASTRAY_AWARDS, only: (digest) => !digest.awardsAgree },
  { check: 'stages-are-open-amounts', invariant: 5, statement: ASTRAY_STAGES },
  { check: 'disbursed-is-paid', invariant: 5, statement: ASTRAY_DISBURSED },
  { check: 'awards-follow-payments', invariant: 5, statement: ASTRAY_PAYMENTS },
  { check: 'claimed-keys', invariant: 7, statement: UNCLAIMED_KEYS },
];

/** The books themselves (domain §4, invariants 1–5 and 7), recomputed from postings, set-wise. */
export const ledgerIntegrity: Rule = { name: 'ledger-integrity', check };

async function check(sql: Sql, { fundId, fiscalYear }: RuleScope): Promise<Checked> {
  const suspicions: Suspicion[] = [];
  const digest = await digestLedger(sql, fundId, fiscalYear);
  for (const { check: name, invariant, statement, only } of CHECKS) {
    if (only !== undefined && !only(digest)) continue;
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
