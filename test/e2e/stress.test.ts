import { setTimeout as sleep } from 'node:timers/promises';
import { organizationCheck } from '../../src/parties/index.js';
import { signIn, testEnvironment, type Answer, type Api } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { spawnSource, type SourceProcess } from '../support/spawn-source.js';

/** Two API processes on one database, as in production; one of them is killed time and again. */
const BOOT_MS = 120_000;
const KILLS = 3;

interface ApiProcess {
  readonly process: SourceProcess;
  readonly finance: Api;
}

interface Body {
  readonly id?: string;
  readonly code?: string;
  readonly accepted?: number;
  readonly conflictingAward?: { readonly id: string };
}

let database: TestDatabase;
let apis: [ApiProcess, ApiProcess];

async function boot(): Promise<ApiProcess> {
  const process = spawnSource('main.ts', [], testEnvironment(database.url, { LOG_LEVEL: 'info' }));
  const [, url = ''] = await process.until(/"url":"(http:[^"]+)"/);
  return { process, finance: await signIn(url, 'finance') };
}

beforeAll(async () => {
  database = await testDatabase();
  apis = await Promise.all([boot(), boot()]);
}, BOOT_MS);

afterAll(async () => {
  for (const { process } of apis) process.child.kill('SIGTERM');
  await Promise.all(apis.map(({ process }) => process.ended));
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
}, BOOT_MS);

async function allot(line: string, amount: string, year = 2016): Promise<void> {
  for (const entry of [{ kind: 'appropriation' }, { kind: 'allotment', line }]) {
    const body = { ...entry, amount, reason: '年度安排', documentNo: '穗財〔2016〕1號', effectiveOn: `${year}-01-05` };
    const answer = await apis[0].finance.post<Body>(`/funds/gz-ecommerce/years/${year}/budget-entries`, body);
    expect(answer).toMatchObject({ status: 201, body: { status: 'posted' } });
  }
}

let serial = 0;
function award(line: string): Record<string, unknown> {
  serial += 1;
  const code = `S${String(serial).padStart(7, '0')}`;
  return {
    fund: 'gz-ecommerce',
    fiscalYear: 2016,
    line,
    enterprise: { name: `示例企業${serial}`, organizationCode: `${code}${organizationCheck(code) ?? ''}` },
    project: { title: `示例項目 ${serial}` },
    amount: '1000000.00',
    approvalRef: `批-${serial}`,
    approvedOn: '2016-03-01',
    facts: {},
  };
}

function counts(answers: readonly Answer<Body>[]): Record<string, number> {
  const found: Record<string, number> = {};
  for (const { status, body } of answers) {
    const key = `${status} ${body.code ?? ''}`.trim();
    found[key] = (found[key] ?? 0) + 1;
  }
  return found;
}

async function positionOf(line: string): Promise<unknown> {
  const answer = await apis[1].finance.get<{ lines: readonly { line: string }[] }>('/funds/gz-ecommerce/years/2016');
  return answer.body.lines.find((one) => one.line === line);
}

const inTurn = <T>(items: readonly T[], work: (api: Api, item: T) => Promise<Answer<Body>>): Promise<Answer<Body>[]> =>
  Promise.all(items.map((item, index) => work((index % 2 === 0 ? apis[0] : apis[1]).finance, item)));

test('200 reservations of ¥1,000,000.00 at once on ¥50,000,000.00, over two processes: 50 succeed, 150 lack the money', async () => {
  await allot('manufacturing-app', '50000000.00');
  const requests = Array.from({ length: 200 }, () => award('manufacturing-app'));
  const answers = await inTurn(requests, (api, body) => api.post('/awards', body));
  expect(counts(answers)).toEqual({ '201': 50, '409 insufficient-funds': 150 });
  expect(await positionOf('manufacturing-app')).toMatchObject({
    allotted: '50000000.00',
    available: '0.00',
    reserved: '50000000.00',
  });
}, 60_000);

