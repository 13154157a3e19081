import { integers, jsons, texts, uuids } from '../../../platform/database/columns.js';
import type { Changes } from '../../state/changes.js';
import { pairOf } from '../../rules/one-subsidy.js';
import { stands } from '../../state/award-state.js';
import { claimKey, type ClaimKind } from '../../state/claims.js';
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
  if (changes.details.length > 0) {
    // Of one enterprise the first that says something of it.
    const rows = sorted(changes.details, (row) => row.enterpriseId);
    writes.send(SQL.FILL_DETAILS, [
      fundId,
      uuids(rows, (row) => row.enterpriseId),
      texts(rows, (row) => row.details.address),
      texts(rows, (row) => row.details.legalRepresentative),
      texts(rows, (row) => row.details.phone),
      texts(rows, (row) => row.details.bankAccountHash),
      texts(rows, (row) => row.details.bankAccountMasked),
    ]);
  }
  if (changes.families.length > 0) {
    // As they are at the end of the batch.
    const members = [...new Map(changes.families.flatMap(({ members: of }) => of).map((member) => [member.id, member])).values()];
    const rows = sorted(members, (row) => row.id);
    writes.exactly(SQL.MOVE_ENTERPRISES, rows.length, [
      fundId,
      uuids(rows, (row) => row.id),
      uuids(rows, (row) => row.mergedInto),
      uuids(rows, (row) => (row.rootId === row.id ? null : row.rootId)),
    ]);
    writes.send(SQL.MOVE_EXTERNALS, [fundId, uuids(rows, (row) => row.id)]);
  }
  if (changes.aliases.length > 0) {
    const rows = sorted(changes.aliases, ({ alias }) => `${alias.enterpriseId}|${alias.kind}|${alias.value}`);
    writes.send(SQL.INSERT_ALIASES, [
      fundId,
      at,
      uuids(rows, ({ alias }) => alias.enterpriseId),
      texts(rows, ({ alias }) => alias.kind),
      texts(rows, ({ alias }) => alias.value),
      uuids(rows, ({ entryId }) => entryId),
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
    ]);
  }
}

/** Claims that are given up, then those that are taken; behind the awards and payments by which the database decides what is free. */
export function writeClaims(writes: Pipeline, state: State, changes: Changes): void {
  const fundId = state.fund.id;
  if (changes.families.length > 0) {
    const ids = [...new Set(changes.families.flatMap(({ members }) => members.map(({ id }) => id)))].sort();
    writes.send(SQL.MOVE_CLAIMS, [fundId, uuids(ids, (id) => id)]);
  }
  // Who gave its keys up and stands again has them in the database as before.
  const again = new Set(changes.freedClaims.filter(isStandingAgain(state, changes)).map(({ awardId }) => awardId));
  const freed = changes.freedClaims.filter(({ awardId, kind }) => kind !== 'project-year' || !again.has(awardId));
  if (freed.length > 0) {
    const rows = sorted(freed, (row) => row.awardId);
    writes.send(SQL.FREE_CLAIMS, [fundId, uuids(rows, (row) => row.awardId), texts(rows, (row) => row.kind)]);
  }
  // What was claimed and given up again within the batch is not claimed.
  const taken = new Map(
    changes.claims
      .filter((claim) => !(claim.kind === 'project-year' && again.has(claim.awardId)))
      .filter((claim) =>
        state.claims.get(claimKey(claim))?.some((holder) => holder.awardId === claim.awardId && holder.place === claim.place),
      )
      .map((claim) => [`${claimKey(claim)}|${claim.place}`, claim]),
  );
  if (taken.size > 0) {
    const rows = sorted([...taken.values()], (row) => claimKey(row));
    writes.send(SQL.INSERT_CLAIMS, [
      fundId,
      texts(rows, (row) => row.kind),
      texts(rows, (row) => row.key),
      integers(rows, (row) => row.place),
      uuids(rows, (row) => row.awardId),
    ]);
  }
}

function isStandingAgain(
  state: State,
  changes: Changes,
): (freed: { readonly awardId: string; readonly kind: ClaimKind }) => boolean {
  return ({ awardId, kind }) => {
    const award = state.awards.get(awardId);
    return (
      kind === 'project-year' &&
      award !== undefined &&
      stands(award) &&
      !changes.rekeyed.has(award) &&
      !changes.rerooted.has(award)
    );
  };
}

/** Pairs that finance says to be different, and awards whose keys were made anew. */
export function writeProjectKeys(writes: Pipeline, fundId: number, at: Date, changes: Changes): void {
  if (changes.rekeyed.size > 0) {
    const rows = sorted([...changes.rekeyed], (award) => award.id);
    writes.exactly(SQL.REKEY_AWARDS, rows.length, [
      fundId,
      uuids(rows, (award) => award.id),
      jsons(rows, (award) => JSON.stringify(award.keys)),
      integers(rows, (award) => award.folding),
    ]);
  }
  if (changes.exemptions.length > 0) {
    const rows = sorted(changes.exemptions, ({ exemption }) => pairOf(...exemption.awardIds));
    writes.send(SQL.INSERT_EXEMPT_PAIRS, [
      fundId,
      at,
      uuids(rows, ({ exemption }) => pairOf(...exemption.awardIds).split('|')[0] ?? null),
      uuids(rows, ({ exemption }) => pairOf(...exemption.awardIds).split('|')[1] ?? null),
      jsons(rows, ({ exemption }) => JSON.stringify(exemption.keys)),
      texts(rows, ({ exemption }) => exemption.reason),
      uuids(rows, ({ entryId }) => entryId),
    ]);
  }
}
