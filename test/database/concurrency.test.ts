import { randomUUID } from 'node:crypto';
import type { Ledger, LedgerEvent, PostResult, ReserveEvent } from '../../src/ledger/index.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { setTalentRate } from '../support/line-rule.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, FUND, FINANCE, mustPost, openLedger, postOne, reservation, yuan, project } from '../support/ledger.js';

/** As three API processes have it: each ledger has a pool and a queue of its own. */
let database: TestDatabase;
let ledgers: Ledger[];
let pools: Database[];

beforeEach(async () => {
  database = await testDatabase();
  pools = await Promise.all(
    [1, 2, 3].map(
      async () => new Database(await openDataSource({ url: database.url, size: 4, applicationName: 'fund-ledger-test' })),
    ),
  );
  ledgers = pools.map((pool) => openLedger(pool));
});

afterEach(async () => {
  // A bell may still ring on a pool for some milliseconds after the last commit.
  await new Promise((resolve) => setTimeout(resolve, 40));
  expect(await brokenInvariants(database.db)).toEqual({});
  for (const pool of pools) await pool.dataSource.destroy();
  await database.close();
});

const ledgerOf = (index: number): Ledger => {
  const ledger = ledgers[index % ledgers.length];
  if (ledger === undefined) throw new Error('No ledger');
  return ledger;
};

const codes = (results: readonly PostResult[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const result of results) {
    const code = result.ok ? (result.replayed ? 'replayed' : 'ok') : result.problem.code;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  return counts;
};

/** One event on each ledger in turn, all at once. */
const race = (events: readonly LedgerEvent[], more: { key?: string; hash?: string } = {}): Promise<PostResult[]> =>
  Promise.all(events.map((event, index) => postOne(ledgerOf(index), event, more)));

const balance = async (code: number, line = 'manufacturing-app'): Promise<bigint> => {
  const [row] = await database.db.rows<{ balance: bigint }>(
    `SELECT a.balance FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id WHERE a.fiscal_year = 2016 AND a.code = $1 AND l.code = $2`,
    [code, line],
  );
  return row?.balance ?? -1n;
};

test('Of 200 reservations of ¥1,000,000.00 at once on ¥50,000,000.00, 50 succeed and 150 lack the money', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('50000000.00'));
  const results = await race(Array.from({ length: 200 }, () => reservation({ amountFen: yuan('1000000.00') })));
  expect(codes(results)).toEqual({ ok: 50, 'insufficient-funds': 150 });
  expect([await balance(4610), await balance(4700)]).toEqual([0n, yuan('50000000.00')]);
});

test('Of 200 reservations of one project at once, on two lines, one succeeds and 199 name it', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('200000000.00'));
  await fundLine(ledgerOf(0), 'mobile-innovation', yuan('200000000.00'));
  const one = reservation({ amountFen: yuan('1000000.00') });
  const results = await race(
    Array.from({ length: 200 }, (_, index): ReserveEvent => ({
      ...one,
      line: index % 5 < 2 ? 'manufacturing-app' : 'mobile-innovation',
    })),
  );
  expect(codes(results)).toEqual({ ok: 1, 'project-already-subsidised': 199 });
  const winner = results.find((result) => result.ok);
  const id = winner?.ok === true ? winner.award?.id : null;
  for (const result of results) if (!result.ok) expect(result.problem.extras).toMatchObject({ conflictingAward: { id } });
  const awards = await database.db.rows('SELECT id FROM award');
  expect(awards).toEqual([{ id }]);
});

test('Of 200 at once, each meeting another on its title or on its code, none that stand meet', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('200000000.00'));
  await fundLine(ledgerOf(0), 'mobile-innovation', yuan('200000000.00'));
  const one = reservation({ amountFen: yuan('1000.00') });
  const events = Array.from({ length: 200 }, (_, index): ReserveEvent => ({
    ...one,
    line: index % 2 === 0 ? 'manufacturing-app' : 'mobile-innovation',
    project: project(`平臺${'甲乙丙丁戊己庚辛'[index % 8] ?? ''}`, `X-${index % 5}`),
  }));
  const results = await race(events);
  const stood = results.filter((result) => result.ok).length;
  expect(codes(results)).toEqual({ ok: stood, 'project-already-subsidised': 200 - stood });
  expect(stood).toBeGreaterThan(1);
  expect(stood).toBeLessThanOrEqual(5);
  expect(await brokenInvariants(database.db)).toEqual({});
});

