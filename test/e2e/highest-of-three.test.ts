import type { AwardDto } from '../../src/awards/award.dto.js';
import type { ExternalAwardDto } from '../../src/parties/external-awards/external-award.dto.js';
import type { FindingDto, FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FUND, fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/*
 * The highest of three over HTTP (§二(九)2, domain §5): of a headquarters reward, a private-enterprise reward and ours only the highest is paid.
 */

interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly holds?: readonly {
    readonly rule: string;
    readonly highest?: { readonly programme: string; readonly total: string };
  }[];
  readonly errors?: readonly { readonly pointer: string }[];
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  finance = await app.api('finance');
  await fundLine(app.app.get(Ledger), 'headquarters', yuan('100000.00'));
  await fundLine(app.app.get(Ledger), 'market-app', yuan('100000.00'));
});
afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));
afterAll(async () => {
  await app.close();
  await database.close();
});

const MOVED = {
  ...{ standing: 'internationally-known', regionalHeadquarters: true, registrationMoved: true },
  ...{ taxSeatMoved: true, settlesInCity: true, listedCompanyMove: false },
};

/** A party of its own. */
const party = (): object => awardRequest()['enterprise'] as object;
const reserve = async (enterprise: object, amount: string, more: object = {}): Promise<AwardDto & Refusal> =>
  (
    await finance.post<AwardDto & Refusal>(
      '/awards',
      awardRequest({ line: 'headquarters', facts: MOVED, enterprise, amount, ...more }),
    )
  ).body;

let serial = 0;
const external = (enterprise: unknown, amount: string, more: object = {}) => {
  serial += 1;
  const body = {
    programme: 'headquarters-reward',
    enterprise,
    fiscalYear: 2016,
    amount,
    reference: `穗總部〔2016〕${serial}號`,
    ...more,
  };
  return finance.post<ExternalAwardDto & Refusal>('/external-awards', body);
};
const change = ({ id, version }: ExternalAwardDto, body: object) =>
  finance.request<ExternalAwardDto & Refusal>('PATCH', `/external-awards/${id}`, {
    body: { reason: '更正', ...body },
    headers: { 'if-match': `"${version}"` },
  });
const shown = async ({ id }: AwardDto): Promise<AwardDto> => (await finance.get<AwardDto>(`/awards/${id}`)).body;
const commit = ({ id }: AwardDto) =>
  finance.post<Refusal>(`/awards/${id}/commitments`, { documentNo: '協議', effectiveOn: '2016-12-01' });
const findingOf = async ({ id }: AwardDto): Promise<FindingDto | undefined> => {
  const { body } = await finance.get<FindingPageDto>(`/findings?fund=${FUND}&rule=highest-of-three&limit=200`);
  return body.items.find((one) => one.awards.some((award) => award.id === id));
};

it('A higher reward of another programme that arrives last holds ours in the same transaction, and frees it when it is withdrawn', async () => {
  const ours = await reserve(party(), '100.00');
  const recorded = await external(ours.enterprise.id, '100.01');
  expect([recorded.status, recorded.body.status, recorded.body.enterprise.id]).toEqual([201, 'valid', ours.enterprise.id]);
  expect(await shown(ours)).toMatchObject({ onHold: true, holds: [{ rule: 'highest-of-three' }] });
  const refused = await commit(ours);
  expect(refused.body).toMatchObject({
    code: 'award-on-hold',
    holds: [{ rule: 'highest-of-three', highest: { programme: 'headquarters-reward', total: '100.01' } }],
  });
  await until('a run has found it', async () => (await findingOf(ours))?.status === 'open');
  const found = await findingOf(ours);
  expect(found?.evidence).toMatchObject({ reading: 'any-two', highest: 'headquarters-reward', demandBack: '0.00' });
  expect(found?.explanation).toContain('只安排最高一項');

  expect((await change(recorded.body, { amount: '99.99' })).status).toBe(200);
  expect((await shown(ours)).onHold).toBe(false);
  const corrected = (await finance.get<ExternalAwardDto>(`/external-awards/${recorded.body.id}`)).body;
  expect((await change(corrected, { amount: '500.00' })).status).toBe(200);
  expect((await shown(ours)).onHold).toBe(true);
  const last = (await finance.get<ExternalAwardDto>(`/external-awards/${recorded.body.id}`)).body;
  expect((await change(last, { withdrawn: true })).body).toMatchObject({ status: 'withdrawn', reason: '更正' });
  expect((await shown(ours)).onHold).toBe(false);
  expect((await commit(ours)).status).toBe(201);
  await until('the finding is closed with its cause', async () => (await findingOf(ours))?.status === 'resolved');
  expect((await change({ ...last, version: last.version + 1 }, { amount: '1.00' })).body.code).toBe('already-decided');
});

it('A reservation that arrives last is accepted and held, never refused; one that makes ours the highest is free', async () => {
  const enterprise = party();
  const known = await external(enterprise, '150.00', { programme: 'private-enterprise-reward' });
  expect([known.status, known.body.enterprise.name]).toEqual([201, (enterprise as { name: string }).name]);
  const first = await reserve(enterprise, '100.00');
  expect(first).toMatchObject({ onHold: true, holds: [{ rule: 'highest-of-three' }] });
  // What is no reward to an enterprise is not compared.
  const subsidy = await reserve(enterprise, '100.00', { line: 'market-app', facts: { specialisedMarket: true } });
  expect(subsidy.onHold).toBe(false);
  const second = await reserve(enterprise, '60.00');
  expect(second.onHold).toBe(false);
  // Together they are the highest: the first may be committed at once, and a run lifts what is on record.
  expect((await commit(first)).status).toBe(201);
  await until('the first is free', async () => !(await shown(first)).onHold);
});

