import { bigints, integers, uuids } from '../../../platform/database/columns.js';
import { ANNOUNCE } from '../../../platform/outbox/outbox.sql.js';
import type { Changes } from '../../state/changes.js';
import type { State } from '../../state/state.js';
import { writeAwards, writePayments, writePublicities } from './awards.js';
import { writeClaims, writeParties, writeProjectKeys } from './parties.js';
import type { Pipeline } from './pipeline.js';
import { writePostings } from './postings.js';
import { sorted } from './sorted.js';
import * as SQL from './write.sql.js';

/** A request's key, answered from now on by its entry. */
export interface KeyRow {
  readonly keyHash: string;
  readonly requestHash: string;
  readonly entryId: string;
  /** Line of its answer on the transaction's page; null: it has none. */
  readonly line: number | null;
}

/** Sends a batch's changes set-wise, in the one order that all batches write in (architecture §3.2 d). */
export function sendChanges(writes: Pipeline, state: State, changes: Changes, keys: readonly KeyRow[], pageId: string): void {
  const fundId = state.fund.id;
  const at = state.recordedAt;
  writeParties(writes, fundId, at, changes);
  if (keys.length > 0) {
    const rows = sorted(keys, (row) => row.keyHash);
    writes.send(SQL.INSERT_KEYS, [
      fundId,
      at,
      pageId,
      uuids(rows, (row) => row.keyHash),
      uuids(rows, (row) => row.requestHash),
      uuids(rows, (row) => row.entryId),
      integers(rows, (row) => row.line),
    ]);
  }
  writePostings(writes, fundId, at, changes);
  writeAwards(writes, fundId, at, changes);
  writePayments(writes, fundId, changes);
  writePublicities(writes, fundId, changes);
  writeProjectKeys(writes, fundId, at, changes);
  writeClaims(writes, state, changes);
  if (changes.raisedYears.size > 0) {
    const years = [...changes.raisedYears];
    writes.exactly(SQL.RAISE_CEILINGS, years.length, [
      fundId,
      integers(years, (year) => year),
      bigints(years, (year) => state.years.get(year)?.ceilingRaisedFen ?? 0n),
    ]);
  }
  if (changes.entries.length === 0) return;
  writes.send(SQL.INSERT_UNSEALED, [
    fundId,
    uuids(
      sorted(changes.entries, (row) => row.entry.id),
      (row) => row.entry.id,
    ),
  ]);
  const years = [
    ...new Set([
      ...changes.entries.flatMap(({ entry }) => [entry.fiscalYear, entry.award?.award.fiscalYear ?? entry.fiscalYear]),
      ...changes.touchedYears,
    ]),
  ];
  writes.send(ANNOUNCE, ['posted', fundId, integers(years, (year) => year), at]);
}
