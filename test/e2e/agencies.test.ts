import type pg from 'pg';
import type { AgencyDto } from '../../src/parties/agencies/agency.dto.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { signIn, startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, yuan } from '../support/ledger.js';

/*
 * Agencies over HTTP (domain §1): records with names, dates and successors, whose officers reach the lines and awards of what they succeeded.
 */

interface Refusal {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

let database: TestDatabase;
let app: TestApp;
let admin: Api;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  [admin, finance] = await Promise.all([app.api('admin'), app.api('finance')]);
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('1000.00'));
  await fundLine(app.app.get(Ledger), 'crossborder-logistics', yuan('1000.00'));
});
afterAll(async () => {
  await app.close();
  await database.close();
});

const names = { zhHant: '示例局', zhHans: '示例局', en: 'An example' };
const add = (code: string, more: object = {}) => admin.post<AgencyDto & Refusal>('/agencies', { code, names, ...more });
const pathOf = (code: string): string => `/agencies/${encodeURIComponent(code)}`;

async function patch(code: string, body: object): Promise<{ status: number; body: AgencyDto & Refusal }> {
  const { version } = (await admin.get<AgencyDto>(pathOf(code))).body;
  return admin.request('PATCH', pathOf(code), { body, headers: { 'if-match': `"${version}"` } });
}

async function officerOf(agency: string, username: string): Promise<Api> {
  const user = { username, displayName: username, role: 'officer', agency, password: `a password of ${username}` };
  expect((await admin.post('/users', user)).status).toBe(201);
  return signIn(app.baseUrl, username, user.password);
}

it('The policy’s agencies are there, each with its names', async () => {
  const { body } = await finance.get<{ items: AgencyDto[] }>('/agencies');
  expect(body.items.map(({ code }) => code).sort()).toEqual(
    ['市人力資源和社會保障局', '市外經貿局', '市發展改革委', '市科技和信息化局', '市經貿委', '市金融辦'].sort(),
  );
  for (const { names: said } of body.items) {
    expect(said.zhHant).toMatch(/^廣州市/);
    expect(said.zhHans).toMatch(/^广州市/);
    expect(said.en).toMatch(/^Guangzhou /);
  }
});

describe('An officer of a successor', () => {
  it('reaches lines and awards of what it succeeded, directly and by way of others, and loses them with the succession', async () => {
    for (const code of ['市商務委', '市商務局']) expect((await add(code, { from: '2015-02-01' })).status).toBe(201);
    const officer = await officerOf('市商務局', 'merged');
    const award = awardRequest({ line: 'crossborder-logistics', facts: { operatesInCrossBorderCentre: true } });
    const made = await finance.post<AwardDto>('/awards', award);
    const own = await finance.post<AwardDto>('/awards', awardRequest());
    const sees = async (one: AwardDto) => (await officer.get(`/awards/${one.id}`)).status;
    expect([await sees(made.body), await sees(own.body)]).toEqual([404, 404]);
    expect((await officer.post('/awards', award)).status).toBe(403);

    expect((await patch('市外經貿局', { to: '2015-01-31', successors: ['市商務委'] })).status).toBe(200);
    expect(await sees(made.body)).toBe(404);
    expect((await patch('市商務委', { successors: ['市商務局'] })).status).toBe(200);
    expect([await sees(made.body), await sees(own.body)]).toEqual([200, 404]);
    const listed = await officer.get<{ items: AwardDto[] }>('/awards');
    expect(listed.body.items.map(({ id }) => id)).toEqual([made.body.id]);
    const commit = { documentNo: '協議', effectiveOn: '2016-12-31' };
    expect((await officer.post(`/awards/${made.body.id}/commitments`, commit)).status).toBe(201);
    const another = awardRequest({ line: 'crossborder-logistics', facts: { operatesInCrossBorderCentre: true } });
    expect((await officer.post('/awards', another)).status).toBe(201);
    const journal = await officer.get<{ items: { award?: { id: string } | null }[] }>('/journal');
    expect(journal.body.items.some((entry) => entry.award?.id === made.body.id)).toBe(true);

    expect((await patch('市商務委', { successors: [] })).status).toBe(200);
    expect(await sees(made.body)).toBe(404);
  });

  it('reaches nothing before the agency begins', async () => {
    expect((await add('市未來局', { from: '2999-01-01' })).status).toBe(201);
    expect((await patch('市經貿委', { successors: ['市未來局'] })).status).toBe(200);
    const officer = await officerOf('市未來局', 'future');
    const { body } = await finance.post<AwardDto>('/awards', awardRequest());
    expect((await officer.get(`/awards/${body.id}`)).status).toBe(404);
    expect((await patch('市未來局', { from: '2015-02-01' })).status).toBe(200);
    expect((await officer.get(`/awards/${body.id}`)).status).toBe(200);
  });
});