test('200 awards of one project approved offline at once are all recorded: one stands, 199 are on hold', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('1000000.00'));
  await fundLine(ledgerOf(0), 'mobile-innovation', yuan('1000000.00'));
  const one = reservation({ amountFen: yuan('1000.00'), approvedOffline: true });
  const results = await race(
    Array.from({ length: 200 }, (_, index): ReserveEvent => ({
      ...one,
      line: index % 2 === 0 ? 'manufacturing-app' : 'mobile-innovation',
    })),
  );
  expect(codes(results)).toEqual({ ok: 200 });
  const awards = await database.db.rows('SELECT on_hold, count(*) FROM award GROUP BY on_hold ORDER BY on_hold');
  expect(awards).toEqual([
    { on_hold: false, count: 1n },
    { on_hold: true, count: 199n },
  ]);
});

test('One request sent to every process at once has one effect and one answer; another with its key is refused', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('50000000.00'));
  for (let round = 0; round < 10; round += 1) {
    const event = reservation();
    const results = await race(
      Array.from({ length: 9 }, () => event),
      { key: `key-${round}`, hash: 'a'.repeat(32) },
    );
    expect(codes(results)).toEqual({ ok: 1, replayed: 8 });
    const answers = results.map((result) => (result.ok ? { ...result, replayed: false } : result));
    for (const answer of answers) expect(answer).toEqual(answers[0]);
  }
  // Two requests that lock nothing in common meet on the key alone.
  await fundLine(ledgerOf(0), 'mobile-innovation', yuan('50000000.00'));
  for (let round = 0; round < 10; round += 1) {
    const results = await Promise.all([
      postOne(ledgerOf(0), reservation(), { key: `other-${round}`, hash: 'a'.repeat(32) }),
      postOne(ledgerOf(1), reservation({ line: 'mobile-innovation' }), { key: `other-${round}`, hash: 'b'.repeat(32) }),
    ]);
    expect(codes(results)).toEqual({ ok: 1, 'idempotency-key-reused': 1 });
  }
  expect(await balance(4700)).toBeGreaterThanOrEqual(yuan('10000000.00'));
});

test('A batch sent to every process at once has one effect', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('50000000.00'));
  for (const mode of ['each', 'all'] as const) {
    const events = Array.from({ length: 20 }, () => reservation({ amountFen: 1n }));
    const unit = { fund: FUND, actor: FINANCE, mode, request: { key: mode, requestHash: 'c'.repeat(32) }, events };
    const units = await Promise.all([0, 1, 2, 3].map((index) => ledgerOf(index).post(unit)));
    expect(codes(units.flat())).toEqual({ ok: 20, replayed: 60 });
  }
  expect(await balance(4700)).toBe(40n);
});

