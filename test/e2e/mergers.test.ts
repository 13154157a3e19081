import type { AwardDto } from '../../src/awards/award.dto.js';
import type { EnterpriseDetailDto, EnterpriseDto } from '../../src/parties/enterprises/enterprise.dto.js';
import type { MergerDto } from '../../src/parties/enterprises/merger.dto.js';
import type { FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FUND, fundLine, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/*
 * Enterprises over HTTP (domain §6): details, former names, and what it comes to that two are found to be one, or two after all.
 */

interface Refusal {
  readonly code: string;
  readonly rule?: string;
  readonly conflictingAward?: { readonly id: string };
  readonly errors?: readonly { readonly pointer: string }[];
}

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let officer: Api;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  [finance, officer] = await Promise.all([app.api('finance'), app.api('officer')]);
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('1000000.00'));
  await fundLine(app.app.get(Ledger), 'demo-enterprise', yuan('40000000.00'));
});
afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));
afterAll(async () => {
  await app.close();
  await database.close();
});

async function reserve(body: Record<string, unknown>): Promise<AwardDto & Refusal> {
  return (await finance.post<AwardDto & Refusal>('/awards', awardRequest(body))).body;
}
const merge = (one: AwardDto, into: AwardDto) =>
  finance.post<MergerDto & Refusal>(`/enterprises/${one.enterprise.id}/merge`, {
    into: into.enterprise.id,
    reason: '換碼前後同一企業',
  });
const unmerge = (one: AwardDto) =>
  finance.post<MergerDto & Refusal>(`/enterprises/${one.enterprise.id}/unmerge`, { reason: '核實為兩家' });
const isOnHold = async ({ id }: AwardDto) => (await finance.get<AwardDto>(`/awards/${id}`)).body.onHold;
const commit = ({ id }: AwardDto) =>
  finance.post<Refusal>(`/awards/${id}/commitments`, { documentNo: '協議', effectiveOn: '2016-12-01' });
const same = (title: string, amount: string, more: object = {}) => ({ project: { title }, amount, ...more });

describe('Two enterprises that are found to be one', () => {
  it('have one subsidy for a project: the weaker award is held in the same transaction, a run opens the finding, and parting frees it', async () => {
    const strong = await reserve(same('合併甲', '200.00'));
    const weak = await reserve(same('合併甲', '100.00'));
    const other = await reserve(same('另一項目', '100.00', { enterprise: await partiesOf(weak) }));
    const merged = await merge(weak, strong);
    expect(merged.body).toMatchObject({
      id: weak.enterprise.id,
      mergedInto: strong.enterprise.id,
      holds: [{ award: weak.number, onHold: true }],
    });
    expect([await isOnHold(strong), await isOnHold(weak), await isOnHold(other)]).toEqual([false, true, false]);
    expect((await commit(weak)).body.code).toBe('award-on-hold');
    await until('the run that the merger asked for has found it', async () => {
      const { body } = await finance.get<FindingPageDto>(`/findings?fund=${FUND}&rule=one-subsidy&limit=200`);
      return body.items.some(
        ({ awards }) => awards.some(({ id }) => id === weak.id) && awards.some(({ id }) => id === strong.id),
      );
    });
    // Under either code the project has its subsidy.
    for (const known of [strong, weak]) {
      const third = await reserve(same('合併甲', '1.00', { enterprise: await partiesOf(known) }));
      expect([third.code, third.conflictingAward?.id]).toEqual(['project-already-subsidised', strong.id]);
    }
    const shown = (await finance.get<EnterpriseDetailDto>(`/enterprises/${strong.enterprise.id}`)).body;
    expect(shown.merged.map(({ id }) => id)).toEqual([weak.enterprise.id]);
    expect(shown.awards.count).toBe(3);
    const listed = await finance.get<{ items: AwardDto[] }>(`/awards?enterprise=${strong.enterprise.id}`);
    expect(listed.body.items.map(({ id }) => id).sort()).toEqual([strong.id, weak.id, other.id].sort());

    // What was awarded since goes with its own enterprise.
    const since = await reserve(same('合併後', '10.00', { enterprise: await partiesOf(weak) }));
    const parted = await unmerge(weak);
    expect(parted.body).toMatchObject({ mergedInto: null, holds: [{ award: weak.number, onHold: false }] });
    expect(await isOnHold(weak)).toBe(false);
    expect((await commit(weak)).status).toBe(201);
    expect((await reserve(same('合併後', '5.00', { enterprise: await partiesOf(strong) }))).code).toBeUndefined();
    const again = await reserve(same('合併後', '5.00', { enterprise: await partiesOf(weak) }));
    expect(again.conflictingAward?.id).toBe(since.id);
  });

  it('get once what is given once to an enterprise, and twice again when they are parted', async () => {
    const facts = { certified: true, growthYear1: '30', growthYear2: '30', growthYear3: '30' };
    const demo = { line: 'demo-enterprise', amount: '2000000.00', facts };
    const one = await reserve({ ...demo, project: { title: '示範甲' } });
    const two = await reserve(same('別的', '1.00'));
    expect((await merge(two, one)).status).toBe(200);
    const refused = await reserve({ ...demo, project: { title: '示範乙' }, enterprise: await partiesOf(two) });
    expect([refused.code, refused.rule]).toEqual(['line-rule-violated', 'once-per-enterprise']);
    expect((await unmerge(two)).status).toBe(200);
    expect((await reserve({ ...demo, project: { title: '示範乙' }, enterprise: await partiesOf(two) })).code).toBeUndefined();
  });

  it('carry along whom they were merged with before, and part only as far as it is said', async () => {
    const [a, b, c] = [
      await reserve(same('三家', '300.00')),
      await reserve(same('三家', '200.00')),
      await reserve(same('三家', '100.00')),
    ];
    expect((await merge(c, b)).status).toBe(200);
    expect((await merge(b, a)).status).toBe(200);
    expect([await isOnHold(a), await isOnHold(b), await isOnHold(c)]).toEqual([false, true, true]);
    expect((await merge(a, c)).body.errors?.[0]?.pointer).toBe('/into');
    expect((await merge(b, a)).body.code).toBe('already-decided');
    expect((await unmerge(b)).status).toBe(200);
    // B and C are one still: the stronger of them stands.
    expect([await isOnHold(a), await isOnHold(b), await isOnHold(c)]).toEqual([false, false, true]);
    expect((await unmerge(c)).status).toBe(200);
    expect(await isOnHold(c)).toBe(false);
    expect((await unmerge(c)).body.code).toBe('already-decided');
  });

  it('may be merged by finance alone, into one that is there, and the same request is answered again', async () => {
    const [one, two] = [await reserve(same('甲', '1.00')), await reserve(same('乙', '1.00'))];
    const path = `/enterprises/${one.enterprise.id}/merge`;
    expect((await officer.post(path, { into: two.enterprise.id, reason: '同一' })).status).toBe(403);
    const nobody = await finance.post<Refusal>(path, { into: '00000000-0000-7000-8000-0000000000aa', reason: '同一' });
    expect([nobody.status, nobody.body.errors?.[0]?.pointer]).toEqual([400, '/into']);
    expect((await finance.post<Refusal>(path, { into: one.enterprise.id, reason: '同一' })).body.errors?.[0]?.pointer).toBe(
      '/into',
    );
    const body = { into: two.enterprise.id, reason: '同一' };
    const first = await finance.post<MergerDto>(path, body, { key: 'merge-once' });
    const again = await finance.post<MergerDto>(path, body, { key: 'merge-once' });
    expect([again.status, again.headers.get('idempotent-replayed'), again.body]).toEqual([200, 'true', first.body]);
  });
});

