import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import pg from 'pg';
import { organizationCheck } from '../src/parties/index.js';
import { openServer, prepareDatabase, startCluster, startProcess, type BenchDatabase } from './cluster.js';
import { BATCH, untilIndexed, withService, type Service } from './figures.js';
import { endedOnce } from './interruption.js';
import { load } from './load.js';
import { quantile } from './statistics.js';

/** What a first page may take, a total, and how long a search may not know of an award: milliseconds. */
const MUST = { page: 20, totals: 500, behind: 1_000 } as const;
/** Requests of each figure, after some that warm up. */
const TIMES = { warmUp: 5, pages: 40, totals: 7, behind: 40 } as const;

const YEARS = [2013, 2014, 2015, 2016, 2017];
/** The second is the agency's as well. */
const LINES = ['manufacturing-app', 'mobile-innovation'] as const;
const AGENCY = '市科技和信息化局';
/** One award in so many is of the rare project: ten of a million. */
const RARE = 100_000;

/** What is searched for: in half of all awards, in ten of a million, in none; and a reference that one award has. */
const SOUGHT = [
  { title: 'two characters in half of all', q: '樣板' },
  { title: 'two characters in ten rows', q: '翡翠' },
  { title: 'two characters in none', q: '鯤鵬' },
  { title: 'a reference', q: '批覆〔2016〕000123號' },
  { title: 'nothing searched for', q: null },
] as const;
const ORDERS = ['', '&sort=amount', '&sort=approvedOn'];

/** Measures lists and searches over so many awards. Answers whether all figures hold. */
export async function measureSearch(options: { awards: number; adminUrl: string | undefined }): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-bench-'));
  const removeHome = await endedOnce(() => rm(home, { recursive: true, force: true }));
  const database = await (options.adminUrl === undefined ? startCluster(home) : openServer(options.adminUrl));
  const table = new Table({
    head: ['measured', 'first page p50, p95', 'page 2 p95', 'agency p95', 'agency, page 2 p95', 'totals p95'],
  });
  let holds = true;
  const told = (milliseconds: number, must: number): string => {
    if (milliseconds > must) holds = false;
    return `${milliseconds.toFixed(1)} ms${milliseconds > must ? ' FALLS SHORT' : ''}`;
  };
  const notes: string[] = [];
  try {
    await prepareDatabase(database, process.cwd());
    await withService(database, process.cwd(), async (service) => {
      await fundLines(service);
      await reserveMany(service, options.awards);
      const worker = await startProcess(process.cwd(), 'worker.js', database.url, 0);
      try {
        const seconds = await untilIndexed(database);
        notes.push(`indexed ${Math.round(options.awards / seconds).toLocaleString('en')} awards a second`);
        const behind = await measureBehind(service, options.awards);
        notes.push(`found after: p50 ${Math.round(quantile(behind, 0.5))} ms, p95 ${told(quantile(behind, 0.95), MUST.behind)}`);
      } finally {
        await worker.stop();
      }
      await vacuum(database);
      for (const { title, q } of SOUGHT)
        for (const order of ORDERS) {
          const query = `limit=50${q === null ? '' : `&q=${encodeURIComponent(q)}`}${order}`;
          const agency = `${query}&agency=${encodeURIComponent(AGENCY)}`;
          const first = await times(service, `/awards?${query}`, TIMES.pages);
          const totals = await times(service, `/awards?${query.replace('limit=50', 'limit=1')}&totals=true`, TIMES.totals);
          table.push([
            `${title}${order.replace('&', ', ')}`,
            `${quantile(first, 0.5).toFixed(1)}, ${told(quantile(first, 0.95), MUST.page)}`,
            await secondPage(service, query, told),
            told(quantile(await times(service, `/awards?${agency}`, TIMES.pages), 0.95), MUST.page),
            await secondPage(service, agency, told),
            told(quantile(totals, 0.95), MUST.totals),
          ]);
          process.stderr.write(`${title} ${order}\n`);
        }
      for (const { title, q } of SOUGHT)
        if (q !== null) {
          const all = await times(service, `/search?q=${encodeURIComponent(q)}`, TIMES.pages);
          notes.push(`GET /search, ${title}: p95 ${quantile(all, 0.95).toFixed(1)} ms`);
        }
    });
  } finally {
    await database.stop();
    await removeHome();
  }
  const server = options.adminUrl === undefined ? 'the embedded PostgreSQL' : 'the PostgreSQL given';
  process.stdout.write(
    `${cpus().length} cores, Node ${process.version}, ${server}, ${options.awards.toLocaleString('en')} awards\n${table.toString()}\n${notes.join('\n')}\n` +
      `must be: a page ≤ ${MUST.page} ms, totals ≤ ${MUST.totals} ms, found after ≤ ${MUST.behind} ms, each at p95\n`,
  );
  return holds;
}