describe('What may happen only once happens once, though no account is locked by both', () => {
  const facts = { certified: true, growthYear1: '30', growthYear2: '30', growthYear3: '30' };
  const salary = { annualSalary: '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };
  const someone = (): ReserveEvent['person'] => ({
    name: '示例人',
    identityHash: randomUUID(),
    identityMasked: '4401**********0000',
  });

  beforeEach(async () => {
    await setTalentRate(database.db);
    for (const [year, line] of [
      [2013, 'talent'],
      [2015, 'demo-enterprise'],
      [2015, 'rd-centre'],
      [2016, 'talent'],
      [2016, 'demo-enterprise'],
      [2016, 'rd-centre'],
      [2016, 'manufacturing-app'],
      [2016, 'mobile-innovation'],
    ] as const) {
      await fundLine(ledgerOf(0), line, yuan('40000000.00'), year);
    }
  });

  it('the award of an enterprise for the fund’s life, asked for in two years', async () => {
    for (let round = 0; round < 8; round += 1) {
      const one = reservation({ line: 'demo-enterprise', amountFen: yuan('2000000.00'), facts });
      const of = (fiscalYear: number) => ({ ...one, fiscalYear, approvedOn: '2015-03-01', effectiveOn: `${fiscalYear}-03-01` });
      const results = await race([2015, 2016].map(of));
      expect(codes(results)).toEqual({ ok: 1, 'line-rule-violated': 1 });
    }
  });

  it('a patent, stated by two enterprises in two years', async () => {
    for (let round = 0; round < 8; round += 1) {
      const patent = (patentNumber: string, fiscalYear: number) =>
        reservation({
          line: 'rd-centre',
          fiscalYear,
          effectiveOn: `${fiscalYear}-03-01`,
          facts: { kind: 'domestic-patent', patentNumber },
        });
      const results = await race([patent(`ZL ${round}-1`, 2015), patent(`zl${round}1`, 2016)]);
      expect(codes(results)).toEqual({ ok: 1, 'line-rule-violated': 1 });
    }
  });

  it('a person’s award of a year, asked for by two employers', async () => {
    for (let round = 0; round < 8; round += 1) {
      const person = someone();
      const results = await race([1, 2, 3].map(() => reservation({ line: 'talent', amountFen: 1n, person, facts: salary })));
      expect(codes(results)).toEqual({ ok: 1, 'project-already-subsidised': 2 });
    }
  });

  it('a person’s awards in years that are too far apart', async () => {
    for (let round = 0; round < 8; round += 1) {
      const person = someone();
      const results = await race(
        [2013, 2016].map((fiscalYear) =>
          reservation({ line: 'talent', amountFen: 1n, person, facts: salary, fiscalYear, effectiveOn: `${fiscalYear}-03-01` }),
        ),
      );
      expect(codes(results)).toEqual({ ok: 1, 'line-rule-violated': 1 });
    }
  });

  it('a payment, cited for two awards of two lines', async () => {
    for (let round = 0; round < 8; round += 1) {
      const awards = await Promise.all(
        (['manufacturing-app', 'mobile-innovation'] as const).map(async (line) => {
          const awardId = (await mustPost(ledgerOf(0), reservation({ line }))).award?.id ?? '';
          await mustPost(ledgerOf(0), { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-04-01' });
          return awardId;
        }),
      );
      const results = await race(
        awards.map((awardId) => ({
          kind: 'disburse',
          awardId,
          amountFen: 5n,
          paymentRef: `P-${round}`,
          effectiveOn: '2016-05-01',
        })),
      );
      expect(codes(results)).toEqual({ ok: 1, 'already-exists': 1 });
      const winner = results.find((result) => result.ok);
      const awardId = winner?.ok === true ? (winner.award?.id ?? '') : '';
      const demands = await Promise.all(
        [1, 2].map(() =>
          mustPost(ledgerOf(0), {
            kind: 'recovery-demand',
            awardId,
            amountFen: 2n,
            paymentRef: `P-${round}`,
            effectiveOn: '2016-06-01',
          }),
        ),
      );
      const received = await race(
        demands.map((demand) => ({
          kind: 'recovery',
          awardId,
          amountFen: 2n,
          demandId: demand.entry?.id ?? '',
          receiptRef: `R-${round}`,
          effectiveOn: '2016-07-01',
        })),
      );
      expect(codes(received)).toEqual({ ok: 1, 'already-exists': 1 });
    }
  });

  it('a new enterprise, met on two lines, is one enterprise', async () => {
    for (let round = 0; round < 8; round += 1) {
      const { enterprise } = reservation();
      const results = await race(
        (['manufacturing-app', 'mobile-innovation'] as const).map((line) => ({ ...reservation({ line }), enterprise })),
      );
      expect(codes(results)).toEqual({ ok: 2 });
      const ids = new Set(results.map((result) => (result.ok ? result.award?.enterprise.id : null)));
      expect(ids.size).toBe(1);
    }
  });
});

test('A reservation that arrives with the release of the project’s award takes its place, in one batch', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('1000000.00'));
  const event = reservation({ amountFen: yuan('1000000.00') });
  const awardId = (await mustPost(ledgerOf(0), event)).award?.id ?? '';
  const together: LedgerEvent[] = [
    { kind: 'release', awardId, from: 'reserved', amountFen: null, effectiveOn: '2016-03-01' },
    event,
  ];
  const results = await Promise.all(together.map((one) => postOne(ledgerOf(0), one)));
  expect(codes(results)).toEqual({ ok: 2 });
  const times = await database.db.rows('SELECT DISTINCT recorded_at FROM journal_entry WHERE award_id IS NOT NULL');
  expect(times).toHaveLength(2);
});

test('One override and many reservations and payments at once leave the year within its means', async () => {
  const override = { reason: '紀要', documentNo: '1', expiresOn: '2999-12-31' };
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('100.00'));
  await fundLine(ledgerOf(0), 'mobile-innovation', yuan('100.00'));
  const results = await Promise.all([
    ...Array.from({ length: 30 }, (_, index) =>
      postOne(ledgerOf(index), reservation({ line: 'mobile-innovation', amountFen: yuan('10.00') })),
    ),
    postOne(ledgerOf(2), {
      kind: 'reduction',
      fiscalYear: 2016,
      line: 'manufacturing-app',
      amountFen: yuan('150.00'),
      override,
      effectiveOn: '2016-03-02',
    }),
    ...Array.from({ length: 30 }, (_, index) => postOne(ledgerOf(index), reservation({ amountFen: yuan('1.00') }))),
  ]);
  expect(Object.keys(codes(results)).sort()).toEqual(['insufficient-funds', 'ok']);
  // Nobody reserves any more what the year has not.
  const late = await race(
    Array.from({ length: 12 }, () => reservation({ line: 'mobile-innovation', amountFen: yuan('200.00') })),
  );
  expect(codes(late)).toEqual({ 'insufficient-funds': 12 });
});

