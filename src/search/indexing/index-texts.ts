import type { Tx } from '../../platform/database/database.js';
import { gramsOf } from '../grams.js';
import {
  awardDocuments,
  enterpriseDocuments,
  paymentDocuments,
  putAwardsBack,
  readEntries,
  readTexts,
  takeUnindexed,
  writeTexts,
  type CountChange,
  type Document,
  type IndexedEntry,
  type NewText,
  type Unindexed,
} from './indexing.sql.js';
import { searchedText } from '../terms.js';

/** Ids that a pass takes at most, or one transaction's more: some 0.15 s of work. */
const PASS_IDS = 500;

/** One pass: takes what has waited longest and brings its texts up to date. */
export async function indexWaiting(tx: Tx): Promise<void> {
  const taken = await takeUnindexed(tx, PASS_IDS);
  for (const fundId of new Set(taken.map((row) => row.fundId))) {
    await indexFund(
      tx,
      fundId,
      taken.filter((row) => row.fundId === fundId),
    );
  }
}

async function indexFund(tx: Tx, fundId: number, rows: readonly Unindexed[]): Promise<void> {
  const entries = await readEntries(tx, fundId, distinct(rows.flatMap(({ entryIds }) => entryIds)));
  const named = [...rows.flatMap(({ awardIds }) => awardIds), ...entries.map(({ awardId }) => awardId)];
  const awards = await awardDocuments(tx, fundId, distinct(named));
  const parties = [
    ...rows.flatMap(({ enterpriseIds }) => enterpriseIds),
    ...entries.filter(namesParties).flatMap((entry) => entry.parties),
    ...awards.map(({ enterpriseId }) => enterpriseId),
  ];
  const enterprises = await enterpriseDocuments(tx, fundId, distinct(parties));
  const payments = await paymentDocuments(tx, fundId, distinct(entries.filter(isPayment).map(({ id }) => id)));
  const changed = await write(tx, fundId, [...awards, ...enterprises, ...payments, ...entries.flatMap(entryDocument)]);
  // Under another name or code than before, the enterprise's other awards are found as well.
  const renamed = enterprises.filter(({ id }) => changed.has(id));
  if (renamed.length > 0)
    await putAwardsBack(
      tx,
      fundId,
      renamed.map(({ id }) => id),
      PASS_IDS,
    );
}

/** A merger names two enterprises; an external award one, which may have no award of ours. */
function namesParties({ kind }: IndexedEntry): boolean {
  return kind === 'merge' || kind === 'unmerge' || kind === 'external-award';
}

function isPayment({ kind }: IndexedEntry): boolean {
  return kind === 'disburse';
}

/** An entry is found by its document. */
function entryDocument({ id, fiscalYear, lineId, documentNo }: IndexedEntry): Document[] {
  return documentNo === null ? [] : [{ kind: 'entry', id, fiscalYear, lineId, fields: [documentNo] }];
}

/** Writes what is new or has changed. Answers the ids of those that were known and have changed. */
async function write(tx: Tx, fundId: number, documents: readonly Document[]): Promise<ReadonlySet<string>> {
  const known = new Map((await readTexts(tx, fundId, documents)).map(({ kind, id, text }) => [`${kind} ${id}`, text]));
  const rows: NewText[] = [];
  const counts = new Counts();
  const changed = new Set<string>();
  for (const document of documents) {
    const { kind, id } = document;
    const before = known.get(`${kind} ${id}`);
    const text = searchedText(document.fields);
    if (text === before) continue;
    const grams = gramsOf(text);
    rows.push({ kind, id, text, grams });
    counts.add(document, grams, 1);
    if (before === undefined) continue;
    changed.add(id);
    counts.add(document, gramsOf(before), -1);
  }
  if (rows.length > 0) await writeTexts(tx, fundId, rows, counts.changes());
  return changed;
}

/** By how much the counts of grams change, in each cell. */
class Counts {
  private readonly cells = new Map<string, { readonly of: Document; readonly byGram: Map<number, number> }>();

  add(of: Document, grams: readonly number[], by: 1 | -1): void {
    const key = `${of.kind} ${of.fiscalYear} ${of.lineId}`;
    const cell = this.cells.get(key) ?? { of, byGram: new Map<number, number>() };
    this.cells.set(key, cell);
    for (const gram of grams) cell.byGram.set(gram, (cell.byGram.get(gram) ?? 0) + by);
  }

  changes(): CountChange[] {
    return [...this.cells.values()].flatMap(({ of: { kind, fiscalYear, lineId }, byGram }) =>
      [...byGram].filter(([, by]) => by !== 0).map(([gram, by]) => ({ kind, gram, fiscalYear, lineId, by })),
    );
  }
}

function distinct(ids: readonly (string | null)[]): string[] {
  return [...new Set(ids)].filter((id): id is string => id !== null && id !== '');
}
