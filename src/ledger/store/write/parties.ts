import { texts, uuids } from '../../../platform/database/columns.js';
import type { Changes } from '../../state/changes.js';
import { claimKey } from '../../state/claims.js';
import type { State } from '../../state/state.js';
import type { Pipeline } from './pipeline.js';
import { sorted } from './sorted.js';
import * as SQL from './write.sql.js';

/** New enterprises, persons and projects, and credit codes that were filled in. */
export function writeParties(writes: Pipeline, fundId: number, at: Date, changes: Changes): void {
  if (changes.enterprises.length > 0) {
    const rows = sorted(changes.enterprises, (row) => row.organizationCode);
    writes.send(SQL.INSERT_ENTERPRISES, [
      fundId,
      at,
      uuids(rows, (row) => row.id),
      texts(rows, (row) => row.organizationCode),
      texts(rows, (row) => row.creditCode),
      texts(rows, (row) => row.name),
    ]);
  }
  // An enterprise of this very batch is inserted with its code.
  const inserted = new Set(changes.enterprises);
  const filled = changes.creditCodes.filter((row) => !inserted.has(row.enterprise));
  if (filled.length > 0) {
    const rows = sorted(filled, (row) => row.enterprise.id);
    writes.unlessRaced(SQL.FILL_CREDIT_CODES, rows.length, [
      fundId,
      uuids(rows, (row) => row.enterprise.id),
      texts(rows, (row) => row.creditCode),
    ]);
  }
  if (changes.persons.length > 0) {
    const rows = sorted(changes.persons, (row) => row.identityHash);
    writes.send(SQL.INSERT_PERSONS, [
      fundId,
      at,
      uuids(rows, (row) => row.id),
      texts(rows, (row) => row.identityHash),
      texts(rows, (row) => row.identityMasked),
      texts(rows, (row) => row.name),
    ]);
  }
  if (changes.projects.length > 0) {
    const rows = sorted(changes.projects, (row) => `${row.enterpriseId}|${row.key}`);
    writes.send(SQL.INSERT_PROJECTS, [
      fundId,
      at,
      uuids(rows, (row) => row.id),
      uuids(rows, (row) => row.enterpriseId),
      texts(rows, (row) => row.key),
      texts(rows, (row) => row.title),
      texts(rows, (row) => row.code),
      uuids(rows, (row) => row.splitFrom),
    ]);
  }
}

/** Claims that are given up, then those that are taken; behind the awards and payments by which the database decides what is free. */
export function writeClaims(writes: Pipeline, state: State, changes: Changes): void {
  const fundId = state.fund.id;
  if (changes.freedClaims.length > 0) {
    const rows = sorted(changes.freedClaims, (row) => row.awardId);
    writes.send(SQL.FREE_CLAIMS, [fundId, uuids(rows, (row) => row.awardId), texts(rows, (row) => row.kind)]);
  }
  // What was claimed and given up again within the batch is not claimed; what went from award to award is the last one's.
  const last = new Map(
    changes.claims
      .filter((claim) => state.claimHolder(claim)?.awardId === claim.awardId)
      .map((claim) => [claimKey(claim), claim]),
  );
  if (last.size > 0) {
    const rows = sorted([...last.values()], (row) => claimKey(row));
    writes.send(SQL.INSERT_CLAIMS, [
      fundId,
      texts(rows, (row) => row.kind),
      texts(rows, (row) => row.key),
      uuids(rows, (row) => row.awardId),
    ]);
  }
}