async function fundLines({ url, finance }: Service): Promise<void> {
  const post = async (path: string, body: unknown): Promise<void> => {
    await load({ url: `${url}/api/v1${path}`, token: finance, connections: 1, amount: 1, body: () => body, expected: 201 });
  };
  for (const year of YEARS) {
    const stated = { reason: '基準測試', documentNo: '示例', effectiveOn: `${year}-01-05` };
    const path = `/funds/gz-ecommerce/years/${year}/budget-entries`;
    await post(path, { ...stated, kind: 'appropriation', amount: '500000000.00' });
    for (const line of LINES) await post(path, { ...stated, kind: 'allotment', line, amount: '150000000.00' });
  }
}

/** An award of the search's benchmark: half are 樣板, the others 示例; amounts and days vary, five to an enterprise. */
function body(serial: number): Record<string, unknown> {
  const year = YEARS[serial % YEARS.length] ?? 2016;
  const code = String(Math.floor(serial / 5)).padStart(8, '0');
  const day = `${String(1 + (serial % 9)).padStart(2, '0')}-${String(1 + (serial % 28)).padStart(2, '0')}`;
  return {
    fund: 'gz-ecommerce',
    fiscalYear: year,
    line: (serial >> 3) % 10 === 0 ? LINES[1] : LINES[0],
    enterprise: { name: `示例企業${code}電子商務有限公司`, organizationCode: `${code}${organizationCheck(code) ?? ''}` },
    project: {
      title: `${serial % RARE === 7 ? '翡翠' : ''}跨境電子商務${(serial >> 4) % 2 === 0 ? '樣板' : '示範'}倉儲第${serial}期`,
    },
    amount: `${1 + ((serial * 7919) % 300)}.00`,
    approvalRef: `示例批覆〔${year}〕${String(serial).padStart(6, '0')}號`,
    approvedOn: `${year}-${day}`,
    effectiveOn: `${year}-12-01`,
    facts: {},
  };
}

async function reserveMany({ url, finance, database }: Service, awards: number): Promise<void> {
  for (let done = 0; done < awards; done += 100 * BATCH) {
    const batches = Math.min(100, Math.ceil((awards - done) / BATCH));
    await load({
      url: `${url}/api/v1/awards/batch`,
      token: finance,
      connections: 4,
      amount: batches,
      body: (index) => ({ mode: 'all', awards: Array.from({ length: BATCH }, (_, at) => body(done + index * BATCH + at)) }),
      expected: 200,
    });
    process.stderr.write(`${(done + batches * BATCH).toLocaleString('en')} awards\n`);
  }
  const [stored] = await database.db.rows<{ awards: number }>('SELECT count(*)::integer AS awards FROM award');
  if (stored?.awards !== awards) throw new Error(`Only ${stored?.awards} of ${awards} were stored`);
}

/** How long after its answer an award is found, milliseconds. */
async function measureBehind(service: Service, serial: number): Promise<number[]> {
  const found: number[] = [];
  for (let turn = 0; turn < TIMES.behind; turn += 1) {
    const approvalRef = `新批覆${serial + turn}號`;
    await load({
      url: `${service.url}/api/v1/awards`,
      token: service.finance,
      connections: 1,
      amount: 1,
      body: () => ({ ...body(serial + turn), approvalRef }),
      expected: 201,
    });
    const started = performance.now();
    while ((await get(service, `/awards?q=${encodeURIComponent(approvalRef)}`)).items.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 10));
    found.push(performance.now() - started);
  }
  return found;
}

async function get({ url, finance }: Service, path: string): Promise<{ items: unknown[]; nextCursor: string | null }> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${finance}` } });
  if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { items: unknown[]; nextCursor: string | null };
}

async function times(service: Service, path: string, amount: number): Promise<number[]> {
  const taken: number[] = [];
  for (let turn = -TIMES.warmUp; turn < amount; turn += 1) {
    const started = performance.now();
    await get(service, path);
    if (turn >= 0) taken.push(performance.now() - started);
  }
  return taken;
}

async function secondPage(service: Service, query: string, told: (ms: number, must: number) => string): Promise<string> {
  const { nextCursor } = await get(service, `/awards?${query}`);
  if (nextCursor === null) return '–';
  return told(quantile(await times(service, `/awards?${query}&cursor=${nextCursor}`, TIMES.pages), 0.95), MUST.page);
}

/** What autovacuum does by itself within minutes. */
async function vacuum({ ownerUrl }: BenchDatabase): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('VACUUM ANALYZE');
  await owner.end();
}
