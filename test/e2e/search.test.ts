import fc from 'fast-check';
import { organizationCheck } from '../../src/parties/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { AwardPageDto } from '../../src/awards/list/award-query.dto.js';
import type { EnterpriseDetailDto } from '../../src/parties/enterprises/enterprise.dto.js';
import { Indexer, planSearch, soughtIn } from '../../src/search/index.js';
import type { SearchResultDto } from '../../src/search/search.dto.js';
import { countGrams } from '../../src/search/plan.sql.js';
import { searched } from '../../src/search/terms.js';
import { filledPage } from '../../src/awards/list/list-awards.js';
import { isBeyondBudget, listedFunds, pageOf } from '../../src/awards/list/list-awards.sql.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/*
 * What people look for (domain §6): whatever its script, width, case, dashes and spaces; a second after it was written at most; and what
 * an officer may not see is not found.
 */

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let officer: Api;
let officer2: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  [finance, officer, officer2] = await Promise.all([app.api('finance'), app.api('officer'), app.api('officer2')]);
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('4000000.00'));
  await fundLine(app.app.get(Ledger), 'ipo', yuan('9000000.00'));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const NO_FILTERS = {
  status: null,
  onHold: null,
  demanded: null,
  enterprise: null,
  approvedFrom: null,
  approvedTo: null,
  minFen: null,
  maxFen: null,
};

const reserve = async (body: Record<string, unknown>): Promise<AwardDto> =>
  (await finance.post<AwardDto>('/awards', awardRequest(body))).body;
const indexed = () => app.app.get(Indexer).catchUp();
const q = (text: string) => `q=${encodeURIComponent(text)}`;
async function listed(api: Api, query: string): Promise<string[]> {
  const { status, body } = await api.get<AwardPageDto>(`/awards?${query}`);
  expect(status).toBe(200);
  return body.items.map(({ id }) => id);
}
const search = async (api: Api, text: string) => (await api.get<SearchResultDto>(`/search?${q(text)}`)).body;

