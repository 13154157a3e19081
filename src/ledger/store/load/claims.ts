import type { Fen } from '../../../kernel/index.js';
import { integers, texts } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { Known, PoolNeed } from '../../events/event-kind.js';
import { needsOf, type LedgerEvent } from '../../events/index.js';
import { claimKey, personOf, personYear, type ClaimKind, type ClaimName } from '../../state/claims.js';
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
  // Whether a hold may be lifted is also a question of the person's year.
  for (const award of state.awards.values()) {
    const person = personOf(award);
    if (person === null) continue;
    const claim = personYear(person, award.fiscalYear);
    claims.set(claimKey(claim), claim);
  }
  await loadPools(tx, fund, [...pools.values()], state);
  await loadClaims(tx, fund, [...claims.values()], state);
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
  const rows = await tx.rows<{
    kind: ClaimKind;
    key: string;
    award_id: string;
    number: string;
    line: string;
    awarded_fen: Fen;
  }>(SQL.READ_CLAIMS, [fund.id, texts(claims, (claim) => claim.kind), texts(claims, (claim) => claim.key)]);
  for (const row of rows) {
    const key = claimKey(row);
    const holder: ClaimHolder = {
      awardId: row.award_id,
      number: row.number,
      line: row.line,
      awarded: row.awarded_fen,
    };
    state.claims.set(key, [...(state.claims.get(key) ?? []), holder]);
  }
}
