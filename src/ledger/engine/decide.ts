import type { Tx } from '../../platform/database/database.js';
import type { State } from '../state/state.js';
import { writeCompanions } from '../store/companions.js';
import type { Directory, FundEntry } from '../store/directory.js';
import { accountsOfYears, foresee, type Foreseen } from '../store/foresee.js';
import { loadDays } from '../store/load/days.js';
import { readAnswers, sendAnswers } from '../store/answers.sql.js';
import { loadState, type RememberedRow } from '../store/load/load-state.js';
import { LostRace } from '../store/lost-race.js';
import { readPosted } from '../store/posted-records.sql.js';
import { Pipeline } from '../store/write/pipeline.js';
import { sendChanges } from '../store/write/write-changes.js';
import { Batch, type Pending, type Remembered } from './batch.js';
import { newId } from './ids.js';
import { companionsOf, eventsOf, keyHashesOf, type Job } from './job.js';
import { MAX_ROUNDS } from './limits.js';
import { noFund, refuseAll } from './refusals.js';
import type { PostResult } from './unit.js';

/** Years of which every account must be locked before the batch can be decided: the transaction begins again with them. */
export interface WiderLocks {
  readonly wholeYears: readonly number[];
}

/**
 * One batch within one transaction: lock, read, decide, write. Decides again for as long as an event asks for more to be read, and
 * answers each unit's results, in order; or, with nothing written, the locks that it lacks.
 */
export async function decideBatch(
  tx: Tx,
  directory: Directory,
  fundCode: string,
  jobs: readonly Job[],
  wholeYears: ReadonlySet<number>,
): Promise<PostResult[][] | WiderLocks> {
  const known = await directory.fund(fundCode);
  if (known === null) return jobs.map((job) => refuseAll(job, noFund(fundCode)));
  const events = eventsOf(jobs);
  const { fund, foreseen } = await foreseeAll(tx, directory, known, jobs, wholeYears);
  const { state, companionRows, keys: rows } = await loadState(tx, fund, events, keyHashesOf(jobs), foreseen, wholeYears);
  await checkForeseen(tx, state, foreseen);
  const keys = rows.map((row) => [row.key_hash, rememberedOf(row)] as const);

  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const batch = new Batch(state, new Map(keys), companionRows);
    const results = jobs.map((job) => batch.decideJob(job));
    if (batch.needs.length === 0) {
      await writeBatch(tx, state, batch);
      return withEarlier(tx, fund.id, results);
    }
    batch.takeBack();
    const lacking = batch.needs.flatMap((need) => (need.kind === 'year-accounts' ? [need.year] : []));
    if (lacking.length > 0) return { wholeYears: lacking };
    await loadDays(tx, fund.id, batch.needs, state);
  }
  throw new Error('A batch asked for more again and again');
}

/** What the batch needs, by a directory that knows all lines and accounts of it. */
async function foreseeAll(tx: Tx, directory: Directory, known: FundEntry, jobs: readonly Job[], wholeYears: ReadonlySet<number>) {
  const [events, companions] = [eventsOf(jobs), companionsOf(jobs)];
  const foreseen = await foresee(tx, known, events, wholeYears, companions);
  if (!foreseen.incomplete) return { fund: known, foreseen };
  const fund = await directory.renewed(known, tx);
  return { fund, foreseen: fund === known ? foreseen : await foresee(tx, fund, events, wholeYears, companions) };
}

/** Under the locks: what they were chosen by still holds. */
async function checkForeseen(tx: Tx, state: State, foreseen: Foreseen): Promise<void> {
  for (const year of foreseen.unopened) {
    if (state.years.get(year)?.status === 'open') throw new LostRace(`the year ${year} was opened`);
  }
  const locked = new Set(foreseen.accountIds);
  const accounts = await accountsOfYears(tx, state.fund.id, state.wholeYears);
  if (!accounts.every((id) => locked.has(id))) throw new LostRace('a line was added to the year');
}

/** Entries and all that they change, then the rooms' records, then the answers that are kept. Only records are waited for in between. */
async function writeBatch(tx: Tx, state: State, batch: Batch): Promise<void> {
  const at = { fundId: state.fund.id, recordedAt: state.recordedAt };
  const pageId = newId();
  const writes = new Pipeline(tx);
  if (batch.changes.entries.length > 0 || batch.changes.rekeyed.size > 0)
    sendChanges(writes, state, batch.changes, batch.newKeys, pageId);
  if (batch.companions.length > 0) {
    await writes.done();
    await writeCompanions(tx, at, batch.companions);
  }
  const texts = batch.answers.map((text) => text ?? '');
  if (batch.newKeys.some((key) => key.line !== null)) sendAnswers(writes, at, pageId, texts);
  await writes.done();
}

function rememberedOf(row: RememberedRow): Remembered {
  const { request_hash: requestHash, entry_id: entryId, page_id: id, page_line: line } = row;
  return { requestHash, entryId, page: id === null || line === null ? null : { id, line } };
}

/** The results, those of earlier requests read from their entries, with the answers that were kept. */
async function withEarlier(tx: Tx, fundId: number, results: readonly (readonly Pending[])[]): Promise<PostResult[][]> {
  const earlier = results.flat().flatMap((result) => ('earlier' in result ? [result.earlier] : []));
  const records = earlier.length === 0 ? new Map<string, never>() : await readPosted(tx, fundId, earlier);
  const pageIds = results.flat().flatMap((result) => ('earlier' in result ? (result.page?.id ?? []) : []));
  const pages = await readAnswers(tx, fundId, pageIds);
  return results.map((unit) =>
    unit.map((result): PostResult => {
      if (!('earlier' in result)) return result;
      const found = records.get(result.earlier);
      if (found === undefined) throw new Error(`Entry ${result.earlier} of a remembered request is missing`);
      const answer = result.page === null ? undefined : pages.get(result.page.id)?.[result.page.line];
      // An empty line: the event had no answer to be kept.
      return { ok: true, replayed: !result.ours, ...found, answer: answer === undefined || answer === '' ? null : answer };
    }),
  );
}
