import { randomUUID } from 'node:crypto';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { FindingDto } from '../../src/reconciliation/findings/finding.dto.js';
import type { SettledFindingDto } from '../../src/reconciliation/findings/foretold-settlement.dto.js';
import { parseYuan } from '../../src/kernel/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, yuan } from '../support/ledger.js';
import { setRule } from '../support/line-rule.js';
import { openReconciliation, type Reconciliation } from '../support/reconciliation.js';

/*
 * A settlement that is only asked about: it changes nothing, is refused as the real one would be, and the real one then does what it foretold.
 */

type Refusal = Readonly<Record<string, unknown>>;

const on = (day: string) => ({ effectiveOn: `2016-${day}` });

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let reconciliation: Reconciliation;
let serial = 0;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  const title = { zhHant: '示例', zhHans: '示例', en: 'Example' };
  await setRule(database.db, 'market-app', () => ({
    amount: { kind: 'discretionary' },
    facts: [{ name: 'stated', title, type: 'boolean', required: false }],
  }));
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  const ledger = app.app.get(Ledger);
  reconciliation = openReconciliation(database, ledger);
  for (const line of ['manufacturing-app', 'market-app']) await fundLine(ledger, line, yuan('10000000.00'));
});
afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));
afterAll(async () => {
  await reconciliation.close();
  await app.close();
  await database.close();
});

async function step(award: AwardDto, name: string, body: object): Promise<void> {
  const answer = await finance.post(`/awards/${award.id}/${name}`, body);
  expect([name, answer.status]).toEqual([name, 201]);
}

/** Two awards of one project: the first may be paid before the second comes, which a run finds. */
async function twice(paid?: string): Promise<{ first: AwardDto; second: AwardDto; path: string; id: string }> {
  serial += 1;
  const of = {
    enterprise: awardRequest()['enterprise'],
    project: { title: `倉儲系統 ${String.fromCodePoint(0x4e00 + serial)}` },
  };
  const { body: first } = await finance.post<AwardDto>('/awards', awardRequest({ ...of, amount: '300000.00' }));
  await step(first, 'commitments', { amount: '200000.00', documentNo: '協議', ...on('04-01') });
  if (paid !== undefined) await step(first, 'disbursements', { amount: paid, paymentRef: `DRY-${serial}`, ...on('04-02') });
  const offline = awardRequest({ ...of, amount: '100000.00', approvedOffline: true, effectiveOn: '2016-04-03' });
  const { body: second } = await finance.post<AwardDto>('/awards', offline);
  expect([first.onHold, second.onHold]).toEqual([false, true]);
  await reconciliation.run();
  const found = (await reconciliation.findings('open')).find(({ award_ids: ids }) => ids.includes(second.id));
  return { first, second, id: found?.id ?? '', path: `/findings/${found?.id}/resolve` };
}

const ask = <T = SettledFindingDto>(path: string, body: object, key = randomUUID()): Promise<Answer<T>> =>
  finance.post<T>(`${path}?dryRun=true`, body, { key });

/** Every row of every table that a posting may write. */
async function everything(): Promise<Record<string, string>> {
  const tables = [
    ...['account', 'account_day', 'journal_entry', 'posting', 'award', 'claim', 'payment', 'recovery_demand', 'exempt_pair'],
    ...['finding', 'idempotency_key', 'answer_page', 'unsealed', 'outbox'],
  ];
  const rows = await Promise.all(
    tables.map((name) =>
      database.db.rows<{ digest: string }>(
        `SELECT count(*) || ' ' || coalesce(md5(string_agg(t::text, E'\n' ORDER BY t::text COLLATE "C")), '') AS digest FROM ${name} t`,
      ),
    ),
  );
  return Object.fromEntries(tables.map((name, at) => [name, rows[at]?.[0]?.digest ?? '']));
}

/** Entries since the last of those that were there. */
const entriesAfter = (last: string) =>
  database.db.rows<{ kind: string; award: string | null }>(
    `SELECT j.kind, j.amount_fen AS fen, l.code AS line, j.fiscal_year AS "fiscalYear", j.effective_on AS "effectiveOn", j.award_id AS award
       FROM journal_entry j LEFT JOIN programme_line l ON l.id = j.line_id WHERE j.id > $1 ORDER BY j.id`,
    [last],
  );
const lastEntry = async (): Promise<string> =>
  (await database.db.rows<{ id: string }>('SELECT id FROM journal_entry ORDER BY id DESC LIMIT 1'))[0]?.id ?? '';
const balanceOf = async (account: string, line: string | null): Promise<bigint | undefined> =>
  (
    await database.db.rows<{ balance: bigint }>(
      `SELECT a.balance FROM account a LEFT JOIN programme_line l ON l.id = a.line_id
        WHERE a.fiscal_year = 2016 AND a.code = $1::smallint AND l.code IS NOT DISTINCT FROM $2`,
      [account, line],
    )
  )[0]?.balance;

