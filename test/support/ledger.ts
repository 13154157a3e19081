import { randomUUID } from 'node:crypto';
import type { Actor } from '../../src/kernel/index.js';
import { parseYuan } from '../../src/kernel/index.js';
import { Directory } from '../../src/ledger/store/directory.js';
import {
  companion,
  Ledger,
  type LedgerEvent,
  type Posted,
  type PostResult,
  type ReserveEvent,
  type Unit,
} from '../../src/ledger/index.js';
import { loadConfig, type Config, type Environment } from '../../src/platform/config/index.js';
import { Metrics } from '../../src/platform/metrics/index.js';
import { OutboxBell } from '../../src/platform/outbox/outbox-bell.js';
import { projectKeys } from '../../src/parties/index.js';
import { FOLDING_VERSION } from '../../src/platform/folding/folding-table.js';
import { settlement } from '../../src/reconciliation/findings/settlement.js';
import type { Database } from '../../src/platform/database/database.js';

/** The policy's fund, as every test database has it. */
export const FUND = 'gz-ecommerce';

export const FINANCE: Actor = {
  id: '01900000-0000-7000-8000-00000000000a',
  username: 'finance',
  role: 'finance',
  agency: null,
  reaches: [],
};
export const OFFICER: Actor = {
  id: '01900000-0000-7000-8000-00000000000b',
  username: 'officer',
  role: 'officer',
  agency: '市經貿委',
  reaches: ['市經貿委'],
};

/** Settings of a ledger that no application has. */
export function ledgerConfig(environment: Environment = {}): Config {
  return loadConfig({
    DATABASE_URL: 'postgresql://tests',
    SECRET_KEY: 'a secret of the tests, known to everybody',
    ...environment,
  });
}

/** A ledger of its own on the database, as one process has it. */
export function openLedger(db: Database, environment: Environment = {}): Ledger {
  return new Ledger(db, new Directory(db), new OutboxBell(db), new Metrics(), ledgerConfig(environment));
}

/** Events of one unit at most. */
const BATCH = 1_000;

/** Yuan of the contract as fen. */
export function yuan(text: string): bigint {
  const fen = parseYuan(text);
  if (fen === null) throw new Error(`${text} is no amount`);
  return fen;
}

/** The record that goes with an event: of a settlement what becomes of its finding, of others none. */
export function recordOf(event: LedgerEvent, actor: Actor): ReturnType<typeof companion> | null {
  if (event.kind !== 'settle') return null;
  const { finding, resolution, demand, until, reason } = event;
  const { id: findingId, awardIds } = finding;
  return companion(settlement, {
    findingId,
    awardIds,
    resolution,
    demand,
    until,
    reason,
    by: actor.username,
    language: 'zh-Hant',
  });
}

/** Posts a unit with the records of its events. */
export function postUnit(ledger: Ledger, unit: Unit): Promise<readonly PostResult[]> {
  return ledger.post(unit, { also: unit.events.map((event) => recordOf(event, unit.actor)) });
}

/** Posts one event as one request. */
export async function postOne(
  ledger: Ledger,
  event: LedgerEvent,
  more: { actor?: Actor; key?: string; hash?: string } = {},
): Promise<PostResult> {
  const [result] = await postUnit(ledger, {
    fund: FUND,
    actor: more.actor ?? FINANCE,
    mode: 'single',
    request: { key: more.key ?? randomUUID(), requestHash: more.hash ?? randomUUID().replaceAll('-', '') },
    events: [event],
  });
  if (result === undefined) throw new Error('No result');
  return result;
}

/** Posts one event that must be accepted. */
export async function mustPost(
  ledger: Ledger,
  event: LedgerEvent,
  more: { actor?: Actor; key?: string; hash?: string } = {},
): Promise<Posted> {
  const result = await postOne(ledger, event, more);
  if (!result.ok) throw new Error(`${event.kind} was refused: ${result.problem.code}: ${result.problem.detail.en}`);
  return result;
}

/** Posts any number of events, each for itself, all of which must be accepted. */
export async function postAll(ledger: Ledger, events: readonly LedgerEvent[]): Promise<void> {
  for (let start = 0; start < events.length; start += BATCH) {
    const results = await ledger.post({
      fund: FUND,
      actor: FINANCE,
      mode: 'each',
      request: { key: randomUUID(), requestHash: randomUUID().replaceAll('-', '') },
      events: events.slice(start, start + BATCH),
    });
    for (const result of results) if (!result.ok) throw new Error(`Refused: ${result.problem.detail.en}`);
  }
}

/** Appropriates a year and allots to a line. */
export async function fundLine(ledger: Ledger, line: string, amountFen: bigint, fiscalYear = 2016): Promise<void> {
  await mustPost(ledger, {
    kind: 'appropriation',
    fiscalYear,
    amountFen,
    ceilingDocumentNo: null,
    effectiveOn: `${fiscalYear}-01-05`,
  });
  await mustPost(ledger, { kind: 'allotment', fiscalYear, line, amountFen, effectiveOn: `${fiscalYear}-01-10` });
}

/** A project as a reservation names it. */
export function project(title: string, code: string | null = null): ReserveEvent['project'] {
  return { title, code, keys: projectKeys({ title, code }), folding: FOLDING_VERSION };
}

let serial = 0;

/** A reservation on manufacturing-app, which asks for no facts; every call is another enterprise and project. */
export function reservation(more: Partial<ReserveEvent> = {}): ReserveEvent {
  serial += 1;
  const code = `T${String(serial).padStart(8, '0')}`;
  return {
    kind: 'reserve',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    amountFen: 100_000_000n,
    enterprise: { name: `示例企業${serial}`, organizationCode: code, creditCode: null },
    project: project(`示例項目${serial}`),
    person: null,
    approvalRef: `批-${serial}`,
    approvedOn: more.effectiveOn ?? '2016-03-01',
    effectiveOn: more.approvedOn ?? '2016-03-01',
    facts: {},
    approvedOffline: false,
    distinctFrom: [],
    ...more,
  };
}
