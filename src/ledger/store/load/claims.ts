import type { BusinessDate, Fen } from '../../../kernel/index.js';
import { integers, rowAsValue, texts, uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { Known, PoolNeed } from '../../events/event-kind.js';
import { needsOf, type LedgerEvent } from '../../events/index.js';
import { pairOf } from '../../rules/one-subsidy.js';
import { onceKey } from '../../state/apply-move.js';
import { onceClaimsOf } from '../../events/common/once.js';
import { projectClaims } from '../../state/apply-award.js';
import { claimKey, type ClaimKind, type ClaimName } from '../../state/claims.js';
import type { ClaimHolder } from '../../state/model.js';
import type { State } from '../../state/state.js';
import type { FundEntry } from '../directory.js';
import * as SQL from './read.sql.js';

/** Reads the claims and annual pools that the events ask for under the locks, now that the lines' rules are known. */
export async function loadClaimsAndPools(
  tx: Tx,
  fund: FundEntry,
  events: readonly LedgerEvent[],
  known: Known,
  state: State,
): Promise<void> {
  const claims = new Map<string, ClaimName>();
  const pools = new Map<string, PoolNeed>();
  for (const event of events) {
    const needs = needsOf(event, known);
    for (const claim of needs.claims ?? []) claims.set(claimKey(claim), claim);
    for (const pool of needs.pools ?? []) pools.set(`${pool.line}|${pool.fiscalYear}`, pool);
  }
  // Who stands beside an award is a question of its keys.
  for (const award of state.awards.values()) for (const claim of projectClaims(award)) claims.set(claimKey(claim), claim);
  for (const claim of familyClaims(state)) claims.set(claimKey(claim), claim);
  // What a line gives once, and what may be used once, is a question of who was there before.
  for (const award of state.awards.values()) for (const claim of onceClaimsOf(state, award)) claims.set(claimKey(claim), claim);
  await loadPools(tx, fund, [...pools.values()], state);
  await loadClaims(tx, fund, [...claims.values()], state);
  await loadExemptPairs(tx, fund, state);
}

/** Of enterprises that are merged or parted: whatever their awards may claim by the code of any of them. */
function familyClaims(state: State): readonly ClaimName[] {
  const codes = new Set([...state.families.values()].flatMap(({ organizationCode, rootCode }) => [organizationCode, rootCode]));
  const lines = new Set([...state.awards.values()].map(({ lineId }) => lineId));
  return [...codes].flatMap((code) => [...lines].map((line) => ({ kind: 'once-for-life' as const, key: onceKey(line, code) })));
}

async function loadPools(tx: Tx, fund: FundEntry, pools: readonly PoolNeed[], state: State): Promise<void> {
  if (pools.length === 0) return;
  const used = await tx.rows<{ line_id: number; fiscal_year: number; used_fen: Fen }>(SQL.READ_POOLS, [
    fund.id,
    integers(pools, (pool) => state.lineOf(pool.line).id),
    integers(pools, (pool) => pool.fiscalYear),
  ]);
  for (const row of used) state.pools.set(`${row.line_id}|${row.fiscal_year}`, row.used_fen);
}

async function loadClaims(tx: Tx, fund: FundEntry, claims: readonly ClaimName[], state: State): Promise<void> {
  if (claims.length === 0) return;
  const rows = await tx.rows<ClaimRow>(SQL.READ_CLAIMS, [
    fund.id,
    texts(claims, (claim) => claim.kind),
    texts(claims, (claim) => claim.key),
  ]);
  for (const row of rows) {
    const key = claimKey(row);
    const holder: ClaimHolder = {
      awardId: row.award_id,
      number: row.number,
      line: row.line,
      fiscalYear: row.fiscal_year,
      rootCode: row.root_code,
      keys: row.keys,
      kept: row.kept,
      disbursed: row.disbursed_fen,
      awarded: row.awarded_fen,
      approvedOn: row.approved_on,
      place: row.place,
    };
    state.claims.set(key, [...(state.claims.get(key) ?? []), holder]);
  }
}

interface ClaimRow {
  readonly kind: ClaimKind;
  readonly key: string;
  readonly place: number;
  readonly award_id: string;
  readonly number: string;
  readonly line: string;
  readonly fiscal_year: number;
  readonly root_code: string;
  readonly keys: string[];
  readonly kept: string | null;
  readonly disbursed_fen: Fen;
  readonly awarded_fen: Fen;
  readonly approved_on: BusinessDate;
}

/** The exempt pairs among recorded awards that share a key: the locked ones, and those that hold a claim of theirs. */
async function loadExemptPairs(tx: Tx, fund: FundEntry, state: State): Promise<void> {
  const byKey = new Map<string, Set<string>>();
  for (const award of state.awards.values()) {
    for (const claim of projectClaims(award)) {
      const key = claimKey(claim);
      const sharing = byKey.get(key) ?? new Set((state.claims.get(key) ?? []).map((holder) => holder.awardId));
      byKey.set(key, sharing.add(award.id));
    }
  }
  const ids = new Set([...byKey.values()].filter((sharing) => sharing.size > 1).flatMap((sharing) => [...sharing]));
  // Those who come to meet may have met, and been told apart, before.
  for (const award of state.awards.values()) if (state.families.has(award.enterprise.id)) ids.add(award.id);
  if (ids.size === 0) return;
  const pairs = await tx.rows<{ award_a: string; award_b: string; keys: string[] }>(SQL.READ_EXEMPT_PAIRS, [
    fund.id,
    uuids([...ids], rowAsValue),
  ]);
  for (const { award_a: left, award_b: right, keys } of pairs) {
    const pair = pairOf(left, right);
    state.exempt.set(pair, [...(state.exempt.get(pair) ?? []), ...keys]);
  }
}