describe('A succession', () => {
  beforeAll(async () => {
    for (const [code, from] of [
      ['市甲局', '2010-01-01'],
      ['市乙局', '2012-01-01'],
      ['市丙局', '2014-01-01'],
    ] as const)
      await add(code, { from });
  });

  it.each<[string, string, object, string]>([
    ['of nobody known', '市甲局', { successors: ['市無此局'] }, '/successors/0'],
    ['of itself', '市甲局', { successors: ['市甲局'] }, '/successors'],
    ['by who began before', '市乙局', { successors: ['市甲局'] }, '/successors/0'],
    ['by who began nobody knows when', '市乙局', { successors: ['市金融辦'] }, '/successors/0'],
    ['that ends before it begins', '市乙局', { to: '2011-12-31' }, '/to'],
  ])('%s is refused', async (_, code, body, pointer) => {
    const refused = await patch(code, body);
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('of an agency without names is refused', async () => {
    const refused = await admin.post<{ errors: { pointer: string }[] }>('/agencies', { code: '市無名局', from: '2015-01-17' });
    expect([refused.status, refused.body.errors[0]?.pointer]).toEqual([400, '/names']);
  });

  it('in a circle is refused, by way of others as well, and whoever is succeeded can’t be moved behind its successor', async () => {
    for (const [code, successors] of [
      ['市丁局', []],
      ['市戊局', ['市丁局']],
      ['市己局', ['市戊局']],
    ] as const)
      expect((await add(code, { successors })).status).toBe(201);
    expect((await patch('市丁局', { successors: ['市己局'] })).body.errors?.[0]?.pointer).toBe('/successors');
    expect((await patch('市甲局', { successors: ['市乙局'] })).status).toBe(200);
    expect((await patch('市乙局', { from: '2009-12-31' })).body.errors?.[0]?.pointer).toBe('/from');
    expect((await patch('市甲局', { from: '2013-01-01' })).body.errors?.[0]?.pointer).toBe('/successors/0');
  });

  it('in a circle is refused by the database itself', async () => {
    const change = (owner: pg.Client) => owner.query(`UPDATE agency SET successors = '{市戊局}' WHERE code = '市丁局'`);
    await expect(asOwner(database, change)).rejects.toMatchObject({ code: 'FL008' });
    const early = (owner: pg.Client) => owner.query(`UPDATE agency SET successors = '{市甲局}' WHERE code = '市丙局'`);
    await expect(asOwner(database, early)).rejects.toMatchObject({ code: 'FL008' });
  });

  it('of two changes at once that close a circle together takes one', async () => {
    for (const code of ['市庚局', '市辛局']) await add(code);
    const [one, two] = await Promise.all([
      patch('市庚局', { successors: ['市辛局'] }),
      patch('市辛局', { successors: ['市庚局'] }),
    ]);
    expect([one.status, two.status].sort()).toEqual([200, 400]);
  });
});

describe('An agency', () => {
  it('is added once, in whichever script, and changed by who has read its version', async () => {
    expect((await add('市示範局')).status).toBe(201);
    expect((await add('市示范局')).body.code).toBe('already-exists');
    expect((await finance.post('/agencies', { code: '市財政局', names })).status).toBe(403);
    const body = { names };
    expect((await admin.request('PATCH', pathOf('市示範局'), { body })).status).toBe(428);
    expect((await admin.request('PATCH', pathOf('市示範局'), { body, headers: { 'if-match': '"7"' } })).status).toBe(412);
    expect((await admin.get(pathOf('市無此局'))).status).toBe(404);
  });

  it('that nobody has added leads no line and has no officer', async () => {
    const line = await finance.get<{ version: number }>('/funds/gz-ecommerce/lines/ipo');
    const refused = await finance.request<Refusal>('PATCH', '/funds/gz-ecommerce/lines/ipo', {
      body: { leadAgencies: ['市金融辦', '市無此局'] },
      headers: { 'if-match': `"${line.body.version}"` },
    });
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, '/leadAgencies/1']);
  });
});

it('The fund itself has lead agencies, and its name in three languages', async () => {
  expect((await finance.get('/funds/gz-ecommerce')).body).toMatchObject({
    leadAgencies: ['市經貿委', '市發展改革委'],
    names: { zhHans: '广州市电子商务发展专项资金', en: 'Guangzhou E-commerce Development Fund' },
  });
});
