import { randomUUID } from 'node:crypto';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { setRule } from '../support/line-rule.js';
import { openLedger } from '../support/ledger.js';
import { openReconciliation } from '../support/reconciliation.js';

/* Whoever sends a request again gets the first answer to the byte, whatever has become of its subjects since. */

let database: TestDatabase;
let app: TestApp;
let token: string;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  const title = { zhHant: '示例', zhHans: '示例', en: 'Example' };
  const types = { zeta: 'integer', a: 'text', longest: 'text', mid: 'boolean' } as const;
  const facts = Object.entries(types).map(([name, type]) => ({ name, title, type, required: false }));
  for (const line of ['manufacturing-app', 'market-app']) await setRule(database.db, line, (rule) => ({ ...rule, facts }));
  app = await startApp({ url: database.url });
  token = (await app.api('finance')).token ?? '';
  await send(
    '/funds/gz-ecommerce/years/2016/budget-entries',
    budget({ kind: 'appropriation', amount: '500000000.00', effectiveOn: '2016-01-04' }),
  );
  await send(
    '/funds/gz-ecommerce/years/2016/budget-entries',
    budget({ kind: 'allotment', line: 'manufacturing-app', amount: '50000000.00', effectiveOn: '2016-01-05' }),
  );
});

afterAll(async () => {
  await app.close();
  await database.close();
});

async function send(path: string, body: unknown, key: string = randomUUID(), language = 'zh-Hant') {
  const response = await fetch(`${app.baseUrl}/api/v1${path}`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
      'idempotency-key': key,
      'accept-language': language,
    },
    body: JSON.stringify(body),
  });
  const { status, headers } = response;
  return { status, text: await response.text(), etag: headers.get('etag'), replayed: headers.get('idempotent-replayed') };
}

const budget = (more: Record<string, unknown>) => ({
  reason: '年度安排',
  documentNo: '穗財〔2016〕1號',
  effectiveOn: '2016-01-05',
  ...more,
});

const award = (more: Record<string, unknown> = {}) => ({
  fund: 'gz-ecommerce',
  fiscalYear: 2016,
  line: 'manufacturing-app',
  enterprise: { name: '廣州示例機械有限公司', organizationCode: 'MA59EX0A2' },
  project: { title: '工廠直銷平臺' },
  amount: '800000.00',
  approvalRef: '示例〔2016〕12號',
  approvedOn: '2016-03-01',
  // In no order that a database would give them back in.
  facts: { zeta: 1, a: '二', longest: 'b', mid: true },
  ...more,
});

test('Reservations, batches, budget entries and settlements are answered again to the byte', async () => {
  const sent: { path: string; body: unknown; key: string; first: Awaited<ReturnType<typeof send>> }[] = [];
  const first = async (path: string, body: unknown): Promise<string> => {
    const key = randomUUID();
    const answer = await send(path, body, key);
    sent.push({ path, body, key, first: answer });
    return answer.text;
  };
  await first(
    '/funds/gz-ecommerce/years/2016/budget-entries',
    budget({ kind: 'supplement', amount: '1.00', ceilingDocumentNo: '穗府〔2016〕9號', effectiveOn: '2016-12-31' }),
  );
  await first('/awards', award());
  await first('/awards', award({ approvedOffline: true, amount: '700000.00' }));
  const batch = await first('/awards/batch', {
    mode: 'each',
    awards: [award({ project: { title: '甲' } }), award({ project: { title: '乙' } }), award({ project: { title: '丙' } })],
  });
  const { results } = JSON.parse(batch) as { results: readonly { award: { id: string } }[] };
  const committed = results[0]?.award.id ?? '';
  await first(`/awards/${committed}/commitments`, { documentNo: '示例協議〔2016〕3號', effectiveOn: '2016-12-31' });
  await first(`/awards/${committed}/disbursements`, { amount: '1.00', paymentRef: 'P-1', effectiveOn: '2016-12-31' });

  const reconciliation = openReconciliation(database, openLedger(database.db));
  await reconciliation.run();
  const [finding] = await reconciliation.findings('open');
  await first(`/findings/${finding?.id ?? ''}/resolve`, { resolution: 'dismiss', reason: '兩個項目不同' });
  await reconciliation.close();

  // What they are about goes on: the enterprise gets its credit code and another name, the award is paid further, the finding changes.
  await send(
    '/awards',
    award({ enterprise: { name: '廣州示例機械有限公司', creditCode: '91440101MA59EX0A2A' }, project: { title: '丁' } }),
  );
  await send(`/awards/${committed}/disbursements`, { amount: '2.00', paymentRef: 'P-2', effectiveOn: '2016-12-31' });
  await asOwner(database, async (owner) => {
    await owner.query(`UPDATE enterprise SET name = '另一名稱'`);
    await owner.query(`UPDATE project SET title = title || '(改)'`);
    await owner.query(`UPDATE finding SET reason = '另一理由', version = version + 1`);
    await owner.query(`UPDATE app_user SET display_name = '另一人'`);
  });

  for (const { path, body, key, first: answer } of sent) {
    const again = await send(path, body, key, 'en');
    expect(again).toEqual({ ...answer, replayed: 'true' });
    expect(answer.status).toBeLessThan(300);
  }
});

test('Of a batch that was half recorded, the rest is done, and what was done is answered as it was', async () => {
  const awards = [award({ project: { title: '子' } }), award({ project: { title: '工廠直銷平臺' }, line: 'market-app' })];
  const key = randomUUID();
  const one = await send('/awards/batch', { mode: 'each', awards }, key);
  expect(JSON.parse(one.text)).toMatchObject({ accepted: 1, rejected: 1 });
  await send(
    '/funds/gz-ecommerce/years/2016/budget-entries',
    budget({ kind: 'allotment', line: 'market-app', amount: '50000000.00', effectiveOn: '2016-01-05' }),
  );
  await asOwner(database, (owner) => owner.query(`UPDATE enterprise SET name = '又一名稱'`));
  const two = await send('/awards/batch', { mode: 'each', awards }, key);
  const itemOf = (text: string): string => text.slice(0, text.indexOf('},{"index":1'));
  expect(itemOf(two.text)).toBe(itemOf(one.text));
});
