import { createHash } from 'node:crypto';
import type { Ledger, LedgerEvent, PostResult, ReserveEvent, Unit } from '../../src/ledger/index.js';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { Actor } from '../../src/kernel/index.js';
import type { Database } from '../../src/platform/database/database.js';
import { problemOf } from '../../src/platform/http/problems/fault-problem.js';
import { Desk, type DeskAnswer } from './approval-desk.js';
import { FINANCE, FUND, openLedger, project } from './ledger.js';

/** Fen of each award of the load; what it comes to in the end is known to the fen. */
export const LOAD_FEN = 1_000n;
/** Fen that each paid award gets returned. */
export const RETURNED_FEN = 100n;
/** Awards of a scenario that is a batch. */
export const BATCH = 10;

/** From here on an allotment of the load needs two people beside its maker. */
export const TWO_STEPS_FEN = 50_000n;
/** What is told of an approval begins with this; of anything else the entry's id is told. */
export const APPROVAL = 'approval';

/** One success that somebody was told of: the entry's id, or an approval's id, status and digest of the answer. */
export type Told = (key: string, what: string) => void;

/** A process that posts and decides, and the people there are: the maker first. */
export interface CrashOffice {
  readonly ledger: Ledger;
  readonly desk: Desk;
  readonly people: readonly [Actor, Actor, Actor];
}

/** An office on the database, with its three users. */
export function openOffice(db: Database, people: CrashOffice['people']): CrashOffice {
  const ledger = openLedger(db);
  return { ledger, desk: new Desk(db, ledger), people };
}

/** Scenarios of which the n-th is a batch. */
export function isBatch(index: number): 'all' | 'each' | null {
  return index % 6 === 4 ? 'all' : index % 6 === 5 ? 'each' : null;
}

/** Scenarios in which somebody asks and others decide. */
export function isApproval(index: number): boolean {
  return index % 6 === 2 || index % 6 === 3;
}

/** What becomes of the n-th request that waits: approved by one or by two, rejected, or withdrawn. */
export function endOf(index: number): 'approved' | 'approved by two' | 'rejected' | 'withdrawn' {
  const turn = Math.floor(index / 6) % 4;
  if (index % 6 === 2) return turn % 2 === 0 ? 'approved' : 'approved by two';
  return turn === 0 ? 'rejected' : turn === 1 ? 'withdrawn' : turn === 2 ? 'approved' : 'approved by two';
}

/**
 * One piece of work, the same whoever does it and however often: an award's way from reservation to a returned payment, or a batch.
 * Every request has its own key. What was unavailable or unknown is sent again; anything else but success is a fault.
 */
export async function scenario(office: CrashOffice, name: string, index: number, told: Told): Promise<void> {
  const { ledger } = office;
  if (isApproval(index)) return approval(office, name, index, told);
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
export async function load(office: CrashOffice, name: string, count: number, atOnce: number, told: Told): Promise<void> {
  let next = 0;
  const client = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await scenario(office, name, next - 1, told);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, client));
}

/** An allotment is asked for and decided. */
async function approval(
  { desk, people: [maker, one, other] }: CrashOffice,
  name: string,
  index: number,
  told: Told,
): Promise<void> {
  const end = endOf(index);
  const event: LedgerEvent = {
    kind: 'allotment',
    fiscalYear: 2016,
    line: 'mobile-innovation',
    amountFen: end === 'approved by two' ? TWO_STEPS_FEN : 1n,
    effectiveOn: '2016-02-01',
  };
  const key = (step: string): string => `${name}-${index}-${step}`;
  const { id, preview } = await through(key('ask'), told, (its) => desk.ask(maker, event, its));
  const agree = (by: Actor, step: string) => through(key(step), told, (its) => desk.approve(by, id, preview.hash, its));
  if (end === 'approved by two') await agree(other, 'first');
  if (end === 'approved' || end === 'approved by two') await agree(one, 'approve');
  if (end === 'rejected') await through(key('reject'), told, (its) => desk.reject(one, id, its));
  if (end === 'withdrawn') await through(key('withdraw'), told, (its) => desk.withdraw(maker, id, its));
}

/** Sends the request until it is answered with success. */
async function through(key: string, told: Told, request: (key: string) => Promise<DeskAnswer>): Promise<ApprovalDto> {
  return patiently(key, async () => {
    const answer = await request(key).catch(ofAbsence);
    if (!answer.ok) return answer;
    const { id, status } = answer.approval;
    told(key, `${APPROVAL}/${id}/${status}/${digest(answer.text)}`);
    return { ok: true, value: answer.approval };
  });
}

/** A fault that says that the database is away, as HTTP answers it. */
function ofAbsence(error: unknown): DeskAnswer {
  const { code, detail } = problemOf(error);
  return { ok: false, code: code === 'internal' ? String(error) : code, detail: detail.en };
}

async function send(
  ledger: Ledger,
  what: Pick<Unit, 'mode' | 'events'>,
  key: string,
  told: Told,
): Promise<readonly PostResult[]> {
  const unit: Unit = { ...what, fund: FUND, actor: FINANCE, request: { key, requestHash: digest(key) } };
  return patiently(key, async () => {
    const results = await ledger.post(unit);
    const failed = results.find((result) => !result.ok);
    if (failed?.ok === false) return { ok: false, code: failed.problem.code, detail: failed.problem.detail.en };
    results.forEach((result, item) => told(`${key}/${item}`, result.ok ? (result.entry?.id ?? '') : ''));
    return { ok: true, value: results };
  });
}

type Attempt<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly code: string; readonly detail: string };

async function patiently<T>(key: string, attempt: () => Promise<Attempt<T>>): Promise<T> {
  for (let turn = 0; turn < 60; turn += 1) {
    const outcome = await attempt();
    if (outcome.ok) return outcome.value;
    const { code, detail } = outcome;
    if (code !== 'unavailable' && code !== 'outcome-unknown') throw new Error(`${key} was answered with ${code}: ${detail}`);
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
