import type { ApprovalDto } from '../../src/approvals/index.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { LineDto } from '../../src/budget/lines/programme-line.dto.js';
import type { ExternalAwardDto } from '../../src/parties/external-awards/external-award.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import type { Answer } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { BUDGET, budgetEntry, Desk, payment } from '../support/desk.js';
import { brokenInvariants } from '../support/invariants.js';
import { FUND } from '../support/ledger.js';
import { openReconciliation, type Reconciliation } from '../support/reconciliation.js';

/*
 * What the policy's fund asks a second person for (domain §3, Approvals): each is asked for and posts nothing, and does, once another has
 * agreed, exactly what it does in a fund without a policy.
 */

/** A fund, and how something is done in it. */
interface World {
  readonly desk: Desk;
  readonly reconciliation: Reconciliation;
  /** By the maker alone, or with the checker: what the route answers. */
  done<T>(path: string, body: object): Promise<T>;
}

/** Something that the fund asks a second person for. */
interface Request {
  readonly method?: 'PATCH';
  readonly path: string;
  readonly body: object;
  readonly version?: number;
}

let alone: World;
let agreed: World;
let checkerId: string;
let makerId: string;

beforeAll(async () => {
  const [one, two] = await Promise.all([Desk.open(null), Desk.open()]);
  alone = {
    desk: one,
    reconciliation: openReconciliation(one.database, one.app.app.get(Ledger)),
    done: async <T>(path: string, body: object) => (await one.finance.post<T>(path, body)).body,
  };
  agreed = {
    desk: two,
    reconciliation: openReconciliation(two.database, two.app.app.get(Ledger)),
    done: (path, body) => two.done(path, body),
  };
  [makerId, checkerId] = await Promise.all([two.idOf('finance'), two.idOf('finance2')]);
});
afterEach(async () => {
  for (const { desk } of [alone, agreed]) expect(await brokenInvariants(desk.database.db)).toEqual({});
});
afterAll(async () => {
  for (const { desk, reconciliation } of [alone, agreed]) {
    await reconciliation.close();
    await desk.close();
  }
});

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const INSTANT = /\d{4}-\d\d-\d\dT[\d:.]+Z/g;

/** What does not differ between two funds in which the same was done. */
function alike(answer: unknown): unknown {
  return JSON.parse(JSON.stringify(answer).replaceAll(UUID, 'id').replaceAll(INSTANT, 'instant'));
}

function send<T>({ desk }: World, { method, path, body, version }: Request): Promise<Answer<T>> {
  if (method === undefined) return desk.finance.post<T>(path, body);
  return desk.finance.request<T>(method, path, { body, headers: { 'if-match': `"${version ?? 1}"` } });
}