describe('An enterprise', () => {
  it('has details that are told with its award, kept where nothing was known, and changed by who has read its version', async () => {
    const details = { address: '示例路1號801室', bankAccount: '6222 0000-0000 6789' };
    const enterprise = { ...(awardRequest()['enterprise'] as object), details };
    const award = await reserve({ enterprise });
    const path = `/enterprises/${award.enterprise.id}`;
    const shown = await finance.get<EnterpriseDetailDto>(path);
    expect(shown.body.details).toEqual({
      address: '示例路1號801室',
      legalRepresentative: null,
      phone: null,
      bankAccount: '****6789',
    });
    await reserve({ enterprise: { ...enterprise, details: { address: '另一地址', phone: '020-1' } }, project: { title: '另' } });
    const filled = await finance.get<EnterpriseDetailDto>(path);
    expect(filled.body.details).toMatchObject({ address: '示例路1號801室', phone: '020-1' });
    const stored = await database.db.rows(`SELECT * FROM enterprise WHERE id = $1`, [award.enterprise.id]);
    expect(JSON.stringify(stored)).not.toContain('62220000');

    const change = { name: '示例更名公司', legalRepresentative: '示例甲', phone: null, bankAccount: '1234 5678' };
    expect((await officer.request('PATCH', path, { body: change })).status).toBe(428);
    const tag = filled.headers.get('etag') ?? '';
    const changed = await officer.request<EnterpriseDetailDto>('PATCH', path, { body: change, headers: { 'if-match': tag } });
    expect(changed.body).toMatchObject({
      name: '示例更名公司',
      formerNames: [award.enterprise.name],
      details: { address: '示例路1號801室', legalRepresentative: '示例甲', phone: null, bankAccount: '****5678' },
    });
    expect((await officer.request('PATCH', path, { body: change, headers: { 'if-match': tag } })).status).toBe(412);
    const now = changed.headers.get('etag') ?? '';
    const faulty = await officer.request<Refusal>('PATCH', path, { body: { bankAccount: '12' }, headers: { 'if-match': now } });
    expect([faulty.status, faulty.body.errors?.[0]?.pointer]).toEqual([400, '/bankAccount']);
  });
});

/** The enterprise of an award as a request names it. */
async function partiesOf({ enterprise }: AwardDto): Promise<object> {
  const { name, organizationCode } = (await finance.get<EnterpriseDto>(`/enterprises/${enterprise.id}`)).body;
  return { name, organizationCode };
}
