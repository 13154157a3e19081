import { randomUUID } from 'node:crypto';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { AwardBatchResultDto } from '../../src/awards/award-batch.dto.js';
import { askSecondPerson } from '../support/approvals.js';
import { asOwner } from '../support/database.js';
import { until } from '../support/until.js';
import { awardRequest } from '../support/award-request.js';
import { brokenInvariants } from '../support/invariants.js';
import { Desk, type Refusal } from '../support/desk.js';

/*
 * What is sent again while it waits, or while the policy changes, has one effect and one answer.
 */

let desk: Desk;

beforeAll(async () => {
  desk = await Desk.open();
});
afterEach(async () => {
  await askSecondPerson(desk.database);
  expect(await brokenInvariants(desk.database.db)).toEqual({});
});
afterAll(() => desk.close());

const batch = (mode: 'each' | 'all', awards: object[], key: string) =>
  desk.finance.post<AwardBatchResultDto & ApprovalDto & Refusal>('/awards/batch', { mode, awards }, { key });
const pending = async (): Promise<number> => {
  const [row] = await desk.database.db.rows<{ count: bigint }>(`SELECT count(*) FROM approval WHERE status = 'pending'`);
  return Number(row?.count);
};

test('A batch of mode each of which every award waits is answered the same again', async () => {
  const awards = [awardRequest({ approvedOffline: true }), awardRequest({ approvedOffline: true })];
  const [key, before] = [randomUUID(), await pending()];
  const first = await batch('each', awards, key);
  expect(first.body.results.map(({ status }) => status)).toEqual([202, 202]);
  const again = await batch('each', awards, key);
  expect([again.status, again.body]).toEqual([200, first.body]);
  expect(again.headers.get('idempotent-replayed')).toBe('true');
  expect(await pending()).toBe(before + 2);
  const other = await batch('each', [awardRequest()], key);
  expect([other.status, other.body.code]).toEqual([422, 'idempotency-key-reused']);
});

test('A batch of mode all that waits still waits when it is sent again, though the fund asks for nobody by then', async () => {
  const awards = [awardRequest({ approvedOffline: true })];
  const key = randomUUID();
  const first = await batch('all', awards, key);
  expect(first.status).toBe(202);
  await askSecondPerson(desk.database, []);
  const before = await desk.entries();
  const again = await batch('all', awards, key);
  expect([again.status, again.body]).toEqual([202, first.body]);
  expect(await desk.entries()).toBe(before);
});

describe('Who saw that the fund asks for more people by now', () => {
  it('is one of them, of a payment', async () => {
    await askSecondPerson(desk.database, [{ kind: 'disbursement' }]);
    const asked = await desk.payment();
    await askSecondPerson(desk.database, [{ kind: 'disbursement', steps: 2 }]);
    const now = await desk.shown(asked, desk.finance2);
    expect(now.steps).toEqual({ needed: 2, given: 0 });
    expect(await desk.approve(now)).toMatchObject({ status: 200, body: { status: 'pending', steps: { needed: 2, given: 1 } } });
    const third = await desk.person();
    // Made after it was asked for.
    expect(await desk.approve(now, third.api)).toMatchObject({ status: 403 });
  });

  it('is one of them, of a change of a line’s rule', async () => {
    const third = await desk.person();
    await askSecondPerson(desk.database, [{ kind: 'line-rule' }]);
    const asked = await changeRule({ reason: '調整上限', documentNo: '穗財〔2016〕8號' });
    expect(asked.status).toBe(202);
    await askSecondPerson(desk.database, [{ kind: 'line-rule', steps: 2 }]);
    const now = await desk.shown(asked.body, desk.finance2);
    expect(await desk.approve(now)).toMatchObject({ status: 200, body: { status: 'pending', steps: { needed: 2, given: 1 } } });
    expect(await desk.approve(now, third.api)).toMatchObject({ status: 200, body: { status: 'approved' } });
  });
});

test('A change of a line’s rule shows the rule that would be stored, whatever its day; sent again it waits once', async () => {
  const before = await pending();
  const said = { reason: '自明年起調整', documentNo: '穗財〔2016〕9號', effectiveOn: '2029-01-01' };
  const first = await changeRule(said);
  expect(first.body.preview.change).toMatchObject({
    after: {
      ruleChange: {
        effectiveOn: '2029-01-01',
        documentNo: '穗財〔2016〕9號',
        rule: { amount: { kind: 'fixed', amount: '5000.00' } },
      },
    },
  });
  const again = await changeRule(said);
  expect([again.status, again.body.id]).toEqual([202, first.body.id]);
  expect(await pending()).toBe(before + 1);
});

test('A change of a line’s rule that is under way when the fund comes to ask for a second person waits for one', async () => {
  await askSecondPerson(desk.database, []);
  const isStopped = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%account%'`;
  const changing = await asOwner(desk.database, async (owner) => {
    await owner.query(
      `BEGIN; SELECT 1 FROM account WHERE line_id = (SELECT id FROM programme_line WHERE code = 'market-app') FOR UPDATE`,
    );
    const waits = { answer: changeRule({ reason: '再調整', documentNo: '穗財〔2016〕10號' }) };
    await until('it waits for the line', async () => (await desk.database.db.rows(isStopped)).length > 0);
    await askSecondPerson(desk.database, [{ kind: 'line-rule' }]);
    await owner.query('COMMIT');
    return waits;
  });
  expect(await changing.answer).toMatchObject({ status: 202, body: { kind: 'line-rule', status: 'pending' } });
});

async function changeRule(said: object) {
  const path = '/funds/gz-ecommerce/lines/market-app';
  const known = await desk.finance.get<{ rule: object }>(path);
  return desk.finance.request<ApprovalDto>('PATCH', path, {
    headers: { 'if-match': known.headers.get('etag') ?? '' },
    body: { rule: { ...known.body.rule, amount: { kind: 'fixed', amount: '5000.00' } }, ...said },
  });
}