test('Mixed load of three processes on the same lines is answered without a fault, and everything adds up', async () => {
  const lines = ['manufacturing-app', 'mobile-innovation', 'crossborder-platform'] as const;
  for (const line of lines) await fundLine(ledgerOf(0), line, yuan('20000.00'));
  const awards: string[] = [];
  const payments: { readonly awardId: string; readonly paymentRef: string }[] = [];
  const demands: { readonly awardId: string; readonly demandId: string }[] = [];
  const counts: Record<string, number> = {};
  const oneOf = <T>(items: readonly T[]): T | undefined => items[Math.floor(Math.random() * items.length)];
  const date = () => `2016-0${3 + Math.floor(Math.random() * 7)}-15`;
  const fen = () => BigInt(1 + Math.floor(Math.random() * 60_000));
  const next = (): LedgerEvent => {
    const awardId = oneOf(awards) ?? randomUUID();
    const payment = oneOf(payments);
    const demand = oneOf(demands);
    const line = oneOf(lines) ?? 'manufacturing-app';
    const on = { effectiveOn: date() };
    const dice = Math.random();
    if (dice < 0.35 || awards.length < 5) {
      const facts = line === 'crossborder-platform' ? { platformKind: 'self-built' } : {};
      return reservation({
        line,
        amountFen: fen() * 5n,
        facts,
        ...on,
        approvedOffline: dice < 0.05,
        ...(dice < 0.1
          ? {
              enterprise: { name: '甲', organizationCode: 'SAME00001', creditCode: null },
              project: project(`乙${Math.floor(dice * 100)}`),
            }
          : {}),
      });
    }
    if (dice < 0.55) return { kind: 'commit', awardId, amountFen: dice < 0.45 ? null : fen(), ...on };
    if (dice < 0.7)
      return { kind: 'disburse', awardId, amountFen: fen(), paymentRef: dice < 0.57 ? 'P-shared' : randomUUID(), ...on };
    if (dice < 0.78) return { kind: 'release', awardId, from: dice < 0.74 ? 'reserved' : 'committed', amountFen: fen(), ...on };
    if (dice < 0.82 && payment !== undefined) return { kind: 'return', ...payment, amountFen: fen() / 10n + 1n, ...on };
    if (dice < 0.87 && payment !== undefined) return { kind: 'recovery-demand', ...payment, amountFen: fen() / 10n + 1n, ...on };
    if (dice < 0.92 && demand !== undefined)
      return { kind: 'recovery', ...demand, amountFen: 1n, receiptRef: randomUUID(), ...on };
    return {
      kind: 'virement',
      fiscalYear: 2016,
      fromLine: line,
      toLine: lines[(lines.indexOf(line) + 1) % 3] ?? line,
      amountFen: fen(),
      ...on,
    };
  };
  const client = async (index: number): Promise<void> => {
    for (let turn = 0; turn < 25; turn += 1) {
      const event = next();
      const result = await postOne(ledgerOf(index), event);
      const code = result.ok ? 'ok' : result.problem.code;
      counts[code] = (counts[code] ?? 0) + 1;
      if (!result.ok) continue;
      if (event.kind === 'reserve' && result.award !== null) awards.push(result.award.id);
      if (event.kind === 'disburse') payments.push({ awardId: event.awardId, paymentRef: event.paymentRef });
      if (event.kind === 'recovery-demand') demands.push({ awardId: event.awardId, demandId: result.entry?.id ?? '' });
    }
  };
  await Promise.all(Array.from({ length: 24 }, (_, index) => client(index)));
  expect(counts['ok']).toBeGreaterThan(100);
  expect(
    Object.keys(counts).filter((code) =>
      ['unavailable', 'outcome-unknown', 'internal', 'idempotency-in-progress'].includes(code),
    ),
  ).toEqual([]);
});