describe('A search', () => {
  let award: AwardDto;
  beforeAll(async () => {
    award = await reserve({
      project: { title: '獨一無二之電子商務體驗館', code: 'TYG-07' },
      approvalRef: '穗經貿電商〔2016〕77號',
      amount: '1200.00',
    });
    await finance.post(`/awards/${award.id}/commitments`, { documentNo: '合同〔2016〕0815號', effectiveOn: '2016-12-01' });
    await finance.post(`/awards/${award.id}/disbursements`, {
      amount: '200.00',
      paymentRef: 'ZF-2016-000815',
      effectiveOn: '2016-12-02',
    });
    await indexed();
  });

  it.each([
    ['two characters of the title', '無二'],
    ['the title in the other script', '独一无二之电子商务体验馆'],
    ['two words of different fields, in any order', 'ＴＹＧ 獨一'],
    ['its number, without dashes', '2016manufacturingapp000001'],
    ['a piece of its number', 'app-0000'],
    ['the project’s own code', 'tyg07'],
    ['the enterprise’s name', '示例'],
    ['the approval, simplified', '穗经贸电商〔2016〕77号'],
    ['the agreement', '合同（2016）0815'],
    ['the payment, in another spelling', 'zf 2016 000815'],
  ])('finds an award by %s', async (_, text) => {
    expect(await listed(finance, q(text))).toEqual([award.id]);
    expect((await search(finance, text)).awards.map(({ id }) => id)).toEqual([award.id]);
  });

  it('finds by a code of its enterprise, whole or in part', async () => {
    expect(await listed(finance, q(award.enterprise.organizationCode))).toContain(award.id);
    expect(await listed(finance, q(award.enterprise.organizationCode.slice(2, 7)))).toContain(award.id);
  });

  it('does not find across two fields, nor what is nowhere, nor one word of two', async () => {
    expect(await listed(finance, q('體驗館tyg'))).toEqual([]);
    expect(await listed(finance, q('翡翠'))).toEqual([]);
    expect(await listed(finance, q('獨一 翡翠'))).toEqual([]);
  });

  it.each(['電', '「」', 'a', '。 -', '\u200b電'])('refuses %j: fewer than two characters show', async (text) => {
    for (const path of ['/awards', '/search', '/enterprises']) {
      const { status, body } = await finance.get<{ errors: { pointer: string }[] }>(`${path}?${q(text)}`);
      expect([path, status, body.errors.map(({ pointer }) => pointer)]).toEqual([path, 400, ['/query/q']]);
    }
  });

  it('finds its line, its enterprise, its agreement and its payment as well', async () => {
    const byReference = await search(finance, 'ZF-2016-000815');
    expect(byReference.payments).toEqual([
      expect.objectContaining({ paymentRef: 'ZF-2016-000815', amount: '200.00', award: { id: award.id, number: award.number } }),
    ]);
    const byDocument = await search(finance, '合同〔2016〕0815號');
    expect(byDocument.entries).toEqual([
      expect.objectContaining({ kind: 'commit', documentNo: '合同〔2016〕0815號', amount: '1200.00' }),
    ]);
    const byName = await search(finance, award.enterprise.name);
    expect(byName.enterprises.map(({ id }) => id)).toEqual([award.enterprise.id]);
    expect((await search(finance, 'manufacturing-app')).lines.map(({ line }) => line)).toEqual(['manufacturing-app']);
  });

  it('is kept to an officer’s own lines', async () => {
    expect(await listed(officer, q('獨一無二'))).toEqual([award.id]);
    expect(await listed(officer2, q('獨一無二'))).toEqual([]);
    const found = await search(officer2, 'ZF-2016-000815');
    expect([found.awards, found.payments, found.entries]).toEqual([[], [], []]);
    expect((await search(officer2, '合同〔2016〕0815號')).entries).toEqual([]);
  });

  it('finds an enterprise that another programme rewards, and we do not', async () => {
    await finance.post('/external-awards', {
      programme: 'headquarters-reward',
      enterprise: { name: '嶺南總部經濟有限公司', organizationCode: `W0000017${organizationCheck('W0000017') ?? ''}` },
      fiscalYear: 2016,
      amount: '1.00',
      reference: '總部獎勵〔2016〕17號',
    });
    await indexed();
    expect((await search(finance, '岭南总部')).enterprises.map(({ name }) => name)).toEqual(['嶺南總部經濟有限公司']);
  });

  it('follows an enterprise to its new name, and still finds it by the former one', async () => {
    const [other, beside] = [await reserve({ project: { title: '甲館' } }), await reserve({ project: { title: '乙館' } })];
    const { body, headers } = await finance.get<EnterpriseDetailDto>(`/enterprises/${other.enterprise.id}`);
    await finance.request('PATCH', `/enterprises/${body.id}`, {
      body: { name: '南粵雲倉有限公司' },
      headers: { 'if-match': headers.get('etag') ?? '' },
    });
    await indexed();
    expect(await listed(finance, q('南粤云仓'))).toEqual([other.id]);
    expect(await listed(finance, q(other.enterprise.name))).toContain(other.id);
    expect(await listed(finance, q('南粤云仓'))).not.toContain(beside.id);
  });

  it('finds an award by whom its enterprise was merged into, until they part', async () => {
    const [one, into] = [await reserve({ project: { title: '丙館' } }), await reserve({ project: { title: '丁館' } })];
    await indexed();
    const byInto = q(into.enterprise.organizationCode);
    expect(await listed(finance, byInto)).toEqual([into.id]);
    await finance.post(`/enterprises/${one.enterprise.id}/merge`, { into: into.enterprise.id, reason: '同一企業' });
    await indexed();
    expect((await listed(finance, byInto)).sort()).toEqual([one.id, into.id].sort());
    await finance.post(`/enterprises/${one.enterprise.id}/unmerge`, { reason: '核實為兩家' });
    await indexed();
    expect(await listed(finance, byInto)).toEqual([into.id]);
  });
});

describe('The index', () => {
  it('comes up by itself, in a process that works', async () => {
    const working = await startApp({ url: database.url, worker: true });
    try {
      const award = await reserve({ project: { title: '一秒之內可見的倉庫' } });
      await until('the award is found', async () => (await listed(finance, q('一秒之內'))).includes(award.id));
    } finally {
      await working.close();
    }
  });

  it('loses nothing that two processes index at once, and counts every text once', async () => {
    const second = await startApp({ url: database.url });
    try {
      const reserving = Array.from({ length: 40 }, (_, at) =>
        reserve({ project: { title: `並行索引第${at}館` }, amount: '1.00' }),
      );
      for (let pass = 0; pass < 20; pass += 1) await Promise.all([indexed(), second.app.get(Indexer).catchUp()]);
      const reserved = await Promise.all(reserving);
      await indexed();
      expect(await listed(finance, `${q('並行索引')}&limit=200`)).toHaveLength(reserved.length);
      const [{ wrong } = { wrong: -1 }] = await database.db.rows<{ wrong: number }>(`
        SELECT count(*)::integer AS wrong FROM (
          SELECT fund_id, kind, gram, sum(texts) AS texts FROM search_count GROUP BY 1, 2, 3) c
          FULL JOIN (SELECT fund_id, kind, gram, count(*) AS texts FROM search_gram, unnest(grams) AS gram GROUP BY 1, 2, 3) g USING (fund_id, kind, gram)
         WHERE coalesce(c.texts, 0) <> coalesce(g.texts, 0)`);
      expect(wrong).toBe(0);
    } finally {
      await second.close();
    }
  });
});

