import { hash, randomUUID } from 'node:crypto';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger, type AwardRecord, type ReserveEvent } from '../../src/ledger/index.js';
import type { FindingDto, FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import type { RunDto, RunPageDto } from '../../src/reconciliation/runs/run.dto.js';
import { signIn, startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, reservation, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let ledger: Ledger;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  finance = await app.api('finance');
  ledger = app.app.get(Ledger);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
  await fundLine(ledger, 'payment-licence', yuan('10000000.00'));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const FUND = 'gz-ecommerce';

async function reserve(event: ReserveEvent): Promise<AwardRecord> {
  const { award } = await mustPost(ledger, event);
  if (award === null) throw new Error('No award');
  return award;
}

/** Two awards of one project; answers its finding as soon as the write has led to it. */
async function duplicate(more: Partial<ReserveEvent> = {}): Promise<FindingDto> {
  const first = reservation(more);
  const kept = await reserve({ ...first, amountFen: yuan('300000.00') });
  const held = await reserve({ ...first, amountFen: yuan('100000.00'), approvedOffline: true });
  let found: FindingDto | undefined;
  await until('the finding is open', async () => {
    const { body } = await finance.get<FindingPageDto>(`/findings?fund=${FUND}&rule=one-subsidy&status=open`);
    found = body.items.find((one) => one.awards.some((award) => award.id === held.id));
    return found !== undefined;
  });
  expect(found?.awards.map((award) => award.id)).toEqual([kept.id, held.id]);
  if (found === undefined) throw new Error('No finding');
  return found;
}

/** All events of a stream, until it ends. */
async function events(api: Api, id: string): Promise<{ name: string; run: RunDto }[]> {
  const response = await fetch(`${app.baseUrl}/api/v1/reconciliation-runs/${id}/events`, {
    headers: { authorization: `Bearer ${api.token ?? ''}` },
  });
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const text = await response.text();
  return [...text.matchAll(/event: (\w+)\ndata: (.*)\n\n/g)].map(([, name = '', data = '']) => ({
    name,
    run: JSON.parse(data) as RunDto,
  }));
}

describe('runs', () => {
  test('finance asks for a run, follows it to its end, and finds it in the list', async () => {
    const key = randomUUID();
    const asked = await finance.post<RunDto>('/reconciliation-runs', { fund: FUND, fiscalYear: 2016 }, { key });
    expect(asked.status).toBe(202);
    expect(asked.body).toMatchObject({
      fund: FUND,
      fiscalYear: 2016,
      status: 'queued',
      progress: 0,
      trigger: 'request',
      dryRun: false,
    });
    const again = await finance.post<RunDto>('/reconciliation-runs', { fund: FUND, fiscalYear: 2016 }, { key });
    expect(again.body).toEqual(asked.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');

    const seen = await events(finance, asked.body.id);
    expect(seen.at(-1)).toMatchObject({ name: 'completed', run: { id: asked.body.id, status: 'completed', progress: 100 } });
    const shown = await finance.get<RunDto>(`/reconciliation-runs/${asked.body.id}`);
    expect(shown.body).toMatchObject({ status: 'completed', progress: 100 });
    expect(shown.body.checked).toBeGreaterThan(0);
    const list = await finance.get<RunPageDto>(`/reconciliation-runs?fund=${FUND}&fiscalYear=2016&limit=200`);
    expect(list.body.items.map((run) => run.id)).toContain(asked.body.id);
  });

  test('an auditor may run dry, which changes nothing; nobody else but finance may run', async () => {
    const auditor = await app.api('auditor');
    const before = await database.db.rows('SELECT id, version, status FROM finding ORDER BY id');
    expect((await auditor.post<RunDto>('/reconciliation-runs', { fund: FUND })).body).toMatchObject({
      code: 'forbidden',
    });
    const dry = await auditor.post<RunDto>('/reconciliation-runs', { fund: FUND, dryRun: true });
    expect(dry.status).toBe(202);
    const seen = await events(auditor, dry.body.id);
    expect(seen.at(-1)?.run).toMatchObject({
      status: 'completed',
      opened: 0,
      resolved: 0,
      report: { findings: expect.any(Array) },
    });
    expect(await database.db.rows('SELECT id, version, status FROM finding ORDER BY id')).toEqual(before);
    for (const name of ['officer', 'admin']) {
      expect((await (await app.api(name)).post('/reconciliation-runs', { fund: FUND })).status).toBe(403);
    }
    const officer = await app.api('officer');
    expect((await officer.get<RunDto>(`/reconciliation-runs/${dry.body.id}`)).body).not.toHaveProperty('report');
  });

  test.each([
    [{ fund: 'no-such-fund' }, 404, 'not-found'],
    [{ fund: FUND, fiscalYear: 1999 }, 404, 'not-found'],
    [{ fund: FUND, rules: ['no-such-rule'] }, 400, 'validation-failed'],
    [{ fund: FUND, rules: [] }, 400, 'validation-failed'],
    [{ fund: FUND, more: 1 }, 400, 'validation-failed'],
    [{}, 400, 'validation-failed'],
  ])('%j is refused', async (body, status, code) => {
    expect(await finance.post('/reconciliation-runs', body)).toMatchObject({ status, body: { code } });
  });

  test('what is not there is not found, its events included', async () => {
    for (const path of ['', '/events']) {
      expect(await finance.get(`/reconciliation-runs/${randomUUID()}${path}`)).toMatchObject({
        status: 404,
        body: { code: 'not-found' },
      });
    }
    expect((await finance.get('/findings?rule=nothing')).status).toBe(400);
    expect(await finance.get(`/findings/${randomUUID()}`)).toMatchObject({ status: 404 });
  });

  test.each([
    ['is signed out', (api: Api) => api.post('/auth/logout')],
    [
      'expires',
      ({ token }: Api) =>
        asOwner(database, (owner) =>
          owner.query('UPDATE session SET expires_at = now() WHERE token_hash = $1', [hash('sha256', token ?? '', 'hex')]),
        ),
    ],
  ])(
    'events end before the next heartbeat when the token %s',
    async (_, end) => {
      const id = randomUUID();
      await database.db.rows(
        `INSERT INTO reconciliation_run (fund_id, id, fiscal_year, rules, trigger, requested_at)
       VALUES (1, $1, 2013, '{}', 'request', now() + interval '1 hour')`,
        [id],
      );
      const auditor = await signIn(app.baseUrl, 'auditor');
      const response = await fetch(`${app.baseUrl}/api/v1/reconciliation-runs/${id}/events`, {
        headers: { authorization: `Bearer ${auditor.token ?? ''}` },
      });
      const ended = response.text();
      await end(auditor);
      const text = await ended;
      expect(text).toContain('"status":"queued"');
      expect(text).not.toContain('heartbeat');
    },
    40_000,
  );
});

describe('findings', () => {
  test('have the shape of the contract', async () => {
    const found = await duplicate();
    expect(found).toEqual({
      id: expect.any(String),
      rule: 'one-subsidy',
      severity: 'error',
      status: 'open',
      fund: FUND,
      fiscalYear: 2016,
      line: 'manufacturing-app',
      awards: [
        { id: expect.any(String), number: expect.any(String), line: 'manufacturing-app', amount: '300000.00', onHold: false },
        { id: expect.any(String), number: expect.any(String), line: 'manufacturing-app', amount: '100000.00', onHold: true },
      ],
      amountAtIssue: '100000.00',
      evidence: expect.objectContaining({
        kept: expect.anything(),
        held: expect.any(Array),
        project: expect.anything(),
        enterprise: expect.anything(),
      }),
      explanation: expect.stringContaining('同一項目同一年度只扶持一項') as string,
      openedAt: expect.stringMatching(/Z$/),
      openedByRun: expect.any(String),
      version: 1,
    });
    const shown = await finance.get<FindingDto>(`/findings/${found.id}`);
    expect(shown.body).toEqual(found);
    expect(shown.headers.get('etag')).toBe('"1"');
  });

  test('an award on hold names its finding, and is free once it is dismissed', async () => {
    const found = await duplicate();
    const held = found.awards[1]?.id;
    const commit = await finance.post(`/awards/${held}/commitments`, {
      documentNo: 'C-1',
      effectiveOn: '2016-06-01',
    });
    expect(commit).toMatchObject({ status: 409, body: { code: 'award-on-hold', findings: [found.id] } });
    const key = randomUUID();
    const settlement = { resolution: 'dismiss', award: held, reason: '並非同一項目' };
    const settled = await finance.post<FindingDto>(`/findings/${found.id}/resolve`, settlement, { key });
    expect(settled).toMatchObject({
      status: 200,
      body: { status: 'dismissed', resolution: 'dismiss', resolvedBy: 'finance', reason: '並非同一項目', version: 2 },
    });
    expect(settled.body.awards[1]?.onHold).toBe(false);
    const again = await finance.post<FindingDto>(`/findings/${found.id}/resolve`, settlement, { key });
    expect(again.body).toEqual(settled.body);
    expect(again.headers.get('idempotent-replayed')).toBe('true');
    expect(await finance.post(`/findings/${found.id}/resolve`, settlement)).toMatchObject({
      status: 409,
      body: { code: 'already-decided' },
    });
    expect((await finance.post(`/awards/${held}/commitments`, { documentNo: 'C-1', effectiveOn: '2016-06-01' })).status).toBe(
      201,
    );
  });

  test('two who settle at once: one does, the other came second', async () => {
    const found = await duplicate();
    const other = await app.api('finance2');
    const answers = await Promise.all([
      finance.post(`/findings/${found.id}/resolve`, { resolution: 'keep', reason: '甲' }),
      other.post(`/findings/${found.id}/resolve`, { resolution: 'release', reason: '乙', effectiveOn: '2016-12-01' }),
    ]);
    expect(answers.map((answer) => answer.status).sort()).toEqual([200, 409]);
  });

  test('are settled by finance alone, with a resolution, a reason and an award of the finding', async () => {
    const found = await duplicate();
    const path = `/findings/${found.id}/resolve`;
    for (const name of ['officer', 'admin']) {
      expect((await (await app.api(name)).post(path, { resolution: 'keep', reason: '甲' })).status).toBe(403);
    }
    for (const body of [
      { resolution: 'keep' },
      { resolution: 'other', reason: '甲' },
      { resolution: 'keep', reason: ' ' },
      { resolution: 'keep', reason: '甲', award: 'x' },
    ]) {
      expect(await finance.post(path, body)).toMatchObject({ status: 400, body: { code: 'validation-failed' } });
    }
    const stranger = { resolution: 'keep', reason: '甲', award: randomUUID() };
    expect(await finance.post(path, stranger)).toMatchObject({ status: 400, body: { errors: [{ pointer: '/award' }] } });
    expect((await finance.post(path, { resolution: 'keep', reason: '甲' }, { key: null })).status).toBe(400);
    expect(await finance.post(`/findings/${randomUUID()}/resolve`, { resolution: 'keep', reason: '甲' })).toMatchObject({
      status: 404,
    });
  });

  test('an officer sees those of the lines that its agency leads, and no others', async () => {
    const facts = { licenceNumber: 'Z2000144000011', businessKind: 'mobile', registeredInGuangzhou: true };
    const own = await duplicate({ line: 'payment-licence', facts });
    const others = await duplicate();
    const officer2 = await app.api('officer2');
    const { body } = await officer2.get<FindingPageDto>('/findings?limit=200');
    const seen = body.items.map((one) => one.id);
    expect(seen).toContain(own.id);
    expect(seen).not.toContain(others.id);
    expect((await officer2.get(`/findings/${own.id}`)).status).toBe(200);
    expect(await officer2.get(`/findings/${others.id}`)).toMatchObject({ status: 404, body: { code: 'not-found' } });
  });

  test('an officer whose award is on hold can open the finding that holds it, whichever line it is of', async () => {
    const facts = { licenceNumber: 'Z2000144000012', businessKind: 'mobile', registeredInGuangzhou: true };
    const first = reservation();
    await reserve({ ...first, amountFen: yuan('300000.00') });
    const offline = { ...first, approvedOffline: true };
    const ofOfficer2 = await reserve({ ...offline, line: 'payment-licence', facts, amountFen: yuan('200000.00') });
    const ofOfficer = await reserve({ ...offline, amountFen: yuan('100000.00') });
    for (const [name, award] of [
      ['officer', ofOfficer],
      ['officer2', ofOfficer2],
    ] as const) {
      const api = await app.api(name);
      let held: Answer<{ code: string; findings?: string[] }> | undefined;
      await until('the hold has its finding', async () => {
        held = await api.post(`/awards/${award.id}/commitments`, { documentNo: 'C-2', effectiveOn: '2016-06-01' });
        return (held.body.findings ?? []).length > 0;
      });
      expect(held).toMatchObject({ status: 409, body: { code: 'award-on-hold' } });
      const [finding = ''] = held?.body.findings ?? [];
      const shown = await api.get<FindingDto>(`/findings/${finding}`);
      expect([shown.status, shown.body.line]).toEqual([200, 'payment-licence']);
      expect(shown.body.awards.map((one) => one.id)).toContain(award.id);
      expect((await api.get<FindingPageDto>('/findings?limit=200')).body.items.map((one) => one.id)).toContain(finding);
    }
  });

  test('are listed in pages, newest first, by filters that the cursor keeps', async () => {
    const first = await finance.get<FindingPageDto>(`/findings?fund=${FUND}&fiscalYear=2016&severity=error&limit=2`);
    expect(first.body.items).toHaveLength(2);
    const cursor = encodeURIComponent(first.body.nextCursor ?? '');
    const second = await finance.get<FindingPageDto>(
      `/findings?fund=${FUND}&fiscalYear=2016&severity=error&limit=2&cursor=${cursor}`,
    );
    expect((second.body.items[0]?.id ?? '~') < (first.body.items[1]?.id ?? '')).toBe(true);
    expect((await finance.get(`/findings?fund=${FUND}&limit=2&cursor=${cursor}`)).status).toBe(400);
    expect((await finance.get<FindingPageDto>('/findings?fiscalYear=2013')).body).toEqual({ items: [], nextCursor: null });
    expect((await finance.get('/findings?nothing=1')).status).toBe(400);
  });
});
