import { bigints, booleans, chars, dates, integers, jsons, texts, uuids } from '../../platform/database/columns.js';
import type { Tx } from '../../platform/database/database.js';
import type { Changes } from '../state/apply.js';
import { isLive } from '../events/decide-hold.js';
import { claimKey } from '../state/effects.js';
import type { AwardState, State } from '../state/state.js';
import * as SQL from './write.sql.js';
import { Writes } from './pipeline.js';

/** A request's key, answered from now on by its entry. */
export interface KeyRow {
  readonly keyHash: string;
  readonly requestHash: string;
  readonly entryId: string;
}

/** Writes a batch's changes set-wise, in the one order that all batches write in (architecture §3.2 d). */
export async function write(tx: Tx, state: State, changes: Changes, keys: readonly KeyRow[]): Promise<void> {
  const writes = new Writes(tx);
  const fundId = state.fund.id;
  const at = state.recordedAt;
  writeParties(writes, fundId, at, changes);
  writeClaims(writes, state, changes);
  if (keys.length > 0) {
    const rows = sorted(keys, (row) => row.keyHash);
    writes.send(SQL.INSERT_KEYS, [
      fundId,
      at,
      uuids(rows, (row) => row.keyHash),
      uuids(rows, (row) => row.requestHash),
      uuids(rows, (row) => row.entryId),
    ]);
  }
  writeEntries(writes, fundId, at, changes);
  writePostings(writes, fundId, at, changes);
  writeAwards(writes, fundId, at, changes);
  writePayments(writes, fundId, changes);
  if (changes.raisedYears.size > 0) {
    const years = [...changes.raisedYears];
    writes.exactly(SQL.RAISE_CEILINGS, years.length, [
      fundId,
      integers(years, (year) => year),
      bigints(years, (year) => state.years.get(year)?.ceilingRaisedFen ?? 0n),
    ]);
  }
  if (changes.settled.length > 0) {
    writes.exactly(SQL.SETTLE_FINDINGS, changes.settled.length, [
      fundId,
      at,
      uuids(changes.settled, (one) => one.finding.id),
      texts(changes.settled, (one) => one.status),
      texts(changes.settled, (one) => one.resolution),
      texts(changes.settled, (one) => one.reason),
      texts(changes.settled, (one) => one.by),
    ]);
  }
  writes.send(SQL.INSERT_UNSEALED, [
    fundId,
    uuids(
      sorted(changes.entries, (row) => row.entry.id),
      (row) => row.entry.id,
    ),
  ]);
  const years = [
    ...new Set(changes.entries.flatMap(({ entry }) => [entry.fiscalYear, entry.award?.award.fiscalYear ?? entry.fiscalYear])),
  ];
  writes.send(SQL.INSERT_OUTBOX, [fundId, at, integers(years.sort(), (year) => year)]);
  await writes.done();
}

