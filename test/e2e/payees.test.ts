import { randomUUID } from 'node:crypto';
import { inflateRawSync } from 'node:zlib';
import { LINE_OF_PAYMENTS } from '../../migrations/1700000000014-payees.js';
import type { AwardHistoryDto } from '../../src/awards/award-history.dto.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { AwardPageDto } from '../../src/awards/list/award-query.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type Answer, type Api, type TestApp } from '../support/app.js';
import { awardRequest } from '../support/award-request.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, yuan } from '../support/ledger.js';

/*
 * To whom a payment went and by which voucher (支付憑證): told with the award, and of the account nothing but its last four characters.
 */

interface Refusal {
  readonly code: string;
  readonly errors?: readonly { readonly pointer: string }[];
}

const ON = { effectiveOn: '2016-05-04' };
const ACCOUNT = '6222 0000-9753 1864';
const PAYEE = { name: '廣州示例收款有限公司', bankAccount: ACCOUNT, bank: '中國示例銀行廣州分行' };
const SHOWN = { ...PAYEE, bankAccount: '****1864' };
const VOUCHER = { voucherNo: '穗財支〔2016〕000123', paidOn: '2016-05-03' };

let database: TestDatabase;
let app: TestApp;
let finance: Api;
let serial = 0;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url });
  finance = await app.api('finance');
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('1000000.00'));
});
afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));
afterAll(async () => {
  await app.close();
  await database.close();
});

/** An award of 100.00 that is committed. */
async function committed(more: Record<string, unknown> = {}): Promise<AwardDto> {
  const { body } = await finance.post<AwardDto>('/awards', awardRequest({ amount: '100.00', ...more }));
  expect((await finance.post(`/awards/${body.id}/commitments`, { documentNo: '協議', ...ON })).status).toBe(201);
  return body;
}

/** The award without what was odd of the write: that is told in its answer alone. */
const unwarned = ({ warnings: _, ...award }: AwardDto): AwardDto => award;

/** Pays so much of it; a reference of its own each time, unless one is given. */
function pay<T = AwardDto>({ id }: AwardDto, amount: string, more: object = {}, key = randomUUID()): Promise<Answer<T>> {
  serial += 1;
  return finance.post<T>(`/awards/${id}/disbursements`, { amount, paymentRef: `ZF-${serial}`, ...ON, ...more }, { key });
}

describe('A payment', () => {
  it('tells its payee, with the account masked, and its voucher: in its answer, on a replay, with the award, in the journal', async () => {
    const award = await committed();
    const key = randomUUID();
    const said = { paymentRef: 'ZF-2016-1', payee: PAYEE, ...VOUCHER };
    const paid = await pay(award, '60.00', said, key);
    const first = { paymentRef: 'ZF-2016-1', amount: '60.00', payee: SHOWN, ...VOUCHER };
    expect([paid.status, paid.body.payments]).toEqual([201, [expect.objectContaining(first)]]);
    const second = await pay(award, '40.00');
    expect(second.body.payments).toHaveLength(2);
    for (const name of ['payee', 'voucherNo', 'paidOn']) expect(second.body.payments?.[1]).not.toHaveProperty(name);

    const replayed = await pay(award, '60.00', said, key);
    expect([replayed.headers.get('idempotent-replayed'), replayed.body]).toEqual(['true', paid.body]);
    const { body: shown } = await finance.get<AwardDto>(`/awards/${award.id}`);
    expect(shown).toEqual(unwarned(second.body));
    const { body: history } = await finance.get<AwardHistoryDto>(`/awards/${award.id}/history`);
    expect(history.items.map(({ details }) => details).slice(0, 2)).toEqual([
      { paymentRef: second.body.payments?.[1]?.paymentRef },
      { paymentRef: 'ZF-2016-1', payee: SHOWN, ...VOUCHER },
    ]);
  });

  it('keeps of the account a mask and what the enterprise’s own is compared by, and nowhere its number', async () => {
    const enterprise = { ...(awardRequest()['enterprise'] as object), details: { bankAccount: '6222000097531864' } };
    const award = await committed({ enterprise });
    expect((await pay(award, '1.00', { payee: PAYEE, ...VOUCHER })).status).toBe(201);
    const wrong = await pay<Refusal>(award, '1.00', { payee: { ...PAYEE, bankAccount: `${ACCOUNT}!` } });
    expect([wrong.status, wrong.body.errors?.map(({ pointer }) => pointer)]).toEqual([400, ['/payee/bankAccount']]);
    const late = await pay<Refusal>(award, '1.00', { payee: PAYEE, paidOn: '2999-01-01' });
    expect(`${JSON.stringify(wrong.body)}${JSON.stringify(late.body)}`).not.toMatch(/9753/);

    const same = await database.db.rows(
      `SELECT p.payee_account_masked AS masked FROM payment p JOIN award a ON a.id = p.award_id JOIN enterprise e ON e.id = a.enterprise_id
        WHERE a.id = $1 AND p.payee_account_hash = e.bank_account_hash`,
      [award.id],
    );
    expect(same).toEqual([{ masked: '****1864' }]);
    const everything = await dumped();
    expect(everything).toContain('廣州示例收款有限公司');
    expect(everything.replaceAll(/[ -]/g, '')).not.toContain('6222000097531864');
  });

  it('may have the voucher of another, and the date of another day or year than the books', async () => {
    const [one, other] = [await committed(), await committed()];
    const voucher = { voucherNo: '穗財支〔2016〕000200', paidOn: '2017-01-03' };
    for (const award of [one, other]) {
      const paid = await pay(award, '10.00', voucher);
      expect(paid.body.payments).toEqual([expect.objectContaining({ ...voucher, ...ON })]);
    }
  });

  it.each([
    ['a voucher of a day to come', { paidOn: '2999-01-01' }, '/paidOn'],
    ['a voucher from before the approval', { paidOn: '2016-02-29' }, '/paidOn'],
    ['no date', { paidOn: '2016-02-30' }, '/paidOn'],
    ['a voucher number that does not show', { voucherNo: '\u{200b}' }, '/voucherNo'],
    ['null for nobody', { payee: null }, '/payee'],
    ['a payee without bank', { payee: { name: '甲', bankAccount: '12345678' } }, '/payee/bank'],
    ['a payee without account', { payee: { name: '甲', bank: '乙' } }, '/payee/bankAccount'],
    ['a payee without name', { payee: { bankAccount: '12345678', bank: '乙' } }, '/payee/name'],
    ['what nobody asked for', { payee: { ...PAYEE, swift: 'X' } }, '/payee/swift'],
  ])('is refused with %s, and leaves nothing behind', async (_, more, pointer) => {
    const award = await committed();
    const refused = await pay<Refusal>(award, '10.00', more);
    expect([refused.status, refused.body.code, [...new Set(refused.body.errors?.map((one) => one.pointer))]]).toEqual([
      400,
      'validation-failed',
      [pointer],
    ]);
    const { body } = await finance.get<AwardDto>(`/awards/${award.id}`);
    expect([body.version, body.payments, body.amounts.disbursed]).toEqual([2, [], '0.00']);
  });

  it('on the day of the approval is none too early', async () => {
    expect((await pay(await committed(), '10.00', { paidOn: '2016-03-01' })).status).toBe(201);
  });
});