/** The same bodies in both worlds. */
const once = <T>(make: () => T): (() => T) => {
  let made: { value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

/** A committed award, the same in both. */
function committedAward(): (world: World) => Promise<AwardDto> {
  const body = once(() => awardRequest({ amount: '100.00' }));
  return ({ desk }) => desk.committed(body());
}

/** A project reserved, and a second award of it. */
function secondOf(more: Record<string, unknown>): (world: World, first?: AwardDto) => Record<string, unknown> {
  const body = once(() => awardRequest({ amount: '50.00', ...more }));
  return () => body();
}

/** A finding about two awards of one project, of which the second was approved on paper. */
async function finding({ desk, reconciliation, done }: World, first: object, second: object) {
  const { body: one } = await desk.finance.post<AwardDto>('/awards', first);
  const two = await done<AwardDto>('/awards', second);
  await reconciliation.run();
  const found = (await reconciliation.findings('open')).find(({ award_ids: ids }) => ids.includes(two.id));
  return { one, two, path: `/findings/${found?.id}/resolve` };
}

/** How to settle a new finding in either world. */
function settling(body: (awards: { one: AwardDto; two: AwardDto }) => object): (world: World) => Promise<Request> {
  const first = once(() => awardRequest({ amount: '60.00' }));
  const second = once(() => ({
    ...awardRequest({ amount: '50.00' }),
    enterprise: first()['enterprise'],
    project: first()['project'],
    approvedOffline: true,
  }));
  return async (world) => {
    const { path, ...awards } = await finding(world, first(), second());
    return { path, body: { reason: '核實', ...body(awards) } };
  };
}

const budget = (kind: string, amount: string, more: object = {}) => {
  const body = once(() => budgetEntry(kind, amount, more));
  return (): Promise<Request> => Promise.resolve({ path: BUDGET, body: body() });
};

function distinct(): (world: World) => Promise<Request> {
  const first = once(() => awardRequest({ amount: '60.00' }));
  const second = secondOf({});
  return async (world) => {
    const { body } = await world.desk.finance.post<AwardDto>('/awards', first());
    const distinctFrom = [{ award: body.id, reason: '兩個倉庫' }];
    return {
      path: '/awards',
      body: { ...second(world), enterprise: first()['enterprise'], project: first()['project'], distinctFrom },
    };
  };
}

function offline(): () => Promise<Request> {
  const body = once(() => awardRequest({ amount: '70.00', approvedOffline: true }));
  return () => Promise.resolve({ path: '/awards', body: body() });
}

function paying(): (world: World) => Promise<Request> {
  const [award, body] = [committedAward(), once(() => payment())];
  return async (world) => ({ path: `/awards/${(await award(world)).id}/disbursements`, body: body() });
}

/** Two enterprises with a project of one name each, merged already where they are to part again. */
function merging(isUnmerge: boolean): (world: World) => Promise<Request> {
  const project = { title: `合併示例 ${isUnmerge ? '乙' : '甲'}` };
  const [first, second] = [once(() => awardRequest({ project, amount: '9.00' })), once(() => awardRequest({ project }))];
  return async ({ desk, done }) => {
    const [one, two] = [
      await desk.finance.post<AwardDto>('/awards', first()),
      await desk.finance.post<AwardDto>('/awards', second()),
    ];
    const merge = {
      path: `/enterprises/${two.body.enterprise.id}/merge`,
      body: { into: one.body.enterprise.id, reason: '同一企業' },
    };
    if (!isUnmerge) return merge;
    await done(merge.path, merge.body);
    return { path: `/enterprises/${two.body.enterprise.id}/unmerge`, body: { reason: '核實為兩家' } };
  };
}

function correcting(change: object): (world: World) => Promise<Request> {
  const first = once(() => awardRequest({}));
  return async ({ desk }) => {
    const { body: award } = await desk.finance.post<AwardDto>('/awards', first());
    const reward = { programme: 'headquarters-reward', enterprise: award.enterprise.id, fiscalYear: 2016, amount: '5.00' };
    const { body } = await desk.finance.post<ExternalAwardDto>('/external-awards', {
      ...reward,
      reference: `穗總部${JSON.stringify(change)}`,
    });
    return { method: 'PATCH', path: `/external-awards/${body.id}`, version: body.version, body: { reason: '更正', ...change } };
  };
}

function line(code: string, change: (line: LineDto) => object): (world: World) => Promise<Request> {
  return async ({ desk }) => {
    const path = `/funds/${FUND}/lines/${code}`;
    const { body } = await desk.finance.get<LineDto>(path);
    return {
      method: 'PATCH',
      path,
      version: body.version,
      body: { reason: '新細則', documentNo: '穗財〔2016〕8號', ...change(body) },
    };
  };
}

const REQUESTS: readonly (readonly [what: string, kind: string, make: (world: World) => Promise<Request>])[] = [
  ['An appropriation', 'appropriation', budget('appropriation', '100000.00')],
  ['A supplement', 'supplement', budget('supplement', '1000.00', { ceilingDocumentNo: '穗府〔2016〕9號' })],
  ['A reduction of the year', 'reduction', budget('reduction', '1000.00')],
  ['A reduction of a line', 'reduction', budget('reduction', '1000.00', { line: 'market-app' })],
  [
    'A reduction with an override',
    'override',
    budget('reduction', '10000000.00', {
      line: 'headquarters',
      override: { reason: '市政府決定', documentNo: '穗紀〔2016〕1號', expiresOn: '2999-12-31' },
    }),
  ],
  ['A virement', 'virement', budget('virement', '1000.00', { fromLine: 'market-app', toLine: 'manufacturing-app' })],
  ['An allotment', 'allotment', budget('allotment', '1000.00', { line: 'market-app' })],
  ['The return of an allotment', 'allotment-return', budget('allotment-return', '1000.00', { line: 'market-app' })],
  ['A payment', 'disbursement', paying()],
  ['An award approved on paper', 'approved-offline', offline()],
  ['An award that is said to be another project', 'distinct-from', distinct()],
  ['A merger', 'merge', merging(false)],
  ['The end of a merger', 'unmerge', merging(true)],
  ['The correction of an external award', 'external-award-correction', correcting({ amount: '7.00' })],
  ['The withdrawal of an external award', 'external-award-correction', correcting({ withdrawn: true })],
  ['A line’s rule', 'line-rule', line('platform-top3', ({ rule }) => ({ rule }))],
  ['A line’s form alone', 'line-rule', line('mobile-innovation', () => ({ form: 'reward' }))],
  ['A settlement that keeps', 'settlement', settling(({ one }) => ({ resolution: 'keep', award: one.id }))],
  [
    'A settlement that releases',
    'settlement',
    settling(({ two }) => ({ resolution: 'release', awards: [two.id], effectiveOn: '2016-07-01' })),
  ],
  ['A settlement that dismisses', 'settlement', settling(() => ({ resolution: 'dismiss' }))],
  ['A settlement that acknowledges', 'settlement', settling(() => ({ resolution: 'acknowledge', until: '2999-12-31' }))],
];

/** Who the journal, or the versions of lines' rules, say has made and checked what the approval did. */
function signedOf({ id }: ApprovalDto) {
  return agreed.desk.database.db.rows<{ actor: string; checked: string[] }>(
    `SELECT actor_id AS actor, checked_by AS checked FROM journal_entry WHERE approval_id = $1
      UNION ALL SELECT changed_by, checked_by FROM line_rule_version WHERE approval_id = $1`,
    [id],
  );
}

test.each(REQUESTS)('%s waits for a second person, and is then done as it always was', async (_, kind, make) => {
  const usual = await send(alone, await make(alone));
  expect([200, 201]).toContain(usual.status);
  const request = await make(agreed);
  const before = await agreed.desk.entries();
  const asked = await send<ApprovalDto>(agreed, request);
  expect({ status: asked.status, body: asked.body }).toMatchObject({
    status: 202,
    body: { kind, status: 'pending', requestedBy: 'finance', mayDecide: ['finance2'], steps: { needed: 1, given: 0 } },
  });
  expect(await agreed.desk.entries()).toBe(before);
  expect(await signedOf(asked.body)).toEqual([]);
  const done = await agreed.desk.approve(asked.body);
  expect({ status: done.status, body: done.body }).toMatchObject({
    status: 200,
    body: { status: 'approved', decidedBy: 'finance2' },
  });
  expect(alike(done.body.result)).toEqual(alike(usual.body));
  const signed = await signedOf(asked.body);
  expect(signed.length).toBeGreaterThan(0);
  for (const { actor, checked } of signed) expect([actor, checked]).toEqual([makerId, [checkerId]]);
});