test('200 reservations of one project at once, over two processes and two lines: one succeeds, 199 name it', async () => {
  await allot('mobile-innovation', '100000000.00');
  await allot('manufacturing-app', '1000000.00');
  const { line: _, ...project } = award('');
  const requests = Array.from({ length: 200 }, (_none, index) => ({
    ...project,
    line: index % 3 === 0 ? 'manufacturing-app' : 'mobile-innovation',
  }));
  const answers = await inTurn(requests, (api, body) => api.post('/awards', body));
  const won = answers.find((answer) => answer.status === 201);
  expect(won).toBeDefined();
  expect(counts(answers.filter((answer) => answer !== won))).toEqual({ '409 project-already-subsidised': 199 });
  for (const { status, body } of answers) if (status === 409) expect(body.conflictingAward?.id).toBe(won?.body.id);
}, 60_000);

test('One request sent to both processes at once has one effect and one answer', async () => {
  const body = award('mobile-innovation');
  const answers = await inTurn(
    Array.from({ length: 20 }, () => body),
    (api, one) => api.post('/awards', one, { key: 'at-once' }),
  );
  expect(counts(answers)).toEqual({ '201': 20 });
  expect(new Set(answers.map((answer) => JSON.stringify(answer.body))).size).toBe(1);
  expect(answers.filter((answer) => answer.headers.get('idempotent-replayed') !== 'true')).toHaveLength(1);
}, 60_000);

/** Sends until somebody answers: a process that dies in the middle tells nothing, and the other one knows the key. */
let unanswered = 0;
async function persist(work: (api: Api) => Promise<Answer<Body>>, first: number): Promise<Answer<Body>> {
  for (let turn = 0; turn < 200; turn += 1) {
    try {
      const answer = await work(((first + turn) % 2 === 0 ? apis[0] : apis[1]).finance);
      if (answer.status < 500) return answer;
    } catch {
      unanswered += 1;
    }
    await sleep(20);
  }
  throw new Error('Nobody answered');
}

test('A process that is killed under load loses nothing that it answered, and what it left open is done once by the other', async () => {
  await allot('third-party-platform', '100000000.00');
  const facts = { platformKind: 'trading' };
  let awards = 0;
  for (let round = 0; round < KILLS; round += 1) {
    const answered = new Map<string, string>();
    const singles = Array.from({ length: 60 }, (_, index) => ({
      key: `r${round}-${index}`,
      body: { ...award('third-party-platform'), amount: '10.00', facts },
    }));
    const batches = Array.from({ length: 8 }, (_, index) => ({
      key: `r${round}-batch-${index}`,
      body: {
        mode: index % 2 === 0 ? 'all' : 'each',
        awards: Array.from({ length: 5 }, () => ({ ...award('third-party-platform'), amount: '10.00', facts })),
      },
    }));
    const send = (first: number) => [
      ...singles.map(async ({ key, body }) => {
        const answer = await persist((api) => api.post('/awards', body, { key }), first);
        expect(answer.status).toBe(201);
        return [key, answer.body.id ?? ''] as const;
      }),
      ...batches.map(async ({ key, body }) => {
        const answer = await persist((api) => api.post('/awards/batch', body, { key }), first);
        expect(answer).toMatchObject({ status: 200, body: { accepted: 5 } });
        return [key, JSON.stringify(answer.body)] as const;
      }),
    ];
    const kill = async () => {
      await sleep(5 + Math.random() * 60);
      apis[0].process.child.kill('SIGKILL');
      await apis[0].process.ended;
    };
    const [told] = await Promise.all([Promise.all(send(0)), kill()]);
    for (const [key, answer] of told) answered.set(key, answer);
    expect(await brokenInvariants(database.db)).toEqual({});
    const again = await Promise.all(send(1));
    for (const [key, answer] of again) expect(answer).toBe(answered.get(key));
    awards += singles.length + batches.length * 5;
    const [row] = await database.db.rows(
      `SELECT count(*) AS awards, sum(reserved_fen)::bigint AS reserved FROM award a JOIN programme_line l USING (fund_id) WHERE l.id = a.line_id AND l.code = 'third-party-platform'`,
    );
    expect(row).toEqual({ awards: BigInt(awards), reserved: BigInt(awards) * 1_000n });
    apis[0] = await boot();
  }
  // The kills met requests on their way.
  expect(unanswered).toBeGreaterThan(0);
}, 240_000);