describe('An award', () => {
  it('tells payments, demands, holds and its date alike in every answer, on a replay and by itself, and without money in a list', async () => {
    const { body: made } = await finance.post<AwardDto>('/awards', awardRequest({ amount: '100.00' }));
    expect(made).toMatchObject({ effectiveOn: '2016-03-02', payments: [], demands: [], holds: [] });
    const path = `/awards/${made.id}`;
    const cited = { paymentRef: 'zf 2016—9', reason: '賬號有誤', ...ON };
    const steps: [string, (last: AwardDto) => object][] = [
      ['commitments', () => ({ documentNo: '協議', ...ON })],
      ['disbursements', () => ({ amount: '60.00', paymentRef: 'ZF2016-9', payee: PAYEE, ...VOUCHER, ...ON })],
      ['returns', () => ({ amount: '10.00', ...cited })],
      ['recovery-demands', () => ({ amount: '20.00', ...cited })],
      ['recoveries', ({ demands }) => ({ amount: '5.00', demandId: demands?.[0]?.id, receiptRef: 'SK-9', ...ON })],
      ['releases', () => ({ from: 'committed', reason: '終止', ...ON })],
    ];
    let last = made;
    for (const [step, body] of steps) {
      const key = randomUUID();
      const said = body(last);
      const answer = await finance.post<AwardDto>(`${path}/${step}`, said, { key });
      expect([step, answer.status]).toEqual([step, 201]);
      expect((await finance.get<AwardDto>(path)).body).toEqual(unwarned(answer.body));
      expect((await finance.post<AwardDto>(`${path}/${step}`, said, { key })).body).toEqual(answer.body);
      last = answer.body;
    }
    expect(last).toMatchObject({ effectiveOn: '2016-03-02', holds: [], onHold: false });
    expect(last.payments).toEqual([
      {
        paymentRef: 'ZF2016-9',
        amount: '60.00',
        ...ON,
        returned: '10.00',
        demanded: '20.00',
        recovered: '5.00',
        payee: SHOWN,
        ...VOUCHER,
      },
    ]);
    expect(last.demands).toEqual([{ id: last.demands?.[0]?.id, amount: '20.00', received: '5.00', status: 'open' }]);
    const { body: list } = await finance.get<AwardPageDto>('/awards?limit=1');
    const { payments, demands, ...listed } = last;
    expect([list.items[0], payments?.length, demands?.length]).toEqual([listed, 1, 1]);
  });
});

it('A payment from before it had a line gets its award’s', async () => {
  await pay(await committed(), '10.00');
  await asOwner(database, async (owner) => {
    await owner.query('ALTER TABLE payment DROP COLUMN line_id');
    await owner.query(LINE_OF_PAYMENTS);
  });
  const [counted] = await database.db.rows<{ all: bigint; astray: bigint }>(
    `SELECT count(*) AS all, count(*) FILTER (WHERE p.line_id IS DISTINCT FROM a.line_id) AS astray FROM payment p JOIN award a ON a.id = p.award_id`,
  );
  expect([counted?.all === 0n, counted?.astray]).toEqual([false, 0n]);
  expect((await pay(await committed(), '10.00')).status).toBe(201);
});

/** All rows of all tables as text, with the answers that are kept, which are packed. */
async function dumped(): Promise<string> {
  return asOwner(database, async (owner) => {
    const { rows: tables } = await owner.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const parts: string[] = [];
    for (const { name } of tables) {
      const { rows } = await owner.query<{ row: string }>(`SELECT t::text AS row FROM ${name} t`);
      parts.push(...rows.map(({ row }) => row));
    }
    const { rows: pages } = await owner.query<{ texts: Buffer }>('SELECT texts FROM answer_page');
    return [...parts, ...pages.map(({ texts }) => inflateRawSync(texts).toString())].join('\n');
  });
}
