import { createHash } from 'node:crypto';
import type { Ledger, LedgerEvent, PostResult, ReserveEvent, Unit } from '../../src/ledger/index.js';
import { FINANCE, FUND, project } from './ledger.js';

/** Fen of each award of the load; what it comes to in the end is known to the fen. */
export const LOAD_FEN = 1_000n;
/** Fen that each paid award gets returned. */
export const RETURNED_FEN = 100n;
/** Awards of a scenario that is a batch. */
export const BATCH = 10;

/** One success that somebody was told of. */
export type Told = (key: string, entryId: string) => void;

/** Scenarios of which the n-th is a batch. */
export function isBatch(index: number): 'all' | 'each' | null {
  return index % 6 === 4 ? 'all' : index % 6 === 5 ? 'each' : null;
}

/**
 * One piece of work, the same whoever does it and however often: an award's way from reservation to a returned payment, or a batch.
 * Every request has its own key. What was unavailable or unknown is sent again; anything else but success is a fault.
 */
export async function scenario(ledger: Ledger, name: string, index: number, told: Told): Promise<void> {
  const mode = isBatch(index);
  if (mode !== null) {
    const events = Array.from({ length: BATCH }, (_, item) => reserve(`${name}-${index}-${item}`));
    await send(ledger, { mode, events }, `${name}-${index}`, told);
    return;
  }
  const [reserved] = await send(
    ledger,
    { mode: 'single', events: [reserve(`${name}-${index}`)] },
    `${name}-${index}-reserve`,
    told,
  );
  const awardId = reserved?.ok === true ? (reserved.award?.id ?? '') : '';
  const paymentRef = `${name}-${index}`;
  const life: readonly LedgerEvent[] = [
    { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-04-01' },
    { kind: 'disburse', awardId, amountFen: LOAD_FEN, paymentRef, effectiveOn: '2016-05-01' },
    { kind: 'return', awardId, amountFen: RETURNED_FEN, paymentRef, effectiveOn: '2016-06-01' },
  ];
  for (const event of life) await send(ledger, { mode: 'single', events: [event] }, `${name}-${index}-${event.kind}`, told);
}

/** Does the scenarios, so many at a time. */
export async function load(ledger: Ledger, name: string, count: number, atOnce: number, told: Told): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await scenario(ledger, name, next - 1, told);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
}

async function send(
  ledger: Ledger,
  what: Pick<Unit, 'mode' | 'events'>,
  key: string,
  told: Told,
): Promise<readonly PostResult[]> {
  const unit: Unit = { ...what, fund: FUND, actor: FINANCE, request: { key, requestHash: digest(key) } };
  for (let turn = 0; turn < 60; turn += 1) {
    const results = await ledger.post(unit);
    const failed = results.find((result) => !result.ok);
    if (failed?.ok !== false) {
      results.forEach((result, item) => told(`${key}/${item}`, result.ok ? (result.entry?.id ?? '') : ''));
      return results;
    }
    const { code, detail } = failed.problem;
    if (code !== 'unavailable' && code !== 'outcome-unknown') throw new Error(`${key} was answered with ${code}: ${detail.en}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`${key} never got through`);
}

function reserve(name: string): ReserveEvent {
  return {
    kind: 'reserve',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    amountFen: LOAD_FEN,
    enterprise: { name, organizationCode: digest(name).slice(0, 9).toUpperCase(), creditCode: null },
    project: project(name),
    person: null,
    approvalRef: name,
    approvedOn: '2016-03-01',
    effectiveOn: '2016-03-01',
    facts: {},
    approvedOffline: false,
    distinctFrom: [],
  };
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}
