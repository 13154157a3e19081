import { plainArray, textArray } from '../platform/database/array.js';
import type { Tx } from '../platform/database/database.js';
import type { Changes } from './apply.js';
import { isLive } from './decide-hold.js';
import { claimKey } from './effects.js';
import type { AwardState, State } from './state.js';
import * as SQL from './write.sql.js';
import { Writes } from './writes.js';

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
      plainArray(rows.map((row) => row.keyHash)),
      plainArray(rows.map((row) => row.requestHash)),
      plainArray(rows.map((row) => row.entryId)),
    ]);
  }
  writeEntries(writes, fundId, at, changes);
  writePostings(writes, fundId, at, changes);
  writeAwards(writes, fundId, at, changes);
  writePayments(writes, fundId, changes);
  if (changes.raisedYears.size > 0) {
    const years = [...changes.raisedYears];
    const raised = years.map((year) => state.years.get(year)?.ceilingRaisedFen ?? 0n);
    writes.exactly(SQL.RAISE_CEILINGS, years.length, [fundId, plainArray(years), plainArray(raised)]);
  }
  if (changes.settled.length > 0) {
    writes.exactly(SQL.SETTLE_FINDINGS, changes.settled.length, [
      fundId,
      at,
      plainArray(changes.settled.map((one) => one.finding.id)),
      plainArray(changes.settled.map((one) => one.status)),
      plainArray(changes.settled.map((one) => one.resolution)),
      textArray(changes.settled.map((one) => one.reason)),
      textArray(changes.settled.map((one) => one.by)),
    ]);
  }
  writes.send(SQL.INSERT_UNSEALED, [
    fundId,
    plainArray(sorted(changes.entries, (row) => row.entry.id).map((row) => row.entry.id)),
  ]);
  const years = [
    ...new Set(changes.entries.flatMap(({ entry }) => [entry.fiscalYear, entry.award?.award.fiscalYear ?? entry.fiscalYear])),
  ];
  writes.send(SQL.INSERT_OUTBOX, [fundId, at, plainArray(years.sort())]);
  await writes.done();
}

function writeParties(writes: Writes, fundId: number, at: Date, changes: Changes): void {
  if (changes.enterprises.length > 0) {
    const rows = sorted(changes.enterprises, (row) => row.organizationCode);
    writes.send(SQL.INSERT_ENTERPRISES, [
      fundId,
      at,
      plainArray(rows.map((row) => row.id)),
      plainArray(rows.map((row) => row.organizationCode)),
      plainArray(rows.map((row) => row.creditCode)),
      textArray(rows.map((row) => row.name)),
    ]);
  }
  if (changes.creditCodes.length > 0) {
    const rows = sorted(changes.creditCodes, (row) => row.enterprise.id);
    writes.send(SQL.FILL_CREDIT_CODES, [
      fundId,
      plainArray(rows.map((row) => row.enterprise.id)),
      plainArray(rows.map((row) => row.creditCode)),
    ]);
  }
  if (changes.persons.length > 0) {
    const rows = sorted(changes.persons, (row) => row.identityHash);
    writes.send(SQL.INSERT_PERSONS, [
      fundId,
      at,
      plainArray(rows.map((row) => row.id)),
      textArray(rows.map((row) => row.identityHash)),
      textArray(rows.map((row) => row.identityMasked)),
      textArray(rows.map((row) => row.name)),
    ]);
  }
  if (changes.projects.length > 0) {
    const rows = sorted(changes.projects, (row) => `${row.enterpriseId}|${row.key}`);
    writes.send(SQL.INSERT_PROJECTS, [
      fundId,
      at,
      plainArray(rows.map((row) => row.id)),
      plainArray(rows.map((row) => row.enterpriseId)),
      textArray(rows.map((row) => row.key)),
      textArray(rows.map((row) => row.title)),
      textArray(rows.map((row) => row.code)),
    ]);
  }
}