/** Asks, sees that nothing has changed, does it with the same key, and sees that it did what was foretold. Answers what was foretold. */
async function foretold(path: string, body: object): Promise<SettledFindingDto> {
  const key = randomUUID();
  const before = await everything();
  const asked = await ask(path, body, key);
  expect([asked.status, asked.headers.get('etag'), asked.headers.get('idempotent-replayed')]).toEqual([200, null, null]);
  expect(await ask(path, body, key)).toMatchObject({ status: 200, body: { changes: asked.body.changes } });
  expect(await everything()).toEqual(before);
  const { changes = [], entries = [], balances = [], ...finding } = asked.body;
  for (const { account, line, before: was } of balances) expect(await balanceOf(account, line)).toBe(fenOf(was));

  const last = await lastEntry();
  const done = await finance.post<SettledFindingDto>(path, body, { key });
  expect([done.status, done.headers.get('idempotent-replayed')]).toEqual([200, null]);
  for (const name of ['changes', 'entries', 'balances']) expect(done.body).not.toHaveProperty(name);
  const { resolvedAt, ...settled } = done.body;
  const { resolvedAt: wouldBe, ...would } = finding;
  expect(would).toEqual(settled);
  expect(wouldBe === undefined).toBe(resolvedAt === undefined);
  expect(new Set(await entriesAfter(last))).toEqual(
    new Set(
      entries.map(({ kind, amount, line, fiscalYear, effectiveOn, award }) => {
        return { kind, fen: fenOf(amount), line, fiscalYear, effectiveOn, award: award?.id ?? null };
      }),
    ),
  );
  for (const { account, line, after } of balances) expect(await balanceOf(account, line)).toBe(fenOf(after));
  const standing = new Map(changes.map((change) => [change.award.id, change.after]));
  for (const [id, after] of standing) {
    const { amounts, onHold } = (await finance.get<AwardDto>(`/awards/${id}`)).body;
    expect({ amounts, onHold }).toEqual(after);
  }
  return asked.body;
}

function fenOf(amount: string): bigint | null {
  return parseYuan(amount);
}

/** A change without the amounts, which the accounts tell. */
const inShort = ({ changes = [] }: SettledFindingDto) =>
  changes.map(({ award, what, amount, before, after }) => [award.number, what, amount, before.onHold, after.onHold]);

describe('A dry run tells what the settlement then does', () => {
  it('release: what is open goes back, stage by stage, and what held it is gone', async () => {
    const { first, second, path } = await twice();
    const asked = await foretold(path, { resolution: 'release', awards: [first.id, second.id], reason: '終止', ...on('05-01') });
    expect(inShort(asked)).toEqual([
      [first.number, 'released', '100000.00', false, false],
      [first.number, 'released', '200000.00', false, false],
      [second.number, 'released', '100000.00', true, false],
    ]);
    expect(asked.changes?.[1]).toMatchObject({
      before: { amounts: { reserved: '0.00', committed: '200000.00', released: '100000.00' } },
      after: { amounts: { committed: '0.00', released: '300000.00' } },
    });
    expect(asked.status).toBe('resolved');
    expect(asked.entries?.map(({ kind }) => kind)).toEqual(['settle', 'release', 'release', 'release']);
    expect(asked.balances?.map(({ account }) => account).sort()).toEqual(['4610', '4700', '4801']);
  });

  it('keep of the other: holds change places, and what was paid is demanded back', async () => {
    const { first, second, path } = await twice('150000.00');
    const keep = { resolution: 'keep', award: second.id, demand: true, reason: '以此為準', ...on('05-01') };
    const asked = await foretold(path, keep);
    expect(inShort(asked)).toEqual([
      [second.number, 'kept', '0.00', true, true],
      [first.number, 'held', '0.00', false, true],
      [second.number, 'freed', '0.00', true, false],
      [first.number, 'demanded', '150000.00', true, true],
    ]);
    expect([asked.status, asked.awards.map(({ onHold }) => onHold)]).toEqual([
      'open',
      asked.awards.map(({ id }) => id === first.id),
    ]);
    expect(asked.balances?.map(({ account }) => account)).toEqual(['8110', '8120']);
  });

  it('dismiss: both may be paid', async () => {
    const { second, path } = await twice();
    const asked = await foretold(path, { resolution: 'dismiss', reason: '兩個倉庫' });
    expect(inShort(asked)).toEqual([[second.number, 'freed', '0.00', true, false]]);
    expect([asked.status, asked.balances]).toEqual(['dismissed', []]);
  });

  it('acknowledge: known until a date, and nothing else', async () => {
    const { path } = await twice();
    const asked = await foretold(path, { resolution: 'acknowledge', until: '2999-12-31', reason: '待批覆' });
    expect(asked).toMatchObject({ status: 'acknowledged', until: '2999-12-31', changes: [], balances: [] });
    expect(asked.entries).toMatchObject([{ kind: 'settle', amount: '0.00', award: null }]);
  });

  it('acknowledge of a breach of the rule: payable until then', async () => {
    const { body: award } = await finance.post<AwardDto>(
      '/awards',
      awardRequest({ line: 'market-app', amount: '1000.00', facts: { stated: true } }),
    );
    await setRule(database.db, 'market-app', (rule) => ({
      ...rule,
      facts: rule.facts.map((fact) => ({ ...fact, required: true, equals: false })),
    }));
    await reconciliation.run();
    const found = (await reconciliation.findings('open')).find(({ award_ids: ids }) => ids.includes(award.id));
    const path = `/findings/${found?.id}/resolve`;
    const asked = await foretold(path, { resolution: 'acknowledge', until: '2999-12-31', payable: true, reason: '專題會議' });
    expect(inShort(asked)).toEqual([[award.number, 'payable', '0.00', true, false]]);
    const again = await foretold(path, { resolution: 'acknowledge', until: '2999-12-31', reason: '改為不付' });
    expect(inShort(again)).toEqual([[award.number, 'not-payable', '0.00', false, false]]);
  });
});

