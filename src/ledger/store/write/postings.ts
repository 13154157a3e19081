import { bigints, chars, dates, integers, jsons, texts, uuids } from '../../../platform/database/columns.js';
import type { Changes } from '../../state/changes.js';
import type { Pipeline } from './pipeline.js';
import { sorted } from './sorted.js';
import * as SQL from './write.sql.js';

/** Entries with their postings and the balances that these move; overrides before and days after them. */
export function writePostings(writes: Pipeline, fundId: number, at: Date, changes: Changes): void {
  const entries = entryColumns(changes);
  if (changes.postings.length === 0) {
    if (changes.entries.length > 0) writes.send(SQL.INSERT_ENTRIES, [fundId, at, ...entries]);
    return;
  }
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
    ...entries,
  ]);
  writeDays(writes, fundId, changes);
}

function entryColumns(changes: Changes): readonly unknown[] {
  const rows = sorted(changes.entries, (row) => row.entry.id);
  return [
    uuids(rows, (row) => row.entry.id),
    integers(rows, (row) => row.entry.fiscalYear),
    texts(rows, (row) => row.entry.kind),
    dates(rows, (row) => row.entry.effectiveOn),
    uuids(rows, (row) => row.by.actorId),
    integers(rows, (row) => row.entry.lineId),
    uuids(rows, (row) => row.entry.award?.award.id ?? null),
    bigints(rows, (row) => row.entry.amountFen),
    texts(rows, (row) => row.entry.documentNo),
    texts(rows, (row) => row.entry.reason),
    jsons(rows, (row) => (row.entry.details === null ? null : JSON.stringify(row.entry.details))),
    texts(rows, (row) => (row.awardAfter === null ? null : `{${row.awardAfter.join(',')}}`)),
    uuids(rows, (row) => row.by.agreed?.approvalId ?? null),
    texts(rows, (row) => (row.by.agreed === null ? null : `{${row.by.agreed.checkers.join(',')}}`)),
  ];
}

/** Before the balances: the floor falls only where an override of the same transaction says so. */
function writeOverrides(writes: Pipeline, fundId: number, changes: Changes): void {
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

function writeDays(writes: Pipeline, fundId: number, changes: Changes): void {
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