function writeClaims(writes: Writes, state: State, changes: Changes): void {
  const fundId = state.fund.id;
  if (changes.freedClaims.length > 0) {
    const rows = sorted(changes.freedClaims, (row) => row.awardId);
    writes.send(SQL.DELETE_CLAIMS, [fundId, plainArray(rows.map((row) => row.awardId)), plainArray(rows.map((row) => row.kind))]);
  }
  // What was claimed and given up again within the batch is not claimed; what went from award to award is the last one's.
  const last = new Map(
    changes.claims
      .filter((claim) => state.claims.get(claimKey(claim.kind, claim.key))?.awardId === claim.awardId)
      .map((claim) => [claimKey(claim.kind, claim.key), claim]),
  );
  if (last.size > 0) {
    const rows = sorted([...last.values()], (row) => claimKey(row.kind, row.key));
    writes.send(SQL.INSERT_CLAIMS, [
      fundId,
      plainArray(rows.map((row) => row.kind)),
      textArray(rows.map((row) => row.key)),
      plainArray(rows.map((row) => row.awardId)),
    ]);
  }
}

function writeEntries(writes: Writes, fundId: number, at: Date, changes: Changes): void {
  const rows = sorted(changes.entries, (row) => row.entry.id);
  writes.send(SQL.INSERT_ENTRIES, [
    fundId,
    at,
    plainArray(rows.map((row) => row.entry.id)),
    plainArray(rows.map((row) => row.entry.fiscalYear)),
    plainArray(rows.map((row) => row.entry.kind)),
    plainArray(rows.map((row) => row.entry.effectiveOn)),
    plainArray(rows.map((row) => row.actorId)),
    plainArray(rows.map((row) => row.entry.lineId)),
    plainArray(rows.map((row) => row.entry.award?.award.id ?? null)),
    plainArray(rows.map((row) => row.entry.amountFen)),
    textArray(rows.map((row) => row.entry.documentNo)),
    textArray(rows.map((row) => row.entry.reason)),
    textArray(rows.map((row) => (row.entry.details === null ? null : JSON.stringify(row.entry.details)))),
    textArray(rows.map((row) => (row.awardAfter === null ? null : plainArray(row.awardAfter)))),
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
    plainArray(accounts.map(([account]) => account.id)),
    plainArray(accounts.map(([account]) => account.balance)),
    plainArray(accounts.map(([account]) => account.floor)),
    plainArray(accounts.map(([, versionBefore]) => versionBefore)),
    plainArray(accounts.map(([account]) => account.version)),
    plainArray(accounts.map(([account]) => account.lastEffectiveOn)),
    plainArray(accounts.map(([account]) => account.awardCount)),
    plainArray(postings.map((row) => row.account.id)),
    plainArray(postings.map((row) => row.version)),
    plainArray(postings.map((row) => row.entry.id)),
    plainArray(postings.map((row) => row.leg.side)),
    plainArray(postings.map((row) => row.leg.amountFen)),
    plainArray(postings.map((row) => row.balanceAfter)),
    plainArray(postings.map((row) => row.entry.effectiveOn)),
  ]);
  writeDays(writes, fundId, changes);
}

/** Before the balances: the floor falls only where an override of the same transaction says so. */
function writeOverrides(writes: Writes, fundId: number, changes: Changes): void {
  const overrides = sorted(changes.overrides, (row) => row.entryId);
  writes.send(SQL.INSERT_OVERRIDES, [
    fundId,
    plainArray(overrides.map((row) => row.entryId)),
    plainArray(overrides.map((row) => row.override.account.id)),
    plainArray(overrides.map((row) => row.override.lackingFen)),
    textArray(overrides.map((row) => row.override.reason)),
    textArray(overrides.map((row) => row.override.documentNo)),
    plainArray(overrides.map((row) => row.override.expiresOn)),
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
    plainArray(sortedDays.map((day) => day.accountId)),
    plainArray(sortedDays.map((day) => day.date)),
    plainArray(sortedDays.map((day) => day.net)),
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
      plainArray(rows.map((award) => award.id)),
      plainArray(rows.map((award) => award.number)),
      plainArray(rows.map((award) => award.fiscalYear)),
      plainArray(rows.map((award) => award.budgetYear)),
      plainArray(rows.map((award) => award.lineId)),
      plainArray(rows.map((award) => award.enterprise.id)),
      plainArray(rows.map((award) => award.project.id)),
      plainArray(rows.map((award) => award.person?.id ?? null)),
      plainArray(rows.map((award) => award.awarded)),
      plainArray(rows.map((award) => award.reserved)),
      plainArray(rows.map((award) => award.onHold)),
      plainArray(rows.map((award) => award.approvedOffline)),
      textArray(rows.map((award) => award.approvalRef)),
      plainArray(rows.map((award) => award.approvedOn)),
      textArray(rows.map((award) => JSON.stringify(award.facts))),
      plainArray(rows.map((award) => award.effectiveOn)),
      plainArray(rows.map((award) => award.lastEffectiveOn)),
      plainArray(rows.map((award) => award.createdBy)),
      plainArray(rows.map((award) => award.version)),
    ]);
  }
  updateAwards(writes, fundId, changed.filter(stands));
}