function writeParties(writes: Writes, fundId: number, at: Date, changes: Changes): void {
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

function writeClaims(writes: Writes, state: State, changes: Changes): void {
  const fundId = state.fund.id;
  if (changes.freedClaims.length > 0) {
    const rows = sorted(changes.freedClaims, (row) => row.awardId);
    writes.send(SQL.DELETE_CLAIMS, [fundId, uuids(rows, (row) => row.awardId), texts(rows, (row) => row.kind)]);
  }
  // What was claimed and given up again within the batch is not claimed; what went from award to award is the last one's.
  const last = new Map(
    changes.claims
      .filter((claim) => state.claimHolder(claimKey(claim.kind, claim.key))?.awardId === claim.awardId)
      .map((claim) => [claimKey(claim.kind, claim.key), claim]),
  );
  if (last.size > 0) {
    const rows = sorted([...last.values()], (row) => claimKey(row.kind, row.key));
    writes.send(SQL.INSERT_CLAIMS, [
      fundId,
      texts(rows, (row) => row.kind),
      texts(rows, (row) => row.key),
      uuids(rows, (row) => row.awardId),
    ]);
  }
}

function writeEntries(writes: Writes, fundId: number, at: Date, changes: Changes): void {
  const rows = sorted(changes.entries, (row) => row.entry.id);
  writes.send(SQL.INSERT_ENTRIES, [
    fundId,
    at,
    uuids(rows, (row) => row.entry.id),
    integers(rows, (row) => row.entry.fiscalYear),
    texts(rows, (row) => row.entry.kind),
    dates(rows, (row) => row.entry.effectiveOn),
    uuids(rows, (row) => row.actorId),
    integers(rows, (row) => row.entry.lineId),
    uuids(rows, (row) => row.entry.award?.award.id ?? null),
    bigints(rows, (row) => row.entry.amountFen),
    texts(rows, (row) => row.entry.documentNo),
    texts(rows, (row) => row.entry.reason),
    jsons(rows, (row) => (row.entry.details === null ? null : JSON.stringify(row.entry.details))),
    texts(rows, (row) => (row.awardAfter === null ? null : `{${row.awardAfter.join(',')}}`)),
  ]);
}

function writePostings(writes: Writes, fundId: number, at: Date, changes: Changes): void {
  if (changes.postings.length === 0) return;
  if (changes.overrides.length > 0) writeOverrides(writes, fundId, changes);
  const accounts = [...changes.moved].sort(([left], [right]) => left.id - right.id);
  const postings = [...changes.postings].sort((left, right) =>
    left.account.id !== right.account.id ? left.account.id - right.account.id : left.version < right.version ? -1 : 1,
  );
  writes.send(SQL.POST, [
    fundId,
    at,
    integers(accounts, ([account]) => account.id),
    bigints(accounts, ([account]) => account.balance),
    bigints(accounts, ([account]) => account.floor),
    bigints(accounts, ([, versionBefore]) => versionBefore),
    bigints(accounts, ([account]) => account.version),
    dates(accounts, ([account]) => account.lastEffectiveOn),
    integers(accounts, ([account]) => account.awardCount),
    integers(postings, (row) => row.account.id),
    bigints(postings, (row) => row.version),
    uuids(postings, (row) => row.entry.id),
    chars(postings, (row) => row.leg.side),
    bigints(postings, (row) => row.leg.amountFen),
    bigints(postings, (row) => row.balanceAfter),
    dates(postings, (row) => row.entry.effectiveOn),
  ]);
  writeDays(writes, fundId, changes);
}

/** Before the balances: the floor falls only where an override of the same transaction says so. */
function writeOverrides(writes: Writes, fundId: number, changes: Changes): void {
  const overrides = sorted(changes.overrides, (row) => row.entryId);
  writes.send(SQL.INSERT_OVERRIDES, [
    fundId,
    uuids(overrides, (row) => row.entryId),
    integers(overrides, (row) => row.override.account.id),
    bigints(overrides, (row) => row.override.lackingFen),
    texts(overrides, (row) => row.override.reason),
    texts(overrides, (row) => row.override.documentNo),
    dates(overrides, (row) => row.override.expiresOn),
  ]);
}

function writeDays(writes: Writes, fundId: number, changes: Changes): void {
  const days = new Map<string, { accountId: number; date: string; net: bigint }>();
  for (const { account, entry, leg } of changes.postings) {
    const key = `${String(account.id).padStart(10, '0')}|${entry.effectiveOn}`;
    const day = days.get(key) ?? { accountId: account.id, date: entry.effectiveOn, net: 0n };
    day.net += leg.side === account.normalSide ? leg.amountFen : -leg.amountFen;
    days.set(key, day);
  }
  const sortedDays = [...days].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, day]) => day);
  writes.send(SQL.UPSERT_DAYS, [
    fundId,
    integers(sortedDays, (day) => day.accountId),
    dates(sortedDays, (day) => day.date),
    bigints(sortedDays, (day) => day.net),
  ]);
}