test('Behind a lock that somebody never gives back everyone is refused in time, and served when it is gone', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('1000000.00'));
  const events = Array.from({ length: 12 }, () => reservation({ amountFen: 1n }));
  const send = () =>
    Promise.all(events.map((event, index) => postOne(ledgerOf(0), event, { key: `stuck-${index}`, hash: 'd'.repeat(32) })));
  await asOwner(database, async (owner) => {
    await owner.query('BEGIN');
    await owner.query('SELECT FROM account WHERE code = 4610 FOR UPDATE');
    // Answered while the lock is still held.
    expect(codes(await send())).toEqual({ unavailable: 12 });
    await owner.query('ROLLBACK');
  });
  expect(codes(await send())).toEqual({ ok: 12 });
});

test('Behind one stuck account only those are refused that need it; what else is in the batch, or waits behind it, is served', async () => {
  await fundLine(ledgerOf(0), 'manufacturing-app', yuan('1000000.00'));
  await fundLine(ledgerOf(0), 'mobile-innovation', yuan('1000000.00'));
  const award = await mustPost(ledgerOf(0), reservation({ amountFen: 1n }));
  const stuck = () => reservation({ amountFen: 1n });
  const healthy = () => reservation({ amountFen: 1n, line: 'mobile-innovation' });
  // Of the same line, but a commitment moves what is reserved.
  const commit: LedgerEvent = { kind: 'commit', awardId: award.award?.id ?? '', amountFen: null, effectiveOn: '2016-04-01' };
  const send = (events: readonly LedgerEvent[]) => Promise.all(events.map((event) => postOne(ledgerOf(0), event)));
  await asOwner(database, async (owner) => {
    await owner.query('BEGIN');
    await owner.query(`SELECT FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
                        WHERE a.code = 4610 AND l.code = 'manufacturing-app' FOR UPDATE OF a`);
    const batch = send([stuck(), healthy(), stuck(), commit, healthy()]);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const behind = send([healthy(), healthy()]);
    expect((await batch).map((result) => result.ok)).toEqual([false, true, false, true, true]);
    expect(codes(await batch)).toEqual({ unavailable: 2, ok: 3 });
    expect(codes(await behind)).toEqual({ ok: 2 });
    await owner.query('ROLLBACK');
  });
});
