import { randomUUID } from 'node:crypto';
import type { AwardDto } from '../../src/awards/award.dto.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import type { FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { RunRequests } from '../../src/reconciliation/index.js';
import { withPostings } from '../../src/reports/journal/journal.js';
import { entries } from '../../src/reports/journal/journal.sql.js';
import type { EntryDto, JournalPageDto } from '../../src/reports/journal/journal.dto.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';

/*
 * The journal lists vouchers as people read them: with a summary in the reader's language, and with their postings, without a call for each.
 */

let database: TestDatabase;
let app: TestApp;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  for (const line of ['manufacturing-app', 'market-app']) await fundLine(app.app.get(Ledger), line, yuan('100000.00'));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const enterprise = { ...(awardRequest()['enterprise'] as object), name: '示例電子商務有限公司' };
const request = (more: object = {}) =>
  awardRequest({
    enterprise,
    project: { title: '跨境電子商務分揀系統' },
    approvalRef: '穗經貿電商〔2016〕12號',
    amount: '100.00',
    ...more,
  });

async function reserved(more: object = {}): Promise<AwardDto> {
  const { status, body } = await finance.post<AwardDto>('/awards', request(more));
  expect(status).toBe(201);
  return body;
}

async function journal(query: string, language = 'zh-Hant'): Promise<EntryDto[]> {
  const answer = await finance.request<JournalPageDto>('GET', `/journal?${query}`, { headers: { 'accept-language': language } });
  expect(answer.status).toBe(200);
  return answer.body.items;
}

const summaries = async (query: string, language?: string): Promise<string[]> =>
  (await journal(query, language)).map(({ summary }) => summary);

it('An award’s vouchers say who, what, and which document, in the language of the reader', async () => {
  const { id } = await reserved();
  const on = { effectiveOn: '2016-04-01' };
  expect((await finance.post(`/awards/${id}/commitments`, { documentNo: '協議-1', ...on })).status).toBe(201);
  expect((await finance.post(`/awards/${id}/disbursements`, { amount: '60.00', paymentRef: 'ZF-1', ...on })).status).toBe(201);
  expect((await finance.post(`/awards/${id}/releases`, { from: 'committed', reason: '縮減', ...on })).status).toBe(201);
  const who = '示例電子商務有限公司「跨境電子商務分揀系統」';
  expect(await summaries(`award=${id}`)).toEqual([
    `${who}釋放承諾`,
    `${who}撥付,支付編號 ZF-1`,
    `${who}承諾,文號 協議-1`,
    `${who}預留,批文 穗經貿電商〔2016〕12號`,
  ]);
  expect((await summaries(`award=${id}`, 'zh-Hans')).at(-1)).toBe(
    '示例电子商务有限公司「跨境电子商务分拣系统」预留,批文 穗经贸电商〔2016〕12号',
  );
  expect((await summaries(`award=${id}`, 'en')).at(-1)).toBe(
    '示例電子商務有限公司 “跨境電子商務分揀系統”: reserved, approval 穗經貿電商〔2016〕12號',
  );
});

it('A virement names both lines', async () => {
  const said = { amount: '10.00', reason: '調劑', documentNo: '穗財〔2016〕9號', effectiveOn: '2016-06-01' };
  const body = { kind: 'virement', fromLine: 'market-app', toLine: 'manufacturing-app', ...said };
  expect((await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', body)).status).toBe(201);
  const [zh = ''] = await summaries('kind=virement');
  expect(zh).toMatch(/^2016 年度「.+」調劑至「.+」,文號 穗財〔2016〕9號$/u);
  const titles = /「(.+)」調劑至「(.+)」/u.exec(zh);
  expect(titles?.[1]).not.toBe(titles?.[2]);
  expect((await summaries('kind=virement', 'en'))[0]).toMatch(/^2016 “[^“]+”: virement to “[^“]+”, document 穗財〔2016〕9號$/u);
});

it('A settlement that is of no award names the first of its finding, how many there are, and the document of the decision', async () => {
  const project = { title: '示例工廠直銷平臺' };
  await reserved({ project, amount: '300.00' });
  await reserved({ project, amount: '200.00', approvedOffline: true });
  await app.app.get(RunRequests).reconcile({ fundId: 1, fiscalYear: 2016, rules: ['one-subsidy'], trigger: 'request' });
  const { body } = await finance.get<FindingPageDto>('/findings?status=open');
  const dismissal = { resolution: 'dismiss', reason: '兩條產線', documentNo: '穗財紀要〔2016〕7號' };
  expect((await finance.post(`/findings/${body.items[0]?.id ?? ''}/resolve`, dismissal)).status).toBe(200);
  const [settled] = await journal('kind=settle');
  expect(settled).toMatchObject({
    award: null,
    documentNo: '穗財紀要〔2016〕7號',
    postings: [],
    summary: '示例電子商務有限公司「示例工廠直銷平臺」等 2 項疑點處理:並非同一項目,文號 穗財紀要〔2016〕7號',
  });
  expect((await summaries('kind=assign-hold'))[0]).toBe(
    '示例電子商務有限公司「示例工廠直銷平臺」解除暫停支付(同一項目同一年度只扶持一項)',
  );
});

it('A settlement that every officer sees, as it is of no line, names nobody’s award', async () => {
  const { id } = await reserved({ project: { title: '示例保密項目' } });
  await database.db.rows(
    `INSERT INTO finding (fund_id, id, rule, subject, severity, fiscal_year, award_ids, amount_fen, evidence, fingerprint, opened_at, opened_by_run)
       VALUES (1, $1, 'ledger-integrity', 'a test', 'error', 2016, ARRAY[$2::uuid], 0, '{}', '', now(), $1)`,
    [randomUUID(), id],
  );
  const { body } = await finance.get<FindingPageDto>('/findings?rule=ledger-integrity');
  const known = { resolution: 'acknowledge', until: '2998-12-31', reason: '核實中' };
  expect((await finance.post(`/findings/${body.items[0]?.id ?? ''}/resolve`, known)).status).toBe(200);
  const seen = await (await app.api('officer2')).get<JournalPageDto>('/journal?kind=settle');
  expect(seen.body.items[0]?.summary).toBe('2016 年度疑點處理:知悉至 2998-12-31');
});

it('A page has all that its entries have one by one, in two statements', async () => {
  const items = await journal('limit=200', 'en');
  expect(items.length).toBeGreaterThan(10);
  for (const item of items) {
    const one = await finance.request<EntryDto>('GET', `/journal/${item.id}`, { headers: { 'accept-language': 'en' } });
    expect(item).toEqual(one.body);
    const sides = item.postings.map(({ side, amount }) => ({ side, amount }));
    expect(sides.filter(({ side }) => side === 'debit').length).toBe(sides.filter(({ side }) => side === 'credit').length);
    expect(sides.length > 0).toBe(item.amount !== '0.00');
  }
  let statements = 0;
  const counted = {
    rows: <R>(...asked: Parameters<typeof database.db.rows>) => {
      statements += 1;
      return database.db.rows<R>(...asked);
    },
    manager: database.db.manager,
  };
  const page = await withPostings(counted, await entries(counted, null, {}, null, 200), 'en');
  expect([page.length, statements]).toEqual([items.length, 2]);
});

it('The document says that an entry’s award may be null', async () => {
  const { body } = await finance.get<{ components: { schemas: Record<string, { properties: Record<string, unknown> }> } }>(
    '/openapi.json',
  );
  expect(body.components.schemas['EntryDto']?.properties['award']).toMatchObject({
    type: ['object', 'null'],
    required: ['id', 'number'],
  });
});