describe('A dry run is refused', () => {
  const without = ({ body: { traceId, instance, ...body } }: Answer<Refusal>): object => {
    expect([typeof traceId, typeof instance]).toEqual(['string', 'string']);
    return body;
  };

  it('as the settlement would be, and leaves nothing behind', async () => {
    const { first, second, path } = await twice('1.00');
    const stranger = randomUUID();
    const before = await everything();
    for (const [code, body] of [
      ['award-has-payments', { resolution: 'keep', award: second.id, reason: '金額較高', ...on('05-01') }],
      ['exceeds-open-amount', { resolution: 'release', award: first.id, reason: '終止', ...on('05-01') }],
      ['validation-failed', { resolution: 'release', award: second.id, reason: '終止', ...on('03-01') }],
      ['validation-failed', { resolution: 'acknowledge', reason: '待批覆' }],
      ['validation-failed', { resolution: 'release', awards: [stranger], reason: '終止' }],
      ['validation-failed', { resolution: 'release' }],
    ] as const) {
      const asked = await ask<Refusal>(path, body);
      const real = await finance.post<Refusal>(path, body);
      expect([asked.body['code'], asked.status]).toEqual([code, real.status]);
      expect(without(asked)).toEqual(without(real));
    }
    expect(await everything()).toEqual(before);
  });

  it('where there is no finding, where it is settled, without a key, by others than finance', async () => {
    const { path } = await twice();
    const dismiss = { resolution: 'dismiss', reason: '兩個倉庫' };
    expect(await ask(`/findings/${randomUUID()}/resolve`, dismiss)).toMatchObject({ status: 404 });
    const said = { body: dismiss, key: null };
    expect(await finance.request('POST', `${path}?dryRun=true`, said)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/headers/Idempotency-Key' }] },
    });
    expect(await finance.post(`${path}?dryRun=perhaps`, dismiss)).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/query/dryRun' }] },
    });
    for (const name of ['officer', 'auditor', 'admin']) {
      expect(await (await app.api(name)).post(`${path}?dryRun=true`, dismiss)).toMatchObject({ status: 403 });
    }
    expect(await finance.post(`${path}?dryRun=false`, dismiss)).toMatchObject({ status: 200, body: { status: 'dismissed' } });
    expect(await ask(path, dismiss)).toMatchObject({ status: 409, body: { code: 'already-decided' } });
  });
});

it('A dry run neither takes a key nor minds whose it is', async () => {
  const { path } = await twice();
  const key = randomUUID();
  const asked = await ask(path, { resolution: 'dismiss', reason: '兩個倉庫' }, key);
  const other = await ask(path, { resolution: 'acknowledge', until: '2999-12-31', reason: '待批覆' }, key);
  expect([asked.body.status, other.body.status]).toEqual(['dismissed', 'acknowledged']);
  const real = { resolution: 'acknowledge', until: '2999-12-30', reason: '待批覆' };
  expect((await finance.post<FindingDto>(path, real, { key })).body.until).toBe('2999-12-30');
  const after = await ask(path, { resolution: 'dismiss', reason: '兩個倉庫' }, key);
  expect([after.status, after.body.status, after.headers.get('idempotent-replayed')]).toEqual([200, 'dismissed', null]);
  expect((await finance.post(path, real, { key })).headers.get('idempotent-replayed')).toBe('true');
});

it('Dry runs at the very moment of a real one: it is done once, and each of them saw it before or after', async () => {
  const { second, path } = await twice();
  const release = { resolution: 'release', award: second.id, reason: '終止', ...on('05-01') };
  const last = await lastEntry();
  const answers = await Promise.all(
    Array.from({ length: 9 }, (_, at) => (at === 4 ? finance.post<SettledFindingDto>(path, release) : ask(path, release))),
  );
  expect(answers[4]?.status).toBe(200);
  for (const { status, body } of answers.filter((_, at) => at !== 4)) {
    expect(status === 200 ? body.changes?.length : body).toEqual(
      status === 200 ? 1 : expect.objectContaining({ code: 'already-decided' }),
    );
  }
  expect((await entriesAfter(last)).length).toBe(2);
});
