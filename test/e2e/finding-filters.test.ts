import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger, type AwardRecord, type ReserveEvent } from '../../src/ledger/index.js';
import { RunRequests } from '../../src/reconciliation/index.js';
import type { FindingDto, FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, reservation, yuan } from '../support/ledger.js';

/*
 * Findings by line, award, agency and the day until which they are known. manufacturing-app is led by 市經貿委 (officer), payment-licence by
 * 市金融辦 (officer2).
 */

interface Refusal {
  readonly errors: readonly { readonly pointer: string }[];
}

const [OURS, THEIRS, THEIR_OTHER] = ['manufacturing-app', 'payment-licence', 'listing-otc-bond'] as const;
/** What each line asks for. */
const FACTS: Readonly<Record<string, ReserveEvent['facts']>> = {
  [OURS]: {},
  [THEIRS]: { licenceNumber: 'Z1', businessKind: 'mobile', registeredInGuangzhou: true },
  [THEIR_OTHER]: { eventKind: 'guangzhou-equity-exchange', eventReference: 'G1', guangzhouEnterprise: true },
};

let database: TestDatabase;
let app: TestApp;
let finance: Api;
/** Both awards on one line of 市經貿委, on one of each, and both on lines of 市金融辦. */
const awards: Record<'own' | 'shared' | 'foreign', AwardRecord[]> = { own: [], shared: [], foreign: [] };

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  const ledger = app.app.get(Ledger);
  for (const line of Object.keys(FACTS)) await fundLine(ledger, line, yuan('10000.00'));
  for (const [name, first, second] of [
    ['own', OURS, OURS],
    ['shared', THEIRS, OURS],
    ['foreign', THEIR_OTHER, THEIRS],
  ] as const) {
    const event = reservation({ amountFen: yuan('300.00') });
    awards[name].push(await reserve(ledger, { ...event, ...on(first, name) }));
    const weaker = { amountFen: yuan('100.00'), approvedOffline: true };
    awards[name].push(await reserve(ledger, { ...event, ...on(second, name), ...weaker }));
  }
  const requests = app.app.get(RunRequests);
  await requests.reconcile({ fundId: 1, fiscalYear: 2016, rules: ['one-subsidy'], trigger: 'request' });
});
afterAll(async () => {
  await app.close();
  await database.close();
});

/** The line, with what it asks for; a licence of the pair's own. */
function on(line: string, pair: string): Partial<ReserveEvent> {
  const facts = FACTS[line] ?? {};
  return { line, facts: 'licenceNumber' in facts ? { ...facts, licenceNumber: pair } : facts };
}

async function reserve(ledger: Ledger, event: ReserveEvent): Promise<AwardRecord> {
  const { award } = await mustPost(ledger, event);
  if (award === null) throw new Error('No award');
  return award;
}

/** Which pairs the findings listed are of. */
async function listed(api: Api, query: string): Promise<string[]> {
  const { status, body } = await api.get<FindingPageDto>(`/findings${query}`);
  expect(status).toBe(200);
  return body.items.map((finding) => nameOf(finding)).sort();
}

function nameOf(finding: FindingDto): string {
  const ids = new Set(finding.awards.map(({ id }) => id));
  return Object.entries(awards).find(([, pair]) => pair.every(({ id }) => ids.has(id)))?.[0] ?? '';
}

async function findingOf(name: keyof typeof awards): Promise<FindingDto> {
  const { body } = await finance.get<FindingPageDto>(`/findings?award=${awards[name][1]?.id ?? ''}`);
  const [finding] = body.items;
  if (finding === undefined) throw new Error(`No finding of ${name}`);
  return finding;
}

it('are those of a line, and those that name an award of it', async () => {
  expect(await listed(finance, '')).toEqual(['foreign', 'own', 'shared']);
  expect(await listed(finance, `?line=${OURS}`)).toEqual(['own', 'shared']);
  expect(await listed(finance, `?line=${THEIRS}`)).toEqual(['foreign', 'shared']);
  expect(await listed(finance, `?line=${THEIR_OTHER}`)).toEqual(['foreign']);
  expect(await listed(finance, '?line=ipo')).toEqual([]);
});

it('are those that an agency leads, by either line', async () => {
  expect(await listed(finance, `?agency=${encodeURIComponent('市經貿委')}`)).toEqual(['own', 'shared']);
  expect(await listed(finance, `?agency=${encodeURIComponent('市金融辦')}`)).toEqual(['foreign', 'shared']);
  expect(await listed(finance, `?agency=${encodeURIComponent('市外經貿局')}`)).toEqual([]);
  // An officer asks within what it sees.
  expect(await listed(await app.api('officer'), `?agency=${encodeURIComponent('市金融辦')}`)).toEqual(['shared']);
});

it('are those that name an award, in either case of its id, once they are settled as well', async () => {
  const held = awards.foreign[1]?.id ?? '';
  expect(await listed(finance, `?award=${held}`)).toEqual(['foreign']);
  expect(await listed(finance, `?award=${held.toUpperCase()}`)).toEqual(['foreign']);
  expect(await listed(await app.api('officer'), `?award=${held}`)).toEqual([]);
  const { id } = await findingOf('foreign');
  expect((await finance.post(`/findings/${id}/resolve`, { resolution: 'dismiss', reason: '不同項目' })).status).toBe(200);
  expect(await listed(finance, `?award=${held}`)).toEqual(['foreign']);
  expect(await listed(finance, `?award=${held}&status=open`)).toEqual([]);
});

it('are those known until a day or an earlier one, and none that is open', async () => {
  const { id } = await findingOf('own');
  const known = { resolution: 'acknowledge', until: '2998-06-30', reason: '已知悉' };
  expect((await finance.post(`/findings/${id}/resolve`, known)).status).toBe(200);
  expect(await listed(finance, '?dueBy=2998-06-30')).toEqual(['own']);
  expect(await listed(finance, '?dueBy=2998-06-29')).toEqual([]);
  expect(await listed(finance, '?dueBy=2998-06-30&status=open')).toEqual([]);
});

it('page by a cursor that each of these filters binds', async () => {
  const { body } = await finance.get<FindingPageDto>(`/findings?line=${OURS}&limit=1`);
  const cursor = encodeURIComponent(body.nextCursor ?? '');
  expect((await listed(finance, `?line=${OURS}&limit=1&cursor=${cursor}`)).length).toBe(1);
  for (const other of [`line=${THEIRS}`, `line=${OURS}&award=${awards.own[0]?.id ?? ''}`, `line=${OURS}&dueBy=2998-06-30`]) {
    expect((await finance.get(`/findings?${other}&limit=1&cursor=${cursor}`)).status).toBe(400);
  }
});

it.each([
  ['award=1', '/query/award'],
  ['line=', '/query/line'],
  ['agency=ABC', '/query/agency'],
  ['dueBy=2016-02-30', '/query/dueBy'],
])('refuse %s', async (query, pointer) => {
  const { status, body } = await finance.get<Refusal>(`/findings?${query}`);
  expect([status, body.errors[0]?.pointer]).toEqual([400, pointer]);
});