it('A tie goes to the one paid first, and what was paid of ours meanwhile is to be demanded back', async () => {
  const ours = await reserve(party(), '100.00');
  await commit(ours);
  await finance.post(`/awards/${ours.id}/disbursements`, { amount: '40.00', paymentRef: 'HOT-1', effectiveOn: '2016-12-02' });
  const late = await external(ours.enterprise.id, '100.00', { paidOn: '2016-12-03' });
  expect((await shown(ours)).onHold).toBe(false);
  expect((await change(late.body, { paidOn: '2016-12-01' })).status).toBe(200);
  expect((await shown(ours)).onHold).toBe(true);
  const more = { amount: '10.00', paymentRef: 'HOT-2', effectiveOn: '2016-12-04' };
  expect((await finance.post<Refusal>(`/awards/${ours.id}/disbursements`, more)).body.code).toBe('award-on-hold');
  await until('a run has found it', async () => (await findingOf(ours))?.status === 'open');
  const found = await findingOf(ours);
  expect(found?.evidence['demandBack']).toBe('40.00');
  expect(found?.explanation).toContain('40.00 元須追回');
});

it('All three are needed where the fund reads it so; the reason is told in the finding', async () => {
  const ours = await reserve(party(), '100.00');
  await external(ours.enterprise.id, '200.00');
  expect((await shown(ours)).onHold).toBe(true);
  const reading = { reading: 'all-three', reason: '市財政局釋義函' };
  expect((await finance.post(`/funds/${FUND}/highest-of-three`, reading)).status).toBe(201);
  expect((await commit(ours)).status).toBe(201);
  await until('the hold is lifted', async () => !(await shown(ours)).onHold);
  await external(ours.enterprise.id, '150.00', { programme: 'private-enterprise-reward' });
  expect((await shown(ours)).onHold).toBe(true);
  await until('it is found', async () => (await findingOf(ours))?.status === 'open');
  expect((await findingOf(ours))?.explanation).toContain('市財政局釋義函');
  expect((await finance.post(`/funds/${FUND}/highest-of-three`, { reading: 'any-two', reason: '恢復' })).status).toBe(201);
  const { body } = await finance.get<{ items: { number: number; reading: string }[] }>(`/funds/${FUND}/highest-of-three`);
  expect(body.items.map(({ number, reading: read }) => [number, read])).toEqual([
    [2, 'any-two'],
    [1, 'all-three'],
    [0, 'any-two'],
  ]);
});

it('A merger brings the rewards of both together, and parting takes them apart', async () => {
  const [ours, other] = [await reserve(party(), '100.00'), await reserve(party(), '1.00')];
  await external(other.enterprise.id, '300.00');
  expect([(await shown(ours)).onHold, (await shown(other)).onHold]).toEqual([false, true]);
  const path = `/enterprises/${other.enterprise.id}`;
  expect((await finance.post(`${path}/merge`, { into: ours.enterprise.id, reason: '同一企業' })).status).toBe(200);
  expect([(await shown(ours)).onHold, (await shown(other)).onHold]).toEqual([true, true]);
  expect((await finance.post(`${path}/unmerge`, { reason: '兩家' })).status).toBe(200);
  expect([(await shown(ours)).onHold, (await shown(other)).onHold]).toEqual([false, true]);
});

describe('The register', () => {
  it.each<[string, object, string]>([
    ['an enterprise that nobody knows', { enterprise: '00000000-0000-7000-8000-0000000000aa' }, '/enterprise'],
    ['a name without a code', { enterprise: { name: '示例' } }, '/enterprise'],
    ['a code that is none', { enterprise: { name: '示例', organizationCode: '123456789' } }, '/enterprise/organizationCode'],
    ['another programme', { programme: 'another' }, '/programme'],
    ['a payment after today', { paidOn: '2999-01-01' }, '/paidOn'],
  ])('refuses %s', async (_, more, pointer) => {
    const refused = await external(party(), '1.00', more);
    expect([refused.status, refused.body.errors?.[0]?.pointer]).toEqual([400, pointer]);
  });

  it('takes a document once, needs a reason for a correction, and is read by everybody', async () => {
    const enterprise = party();
    const first = await external(enterprise, '1.00', { reference: '同一文號' });
    expect((await external(first.body.enterprise.id, '2.00', { reference: '同一文號' })).body.code).toBe('already-exists');
    const bare = await finance.request<Refusal>('PATCH', `/external-awards/${first.body.id}`, {
      body: {},
      headers: { 'if-match': '"1"' },
    });
    expect(bare.body.errors?.[0]?.pointer).toBe('/reason');
    const officer = await app.api('officer');
    const { body } = await officer.get<{ items: ExternalAwardDto[] }>(`/external-awards?enterprise=${first.body.enterprise.id}`);
    expect(body.items).toEqual([first.body]);
    expect((await officer.post('/external-awards', {})).status).toBe(403);
  });
});