/** First those that stop standing, then the rest: the place of the one award that stands must be free before another takes it. */
function writeAwards(writes: Writes, fundId: number, at: Date, changes: Changes): void {
  const changed = sorted([...changes.changedAwards], (award) => award.id);
  const stands = (award: AwardState): boolean => isLive(award) && !award.onHold;
  updateAwards(
    writes,
    fundId,
    changed.filter((award) => !stands(award)),
  );
  if (changes.newAwards.size > 0) {
    const rows = sorted([...changes.newAwards], (award) => award.id);
    writes.send(SQL.INSERT_AWARDS, [
      fundId,
      at,
      uuids(rows, (award) => award.id),
      texts(rows, (award) => award.number),
      integers(rows, (award) => award.fiscalYear),
      integers(rows, (award) => award.budgetYear),
      integers(rows, (award) => award.lineId),
      uuids(rows, (award) => award.enterprise.id),
      uuids(rows, (award) => award.project.id),
      uuids(rows, (award) => award.person?.id ?? null),
      bigints(rows, (award) => award.awarded),
      bigints(rows, (award) => award.reserved),
      booleans(rows, (award) => award.onHold),
      booleans(rows, (award) => award.approvedOffline),
      texts(rows, (award) => award.approvalRef),
      dates(rows, (award) => award.approvedOn),
      jsons(rows, (award) => JSON.stringify(award.facts)),
      dates(rows, (award) => award.effectiveOn),
      dates(rows, (award) => award.lastEffectiveOn),
      uuids(rows, (award) => award.createdBy),
      integers(rows, (award) => award.version),
    ]);
  }
  updateAwards(writes, fundId, changed.filter(stands));
}

function updateAwards(writes: Writes, fundId: number, rows: readonly AwardState[]): void {
  if (rows.length === 0) return;
  writes.exactly(SQL.UPDATE_AWARDS, rows.length, [
    fundId,
    uuids(rows, (award) => award.id),
    uuids(rows, (award) => award.project.id),
    bigints(rows, (award) => award.reserved),
    bigints(rows, (award) => award.committed),
    bigints(rows, (award) => award.disbursed),
    bigints(rows, (award) => award.released),
    bigints(rows, (award) => award.recovered),
    booleans(rows, (award) => award.onHold),
    booleans(rows, (award) => award.everPaid),
    dates(rows, (award) => award.lastEffectiveOn),
    integers(rows, (award) => award.version),
  ]);
}

function writePayments(writes: Writes, fundId: number, changes: Changes): void {
  if (changes.newPayments.size > 0) {
    const rows = sorted([...changes.newPayments], (payment) => payment.id);
    writes.send(SQL.INSERT_PAYMENTS, [
      fundId,
      uuids(rows, (payment) => payment.id),
      uuids(rows, (payment) => payment.awardId),
      texts(rows, (payment) => payment.paymentRef),
      integers(rows, (payment) => payment.fiscalYear),
      dates(rows, (payment) => payment.effectiveOn),
      bigints(rows, (payment) => payment.paid),
      bigints(rows, (payment) => payment.returned),
      bigints(rows, (payment) => payment.demanded),
      bigints(rows, (payment) => payment.recovered),
    ]);
  }
  if (changes.payments.size > 0) {
    const rows = sorted([...changes.payments], (payment) => payment.id);
    writes.exactly(SQL.UPDATE_PAYMENTS, rows.length, [
      fundId,
      uuids(rows, (payment) => payment.id),
      bigints(rows, (payment) => payment.returned),
      bigints(rows, (payment) => payment.demanded),
      bigints(rows, (payment) => payment.recovered),
    ]);
  }
  if (changes.newDemands.size > 0) {
    const rows = sorted([...changes.newDemands], (demand) => demand.id);
    writes.send(SQL.INSERT_DEMANDS, [
      fundId,
      uuids(rows, (demand) => demand.id),
      uuids(rows, (demand) => demand.awardId),
      uuids(rows, (demand) => demand.paymentId),
      integers(rows, (demand) => demand.fiscalYear),
      dates(rows, (demand) => demand.effectiveOn),
      bigints(rows, (demand) => demand.demanded),
      bigints(rows, (demand) => demand.received),
    ]);
  }
  if (changes.demands.size > 0) {
    const rows = sorted([...changes.demands], (demand) => demand.id);
    writes.exactly(SQL.UPDATE_DEMANDS, rows.length, [
      fundId,
      uuids(rows, (demand) => demand.id),
      bigints(rows, (demand) => demand.received),
    ]);
  }
}

function sorted<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return rows
    .map((row) => ({ key: keyOf(row), row }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ row }) => row);
}