describe('Lists of awards', () => {
  const orders = {
    recordedAt: (one: AwardDto) => one.id,
    amount: (one: AwardDto) => one.amounts.awarded.padStart(20, '0'),
    approvedOn: (one: AwardDto) => one.approvedOn,
  };
  let all: AwardDto[];

  beforeAll(async () => {
    for (let at = 0; at < 30; at += 1) {
      await reserve({
        project: { title: `${at % 2 === 0 ? '冷鏈' : '直播'}倉儲${at}號館` },
        amount: `${100 + (at % 7)}.00`,
        approvedOn: `2016-03-0${1 + (at % 5)}`,
        effectiveOn: '2016-03-09',
      });
    }
    await indexed();
    all = (await finance.get<AwardPageDto>('/awards?limit=200')).body.items;
  });

  /** All pages of a list. */
  async function pages(query: string): Promise<AwardDto[]> {
    const items: AwardDto[] = [];
    for (let cursor = ''; ;) {
      const { body } = await finance.get<AwardPageDto>(`/awards?${query}&limit=7${cursor}`);
      items.push(...body.items);
      if (body.nextCursor === null) return items;
      cursor = `&cursor=${body.nextCursor}`;
    }
  }

  it('come in the order asked for, page by page, each award once: with whatever is searched for and filtered by', async () => {
    const cases = fc.record({
      sort: fc.constantFrom('recordedAt', 'amount', 'approvedOn'),
      text: fc.constantFrom(null, '冷鏈', '倉儲', '號館', '直播', '2016', '翡翠', '冷鏈 號館', 'manufacturing'),
      agency: fc.constantFrom(null, '市經貿委', '市金融辦'),
      fiscalYear: fc.constantFrom(null, 2015, 2016),
      minAmount: fc.constantFrom(null, '103.00'),
      approvedFrom: fc.constantFrom(null, '2016-03-03'),
    });
    const check = fc.asyncProperty(cases, async ({ sort, text, agency, fiscalYear, minAmount, approvedFrom }) => {
      const query = new URLSearchParams({ sort, fund: 'gz-ecommerce' });
      for (const [name, value] of Object.entries({ q: text, agency, fiscalYear, minAmount, approvedFrom }))
        if (value !== null) query.set(name, String(value));
      const key = orders[sort];
      const wanted = all
        .filter((one) =>
          (text ?? '')
            .split(' ')
            .every((word) => searched(`${one.number}\n${one.project.title}\n${one.approvalRef}`).includes(searched(word))),
        )
        .filter(() => agency !== '市金融辦' && fiscalYear !== 2015)
        .filter((one) => minAmount === null || Number(one.amounts.awarded) >= Number(minAmount))
        .filter((one) => approvedFrom === null || one.approvedOn >= approvedFrom)
        .sort((a, b) => (key(a) === key(b) ? (a.id < b.id ? 1 : -1) : key(a) < key(b) ? 1 : -1));
      const found = await pages(query.toString());
      expect(found.map(({ id }) => id)).toEqual(wanted.map(({ id }) => id));
      query.set('totals', 'true');
      const { totals } = (await finance.get<AwardPageDto>(`/awards?${query.toString()}`)).body;
      const awarded = wanted.reduce((sum, one) => sum + BigInt(one.amounts.awarded.replace('.', '')), 0n);
      expect([totals?.count, totals?.awarded]).toEqual([wanted.length, `${awarded / 100n}.00`]);
    });
    await fc.assert(check, { numRuns: 60, seed: 54 });
  });

  it('ask the grams where what matches stands beyond the rows that were looked at', async () => {
    const { db } = database;
    const funds = await listedFunds(db, { fund: null, line: null, scope: null, agency: null });
    const sought = soughtIn('直播');
    if ('code' in sought) throw new Error('Two characters are enough');
    const scope = { kind: 'award', fundIds: funds.map(({ fundId }) => fundId), lineIds: null, fiscalYear: null } as const;
    const plan = await planSearch(db, scope, sought, 3);
    if (plan.how === 'none') throw new Error('There are some');
    const cells = [{ fundId: scope.fundIds[0] ?? 0, fiscalYear: 2016, lineId: 0, texts: 1, found: 1 }];
    const list = {
      funds,
      fiscalYear: null,
      filters: NO_FILTERS,
      sort: 'amount',
      plan: { ...plan, how: 'in-order', cells, budget: 2 },
    } as const;
    const lazy = await pageOf(db, list, null, 5);
    expect(lazy.length).toBeLessThan(5);
    const beyond = (budget: number) => isBeyondBudget(db, list, { after: null, last: null, budget });
    expect([await beyond(2), await beyond(100_000)]).toEqual([true, false]);
    const byGrams = await pageOf(db, { ...list, plan: { ...plan, how: 'by-grams' } }, null, 5);
    expect(await filledPage(db, list, null, 5)).toEqual(byGrams);
    expect(byGrams).toHaveLength(5);
  });

  it('leave nothing out of a full page where one line was cut off and another filled it', async () => {
    const { db } = database;
    await fundLine(app.app.get(Ledger), 'mobile-innovation', yuan('1000.00'));
    const onLine = (line: string, title: string) => reserve({ line, project: { title } });
    const older = await onLine('mobile-innovation', '花都孵化器甲');
    const matching = await onLine('manufacturing-app', '花都孵化器乙');
    for (let at = 0; at < 3; at += 1) await onLine('manufacturing-app', `另一項目${at}`);
    await indexed();
    expect([older.status, matching.status]).toEqual(['reserved', 'reserved']);
    const funds = await listedFunds(db, { fund: null, line: null, scope: null, agency: null });
    const sought = soughtIn('孵化');
    if ('code' in sought) throw new Error('Two characters are enough');
    const fundIds = funds.map(({ fundId }) => fundId);
    const scope = { kind: 'award', fundIds, lineIds: null, fiscalYear: 2016 } as const;
    const { cells } = await countGrams(db, scope, sought.grams);
    expect(cells).toHaveLength(2);
    const plan = { how: 'in-order', scope, sought, cells, budget: 2 } as const;
    const list = { funds, fiscalYear: 2016, filters: NO_FILTERS, sort: 'recordedAt', plan } as const;
    expect((await pageOf(db, list, null, 1)).map(({ id }) => id)).toEqual([older.id]);
    expect((await filledPage(db, list, null, 1)).map(({ id }) => id)).toEqual([matching.id]);
  });

  it('of a year are those of every fund, whichever years another one has', async () => {
    const admin = await app.api('finance');
    await admin.post('/funds', { code: 'one-year', name: '單年專項', annualAmount: '1000.00', firstYear: 2016, lastYear: 2016 });
    const { body } = await finance.get<AwardPageDto>('/awards?fiscalYear=2016&limit=200&totals=true');
    expect([body.items.length > 30, body.totals?.count]).toEqual([true, body.items.length]);
  });

  it('bind a cursor to what chose the rows', async () => {
    const { body } = await finance.get<AwardPageDto>('/awards?sort=amount&limit=2');
    const cursor = body.nextCursor ?? '';
    expect((await finance.get(`/awards?sort=amount&limit=2&cursor=${cursor}`)).status).toBe(200);
    for (const query of ['limit=2', 'sort=approvedOn', 'sort=amount&q=冷鏈', 'sort=amount&agency=市經貿委'])
      expect([query, (await finance.get(`/awards?${query}&cursor=${cursor}`)).status]).toEqual([query, 400]);
  });

  it('tell demanded ones apart', async () => {
    const [award] = all;
    const id = award?.id ?? '';
    await finance.post(`/awards/${id}/commitments`, { documentNo: '協議', effectiveOn: '2016-12-01' });
    await finance.post(`/awards/${id}/disbursements`, { amount: '90.00', paymentRef: 'ZF-DEMAND', effectiveOn: '2016-12-02' });
    await finance.post(`/awards/${id}/recovery-demands`, {
      amount: '40.00',
      paymentRef: 'ZF-DEMAND',
      reason: '驗收不合格',
      effectiveOn: '2016-12-03',
    });
    expect(await listed(finance, 'demanded=true')).toEqual([id]);
    expect(await listed(finance, 'demanded=false&limit=200')).not.toContain(id);
  });
});
