import { randomUUID } from 'node:crypto';
import type { Beside, Ledger, LedgerEvent, PostResult, Unit } from '../../src/ledger/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FINANCE, FUND, fundLine, openLedger, project, reservation, yuan } from '../support/ledger.js';

/*
 * A unit that is only asked about is decided among the others of its batch, on what those before it have changed, and changes nothing for those
 * behind it.
 */

let database: TestDatabase;
let ledger: Ledger;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
});
afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
});

function post(mode: Unit['mode'], events: readonly LedgerEvent[], beside: Beside = {}): Promise<readonly PostResult[]> {
  const request = { key: randomUUID(), requestHash: randomUUID().replaceAll('-', '') };
  return ledger.post({ fund: FUND, actor: FINANCE, mode, request, events }, beside);
}

const of = (amount: string, more: object = {}): LedgerEvent => reservation({ amountFen: yuan(amount), ...more });
const saidOf = (results: readonly PostResult[]): readonly string[] =>
  results.map((result) => (result.ok ? 'ok' : result.problem.code));
const DRY = { dryRun: true };

async function counted(): Promise<object | undefined> {
  const tables = [
    'journal_entry',
    'posting',
    'award',
    'enterprise',
    'project',
    'claim',
    'idempotency_key',
    'answer_page',
    'outbox',
  ];
  const [row] = await database.db.rows<object>(
    `SELECT ${tables.map((name) => `(SELECT count(*) FROM ${name}) AS ${name}`).join()}`,
  );
  return row;
}

it('A reservation is foretold with its award, its entry and its accounts, and answered as it would be', async () => {
  const before = await counted();
  const [result] = await post('single', [of('600.00')], { ...DRY, render: ({ award }) => `{"number":"${award?.number ?? ''}"}` });
  const amounts = { awarded: 60_000n, reserved: 60_000n, committed: 0n, disbursed: 0n, released: 0n, recovered: 0n };
  const award = { id: expect.any(String), number: '2016-manufacturing-app-000001' };
  expect(result).toMatchObject({
    ok: true,
    replayed: false,
    answer: '{"number":"2016-manufacturing-app-000001"}',
    award: { amounts },
    foretold: {
      entries: [
        {
          kind: 'reserve',
          fiscalYear: 2016,
          line: 'manufacturing-app',
          amountFen: 60_000n,
          award: { ...award, before: null, after: { amounts, onHold: false, ruleHold: false, rewardHold: false } },
        },
      ],
      balances: [
        { code: 4610, line: 'manufacturing-app', beforeFen: 100_000n, afterFen: 40_000n },
        { code: 4700, line: 'manufacturing-app', beforeFen: 0n, afterFen: 60_000n },
      ],
    },
  });
  expect(await counted()).toEqual(before);
  // Its number is still to be had.
  const [real] = await post('single', [of('600.00')]);
  expect(real?.ok === true && real.award?.number).toBe('2016-manufacturing-app-000001');
  expect(real).not.toHaveProperty('foretold');
});

it('Of one batch, it sees what was posted before it, and is not seen by what comes behind it', async () => {
  const results = await Promise.all([
    post('single', [of('600.00')], DRY),
    post('single', [of('700.00')]),
    post('single', [of('600.00')], DRY),
    post('single', [of('300.00')], DRY),
    post('single', [of('300.00')]),
  ]);
  expect(results.map(saidOf)).toEqual([['ok'], ['ok'], ['insufficient-funds'], ['ok'], ['ok']]);
  const [, , , foretold, posted] = results.map(([result]) => result);
  expect([foretold?.ok && foretold.award?.number, posted?.ok && posted.award?.number]).toEqual([
    '2016-manufacturing-app-000002',
    '2016-manufacturing-app-000002',
  ]);
  expect(await counted()).toMatchObject({ award: 2n });
});

it.each(['all', 'each'] as const)('A unit of mode %s is answered item by item as the real one', async (mode) => {
  const same = { enterprise: { name: '示例', organizationCode: 'T99999999', creditCode: null }, project: project('同一項目') };
  const events = [of('100.00', same), of('100.00', same), of('2000.00'), of('10.00')];
  const before = await counted();
  const asked = await post(mode, events, DRY);
  expect(await counted()).toEqual(before);
  const real = await post(mode, events);
  expect(saidOf(asked)).toEqual(saidOf(real));
  const taken = mode === 'all' ? 'batch-rolled-back' : 'ok';
  expect(saidOf(asked)).toEqual([taken, 'project-already-subsidised', 'insufficient-funds', taken]);
});

it('Events of one unit build on one another: each is foretold from where the one before it leaves', async () => {
  const [made] = await post('single', [of('600.00')]);
  const awardId = made?.ok === true ? (made.award?.id ?? '') : '';
  const on = { effectiveOn: '2016-05-01' };
  const steps = await post(
    'all',
    [
      { kind: 'commit', awardId, amountFen: null, ...on },
      { kind: 'disburse', awardId, amountFen: 20_000n, paymentRef: 'DRY-1', ...on },
      { kind: 'release', awardId, from: 'committed', amountFen: null, ...on },
    ],
    DRY,
  );
  const moves = steps.map((result) => {
    const [entry] = result.ok ? (result.foretold?.entries ?? []) : [];
    return [entry?.award?.before?.amounts.committed, entry?.award?.after.amounts.committed];
  });
  expect(moves).toEqual([
    [0n, 60_000n],
    [60_000n, 40_000n],
    [40_000n, 0n],
  ]);
  const [award] = await database.db.rows('SELECT reserved_fen, version FROM award');
  expect(award).toEqual({ reserved_fen: 60_000n, version: 1 });
});
