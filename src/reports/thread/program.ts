import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { BUDGET_ENTITIES } from '../../budget/index.js';
import { ProblemError } from '../../kernel/index.js';
import { PARTIES_ENTITIES } from '../../parties/index.js';
import { isDatabaseAway } from '../../platform/database/away.js';
import { Database } from '../../platform/database/database.js';
import { openDataSource } from '../../platform/database/data-source.js';
import { openReport } from '../read-report.js';
import { csvOf } from '../renderers/csv.js';
import { jsonReport } from '../renderers/json.js';
import type { Order, Report, ThreadSettings, WantedReport } from './messages.js';

/*
 * The thread in which reports are read and rendered, on connections of its own: what they cost is nobody else's time. It sends a chunk when
 * one is wanted, so a slow reader stops the reading.
 */

const settings = workerData as ThreadSettings;
const port = parentPort;
if (port === null) throw new Error('This is a thread');

// On Linux this is the priority of the calling thread alone: where cores are short, a reservation goes before a report.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

/** Bytes that one chunk gathers. */
const CHUNK_BYTES = 64 * 1024;

const opening = openDataSource({
  url: settings.databaseUrl,
  size: settings.poolSize,
  applicationName: 'fund-ledger-reports',
  entities: [...BUDGET_ENTITIES, ...PARTIES_ENTITIES],
  statementTimeoutMs: settings.statementTimeoutMs,
});
// Who asks for a report hears of it.
opening.catch(() => undefined);
const chunks = new Map<number, AsyncIterator<Uint8Array>>();

function say(report: Report): void {
  if (report.kind === 'chunk') port?.postMessage(report, [report.bytes.buffer as ArrayBuffer]);
  else port?.postMessage(report);
}

function broken(id: number, error: unknown): void {
  chunks.delete(id);
  if (error instanceof ProblemError) say({ kind: 'refused', id, problem: error.problem });
  else say({ kind: 'broken', id, message: error instanceof Error ? error.message : 'unknown', isAway: isDatabaseAway(error) });
}

async function open(id: number, wanted: WantedReport): Promise<void> {
  const opened = await openReport(new Database(await opening), wanted);
  const text = wanted.format === 'csv' ? csvOf(opened.table, wanted.language) : [await jsonReport(wanted, opened, new Date())];
  chunks.set(id, gathered(text)[Symbol.asyncIterator]());
  say({ kind: 'head', id, illustrative: opened.illustrative });
}

async function more(id: number): Promise<void> {
  const next = await chunks.get(id)?.next();
  if (next === undefined) return;
  if (next.done !== true) say({ kind: 'chunk', id, bytes: next.value });
  else {
    chunks.delete(id);
    say({ kind: 'end', id });
  }
}

/** Texts as bytes, in chunks whose buffers are their own: they are given away. */
async function* gathered(texts: AsyncIterable<unknown> | Iterable<unknown>): AsyncGenerator<Uint8Array> {
  let waiting: Buffer[] = [];
  let size = 0;
  const whole = (): Uint8Array => {
    const bytes = new Uint8Array(size);
    let at = 0;
    for (const part of waiting) {
      bytes.set(part, at);
      at += part.length;
    }
    waiting = [];
    size = 0;
    return bytes;
  };
  for await (const text of texts) {
    const part = Buffer.isBuffer(text) ? text : Buffer.from(String(text));
    waiting.push(part);
    size += part.length;
    if (size >= CHUNK_BYTES) yield whole();
  }
  if (size > 0) yield whole();
}

port.on('message', (order: Order) => {
  if (order.kind === 'close') {
    void opening
      .then((dataSource) => dataSource.destroy())
      .catch(() => undefined)
      .finally(() => port.close());
    return;
  }
  const { id } = order;
  if (order.kind === 'open') void open(id, order.wanted).catch((error: unknown) => broken(id, error));
  else if (order.kind === 'more') void more(id).catch((error: unknown) => broken(id, error));
  else {
    void chunks.get(id)?.return?.();
    chunks.delete(id);
  }
});