function updateAwards(writes: Writes, fundId: number, rows: readonly AwardState[]): void {
  if (rows.length === 0) return;
  writes.exactly(SQL.UPDATE_AWARDS, rows.length, [
    fundId,
    plainArray(rows.map((award) => award.id)),
    plainArray(rows.map((award) => award.project.id)),
    plainArray(rows.map((award) => award.reserved)),
    plainArray(rows.map((award) => award.committed)),
    plainArray(rows.map((award) => award.disbursed)),
    plainArray(rows.map((award) => award.released)),
    plainArray(rows.map((award) => award.recovered)),
    plainArray(rows.map((award) => award.onHold)),
    plainArray(rows.map((award) => award.everPaid)),
    plainArray(rows.map((award) => award.lastEffectiveOn)),
    plainArray(rows.map((award) => award.version)),
  ]);
}

function writePayments(writes: Writes, fundId: number, changes: Changes): void {
  if (changes.newPayments.size > 0) {
    const rows = sorted([...changes.newPayments], (payment) => payment.id);
    writes.send(SQL.INSERT_PAYMENTS, [
      fundId,
      plainArray(rows.map((payment) => payment.id)),
      plainArray(rows.map((payment) => payment.awardId)),
      textArray(rows.map((payment) => payment.paymentRef)),
      plainArray(rows.map((payment) => payment.fiscalYear)),
      plainArray(rows.map((payment) => payment.effectiveOn)),
      plainArray(rows.map((payment) => payment.paid)),
      plainArray(rows.map((payment) => payment.returned)),
      plainArray(rows.map((payment) => payment.demanded)),
      plainArray(rows.map((payment) => payment.recovered)),
    ]);
  }
  if (changes.payments.size > 0) {
    const rows = sorted([...changes.payments], (payment) => payment.id);
    writes.exactly(SQL.UPDATE_PAYMENTS, rows.length, [
      fundId,
      plainArray(rows.map((payment) => payment.id)),
      plainArray(rows.map((payment) => payment.returned)),
      plainArray(rows.map((payment) => payment.demanded)),
      plainArray(rows.map((payment) => payment.recovered)),
    ]);
  }
  if (changes.newDemands.size > 0) {
    const rows = sorted([...changes.newDemands], (demand) => demand.id);
    writes.send(SQL.INSERT_DEMANDS, [
      fundId,
      plainArray(rows.map((demand) => demand.id)),
      plainArray(rows.map((demand) => demand.awardId)),
      plainArray(rows.map((demand) => demand.paymentId)),
      plainArray(rows.map((demand) => demand.fiscalYear)),
      plainArray(rows.map((demand) => demand.effectiveOn)),
      plainArray(rows.map((demand) => demand.demanded)),
      plainArray(rows.map((demand) => demand.received)),
    ]);
  }
  if (changes.demands.size > 0) {
    const rows = sorted([...changes.demands], (demand) => demand.id);
    writes.exactly(SQL.UPDATE_DEMANDS, rows.length, [
      fundId,
      plainArray(rows.map((demand) => demand.id)),
      plainArray(rows.map((demand) => demand.received)),
    ]);
  }
}

function sorted<T>(rows: readonly T[], keyOf: (row: T) => string): T[] {
  return rows
    .map((row) => ({ key: keyOf(row), row }))
    .sort((left, right) => (left.key < right.key ? -1 : left.key > right.key ? 1 : 0))
    .map(({ row }) => row);
}
