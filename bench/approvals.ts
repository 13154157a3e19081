import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import Table from 'cli-table3';
import type { ApprovalPageDto } from '../src/approvals/approval.dto.js';
import { prepareDatabase, startCluster } from './cluster.js';
import { BATCH, fundLine, reserveBatch, withService, type Service } from './figures.js';
import { endedOnce } from './interruption.js';
import { AwardBodies, load, type LoadResult } from './load.js';

/** Approvals of one request. */
const MANY = 200;
const CONNECTIONS = 32;

/** Something that waits, as its checker needs it. */
interface Waiting {
  readonly id: string;
  readonly previewHash: string;
}

/** Measures how many approvals are asked for and decided a second: one by one, many at once, and beside reservations on the same line. */
export async function measureApprovals({ approvals }: { readonly approvals: number }): Promise<boolean> {
  const home = await mkdtemp(join(tmpdir(), 'fund-ledger-bench-'));
  const removeHome = await endedOnce(() => rm(home, { recursive: true, force: true }));
  const database = await startCluster(home);
  const table = new Table({ head: ['measured', 'a second', 'p50', 'p99'] });
  const told = (what: string, { perSecond, p50Ms, p99Ms }: LoadResult, each = 1): void => {
    table.push([what, (perSecond * each).toFixed(0), `${p50Ms.toFixed(1)} ms`, `${p99Ms.toFixed(1)} ms`]);
    process.stderr.write(`${what}\n`);
  };
  try {
    await prepareDatabase(database, process.cwd());
    await withService(database, process.cwd(), async (service) => {
      await fundLine(service);
      const bodies = new AwardBodies();
      const awards = await committed(service, bodies, approvals);
      told('a payment by one person, of a fund without a policy', await pay(service, awards, service.finance, 201, 'before'));
      await askSecondPerson(service);
      told('a payment asked for by an officer', await pay(service, awards, service.officer, 202, 'alone'));
      told('decided one by one', await decide(service, await waiting(service)));
      await pay(service, awards, service.officer, 202, 'many');
      told(`decided ${MANY} at once`, await decideMany(service, await waiting(service)), MANY);

      await pay(service, awards, service.officer, 202, 'beside');
      const wait = await waiting(service);
      const half = Math.floor(wait.length / 2);
      told('reservations on the same line, nothing beside', await reserve(service, bodies, approvals));
      const [decided, reserved] = await Promise.all([decide(service, wait.slice(0, half)), reserve(service, bodies, approvals)]);
      told('decided one by one, beside reservations', decided);
      told('these reservations', reserved);
      const [many, others] = await Promise.all([decideMany(service, wait.slice(half)), reserve(service, bodies, approvals)]);
      told(`decided ${MANY} at once, beside reservations`, many, MANY);
      told('these reservations', others);
      await checkPaid(service, awards.length * 4);
    });
  } finally {
    await database.stop();
    await removeHome();
  }
  process.stdout.write(`${cpus().length} cores, Node ${process.version}, ${CONNECTIONS} connections\n${table.toString()}\n`);
  return true;
}

/** Ids of so many awards that are committed. */
async function committed(service: Service, bodies: AwardBodies, amount: number): Promise<string[]> {
  const ids: string[] = [];
  for (let done = 0; done < amount; done += BATCH)
    ids.push(...(await reserveBatch(service, bodies, Math.min(BATCH, amount - done))));
  await load({
    url: `${service.url}/api/v1/awards`,
    path: (index) => `/${ids[index] ?? ''}/commitments`,
    token: service.officer,
    connections: CONNECTIONS,
    amount: ids.length,
    body: () => ({ documentNo: '示例協議', effectiveOn: '2016-12-30' }),
    expected: 201,
  });
  return ids;
}

/** A tenth of each award is paid, or asked for. */
function pay({ url }: Service, ids: readonly string[], token: string, expected: number, part: string): Promise<LoadResult> {
  return load({
    url: `${url}/api/v1/awards`,
    path: (index) => `/${ids[index] ?? ''}/disbursements`,
    token,
    connections: CONNECTIONS,
    amount: ids.length,
    body: (index) => ({ amount: '0.10', paymentRef: `${part}-${ids[index] ?? ''}`, effectiveOn: '2016-12-30' }),
    expected,
  });
}

/** The fund asks one more person for every payment. */
async function askSecondPerson({ url, finance }: Service): Promise<void> {
  const body = (): unknown => ({
    rules: [{ kind: 'disbursement', from: '0.00', steps: 1 }],
    expiresAfterDays: 30,
    reason: '基準測試',
  });
  const path = `${url}/api/v1/funds/gz-ecommerce/approval-policy`;
  await load({ url: path, token: finance, connections: 1, amount: 1, body, expected: 201 });
}

async function waiting({ url, finance }: Service): Promise<Waiting[]> {
  const all: Waiting[] = [];
  let cursor = '';
  for (;;) {
    const answer = await fetch(`${url}/api/v1/approvals?status=pending&limit=200${cursor}`, {
      headers: { authorization: `Bearer ${finance}` },
    });
    const { items, nextCursor } = (await answer.json()) as ApprovalPageDto;
    all.push(...items.map(({ id, preview }) => ({ id, previewHash: preview.hash })));
    if (nextCursor === null) return all;
    cursor = `&cursor=${nextCursor}`;
  }
}

function decide({ url, finance }: Service, wait: readonly Waiting[]): Promise<LoadResult> {
  return load({
    url: `${url}/api/v1/approvals`,
    path: (index) => `/${wait[index]?.id ?? ''}/approve`,
    token: finance,
    connections: CONNECTIONS,
    amount: wait.length,
    body: (index) => ({ previewHash: wait[index]?.previewHash }),
    expected: 200,
  });
}

function decideMany({ url, finance }: Service, wait: readonly Waiting[]): Promise<LoadResult> {
  return load({
    url: `${url}/api/v1/approvals/decisions`,
    token: finance,
    connections: 4,
    amount: Math.ceil(wait.length / MANY),
    body: (index) => ({ decision: 'approve', items: wait.slice(index * MANY, (index + 1) * MANY) }),
    expected: 200,
  });
}

function reserve({ url, officer }: Service, bodies: AwardBodies, amount: number): Promise<LoadResult> {
  return load({
    url: `${url}/api/v1/awards`,
    token: officer,
    connections: CONNECTIONS,
    amount,
    body: () => bodies.next(),
    expected: 201,
  });
}

/** So many payments were posted, and nothing waits: a fast refusal can't pass. */
async function checkPaid({ database }: Service, payments: number): Promise<void> {
  const [found] = await database.db.rows<{ paid: number; waits: number }>(
    `SELECT (SELECT count(*)::integer FROM payment) AS paid, (SELECT count(*)::integer FROM approval WHERE status = 'pending') AS waits`,
  );
  if (found?.paid !== payments || found.waits !== 0)
    throw new Error(`${found?.paid} payments instead of ${payments}, and ${found?.waits} wait`);
}
