import { randomUUID } from 'node:crypto';
import type { Ledger, LedgerEvent, Payee, PostResult, ReserveEvent } from '../../src/ledger/index.js';
import { setTalentRate } from '../support/line-rule.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FINANCE, FUND, fundLine, mustPost, openLedger, postOne, project, reservation, yuan } from '../support/ledger.js';

/*
 * A payment to somebody else than the award's enterprise or person, to another account than before, or by a voucher that stands on another
 * payment is accepted, and told (api.md, Warnings).
 */

let database: TestDatabase;
let ledger: Ledger;
let another: Ledger;
const A = 'manufacturing-app';
const B = 'mobile-innovation';

beforeAll(async () => {
  database = await testDatabase({ poolSize: 8 });
  ledger = openLedger(database.db);
  another = openLedger(database.db);
  await fundLine(ledger, A, yuan('1000000.00'));
  await fundLine(ledger, B, yuan('1000000.00'));
});
afterAll(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
});

let serial = 0;
type Party = ReserveEvent['enterprise'];
const enterprise = (more: Partial<Party> = {}): Party => {
  serial += 1;
  return {
    name: `廣州示例收款${serial}有限公司`,
    organizationCode: `Y${String(serial).padStart(8, '0')}`,
    creditCode: null,
    ...more,
  };
};
const account = (digits: string): Pick<Payee, 'accountHash' | 'accountMasked'> => ({
  accountHash: digits.repeat(16),
  accountMasked: `****${digits}`,
});
const payee = (name: string, digits = '1111'): Payee => ({ name, bank: '示例銀行', ...account(digits) });
const details = (digits: string): NonNullable<Party['details']> => ({
  address: null,
  legalRepresentative: null,
  phone: null,
  bankAccountHash: digits.repeat(16),
  bankAccountMasked: `****${digits}`,
});

/** An award of 100.00 that was shown to the public and is committed. */
async function committed(party: Party, more: Partial<ReserveEvent> = {}): Promise<string> {
  serial += 1;
  const publicity = { from: '2016-03-01', to: '2016-03-07', reference: '公示', objections: null };
  const event = reservation({
    enterprise: party,
    project: project(`收款項目${serial}`),
    amountFen: yuan('100.00'),
    publicity,
    ...more,
  });
  const { award } = await mustPost(ledger, event);
  const awardId = award?.id ?? '';
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-04-01' });
  return awardId;
}

interface Said {
  readonly payee?: Payee;
  readonly voucherNo?: string;
  readonly paymentRef?: string;
}
const payment = (awardId: string, more: Said = {}): LedgerEvent => {
  serial += 1;
  return { kind: 'disburse', awardId, amountFen: 100n, paymentRef: `收款-${serial}`, effectiveOn: '2016-05-01', ...more };
};
const said = (result: PostResult): readonly string[] =>
  result.ok ? (result.warnings ?? []).map(({ code }) => code) : [result.problem.code];
const pay = async (awardId: string, more: Said = {}, by = ledger): Promise<readonly string[]> =>
  said(await postOne(by, payment(awardId, more)));
const STRANGER = ['payee-not-the-enterprise'];
const ACCOUNT = ['another-account'];
const VOUCHER = ['voucher-used-before'];

describe('The payee', () => {
  test('that is somebody else is told; the enterprise in whatever script, width or case is not, nor is nobody', async () => {
    const id = await committed(enterprise({ name: '廣州示例(電商)ABC有限公司' }));
    expect(await pay(id, { payee: payee('廣州示例(電商)ABC有限公司') })).toEqual([]);
    expect(await pay(id, { payee: payee('广州示例（电商）abc 有限公司') })).toEqual([]);
    expect(await pay(id, { payee: payee('廣州示例(電商)有限公司') })).toEqual(STRANGER);
    expect(await pay(id)).toEqual([]);
    const result = await mustPost(ledger, payment(id, { payee: payee('李四') }));
    expect(result.warnings?.[0]?.detail).toEqual({
      zh: '收款人「李四」不是該扶持項目的「廣州示例(電商)ABC有限公司」,也不是其曾用或其他名稱,請核對收款人',
      en: 'The payee “李四” is not the award’s “廣州示例(電商)ABC有限公司”, nor another or former name of it: check the payee',
    });
  });

  test('under another or a former name, or that of whom it is merged with, is not', async () => {
    const party = enterprise();
    const id = await committed(party);
    expect(await pay(id, { payee: payee('示例新名有限公司') })).toEqual(STRANGER);
    await mustPost(ledger, reservation({ enterprise: { ...party, name: '示例新名有限公司' }, amountFen: 100n }));
    expect(await pay(id, { payee: payee('示例新名有限公司') })).toEqual([]);
    await asOwner(database, (owner) =>
      owner.query(
        `INSERT INTO enterprise_alias (fund_id, enterprise_id, kind, value, recorded_at)
         SELECT fund_id, enterprise_id, 'former-name', '示例舊名有限公司', now() FROM award WHERE id = $1`,
        [id],
      ),
    );
    expect(await pay(id, { payee: payee('示例旧名有限公司') })).toEqual([]);

    const other = enterprise();
    const otherId = await committed(other);
    expect(await pay(id, { payee: payee(other.name) })).toEqual(STRANGER);
    const rows = await database.db.rows<{ id: string; enterprise_id: string }>(
      'SELECT id, enterprise_id FROM award WHERE id = ANY ($1::uuid[])',
      [[id, otherId]],
    );
    const of = (award: string): string => rows.find((row) => row.id === award)?.enterprise_id ?? '';
    await mustPost(ledger, { kind: 'merge', enterprise: of(otherId), into: of(id), reason: '同一企業', effectiveOn: null });
    expect(await pay(id, { payee: payee(other.name) })).toEqual([]);
    expect(await pay(otherId, { payee: payee(party.name) })).toEqual([]);
  });

  test('of a person is the person, or the employer', async () => {
    await setTalentRate(database.db);
    await fundLine(ledger, 'talent', yuan('1000.00'));
    const facts = { annualSalary: '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };
    const person = { name: '示例甲', identityHash: 'c3'.repeat(32), identityMasked: '4401**********0000' };
    const party = enterprise({ details: details('9999') });
    const id = await committed(party, { line: 'talent', facts, person });
    // The employer's account says nothing of the person's.
    expect(await pay(id, { payee: payee('示例甲', '1234') })).toEqual([]);
    expect(await pay(id, { payee: payee('示例乙', '1234') })).toEqual(STRANGER);
    expect(await pay(id, { payee: payee('示例甲', '4321') })).toEqual(ACCOUNT);
    expect(await pay(id, { payee: payee(party.name, '4321') })).toEqual([]);
  });
});

describe('The account', () => {
  test('that is another than the last one’s is told, on whichever award of the enterprise', async () => {
    const party = enterprise();
    const [one, two] = [await committed(party), await committed(party, { line: B })];
    expect(await pay(one, { payee: payee(party.name, '1111') })).toEqual([]);
    expect(await pay(two, { payee: payee(party.name, '1111') })).toEqual([]);
    const changed = await mustPost(ledger, payment(two, { payee: payee(party.name, '2222') }));
    expect(changed.warnings?.map(({ code }) => code)).toEqual(ACCOUNT);
    expect(changed.warnings?.[0]?.detail.zh).toBe('收款賬號 ****2222 與其上次收款的賬號 ****1111 不同,請核對賬號');
    // From now on that is the last one.
    expect(await pay(one, { payee: payee(party.name, '2222') })).toEqual([]);
    expect(await pay(await committed(enterprise()), { payee: payee(party.name, '3333') })).toEqual(STRANGER);
  });

  test('that is another than the one in the details is told while nothing was paid', async () => {
    const party = enterprise({ details: details('5555') });
    const id = await committed(party);
    const first = await mustPost(ledger, payment(id, { payee: payee(party.name, '6666') }));
    expect(first.warnings?.map(({ code }) => code)).toEqual(ACCOUNT);
    expect(first.warnings?.[0]?.detail.zh).toBe('收款賬號 ****6666 與其登記的賬號 ****5555 不同,請核對賬號');
    const other = enterprise({ details: details('5555') });
    expect(await pay(await committed(other), { payee: payee(other.name, '5555') })).toEqual([]);
  });

  test('of a payment that the bank returned is not the last one', async () => {
    const party = enterprise();
    const id = await committed(party);
    expect(await pay(id, { payee: payee(party.name, '1111'), paymentRef: '退-1' })).toEqual([]);
    const back = { kind: 'return', awardId: id, amountFen: 100n, paymentRef: '退-1' } as const;
    await mustPost(ledger, { ...back, effectiveOn: '2016-05-02' });
    expect(await pay(id, { payee: payee(party.name, '2222') })).toEqual([]);
  });

  test('within one batch: the second is told', async () => {
    const party = enterprise();
    const [one, two] = [await committed(party), await committed(party, { line: B })];
    const results = await ledger.post({
      fund: FUND,
      actor: FINANCE,
      mode: 'all',
      request: { key: randomUUID(), requestHash: randomUUID().replaceAll('-', '') },
      events: [payment(one, { payee: payee(party.name, '1111') }), payment(two, { payee: payee(party.name, '2222') })],
    });
    expect(results.map(said)).toEqual([[], ACCOUNT]);
  });

  test('at the same millisecond on two lines in two processes: one of two is told', async () => {
    for (let round = 0; round < 10; round += 1) {
      const party = enterprise();
      const [one, two] = [await committed(party), await committed(party, { line: B })];
      const both = await Promise.all([
        pay(one, { payee: payee(party.name, '1111') }),
        pay(two, { payee: payee(party.name, '2222') }, another),
      ]);
      expect(both.map((codes) => codes.join()).sort()).toEqual(['', ...ACCOUNT]);
    }
  });
});

describe('The voucher', () => {
  test('that stands on another payment of the fund is told, however its number is spelt; it is not refused', async () => {
    const [one, two] = [await committed(enterprise()), await committed(enterprise(), { line: B })];
    expect(await pay(one, { voucherNo: '穗財支〔2016〕A-123' })).toEqual([]);
    expect(await pay(one, { voucherNo: '穗財支〔2016〕A-124' })).toEqual([]);
    const again = await mustPost(ledger, payment(two, { voucherNo: '穗財支〔2016〕ａ－123' }));
    expect(again.warnings?.map(({ code }) => code)).toEqual(VOUCHER);
    const [{ number } = { number: '' }] = await database.db.rows<{ number: string }>('SELECT number FROM award WHERE id = $1', [
      one,
    ]);
    expect(again.warnings?.[0]?.detail.en).toContain(number);
    expect(await pay(one, { voucherNo: '穗財支〔2016〕A-123' })).toEqual(VOUCHER);
    expect(await pay(one)).toEqual([]);
  });

  test('of a payment that was refused stands nowhere', async () => {
    const id = await committed(enterprise());
    const large = { ...payment(id, { voucherNo: '支-9' }), amountFen: yuan('1000.00') } as LedgerEvent;
    expect(said(await postOne(ledger, large))).toEqual(['exceeds-open-amount']);
    expect(await pay(id, { voucherNo: '支-9' })).toEqual([]);
  });

  test('at the same millisecond on two lines in two processes: one of two is told', async () => {
    for (let round = 0; round < 10; round += 1) {
      const [one, two] = [await committed(enterprise()), await committed(enterprise(), { line: B })];
      const voucherNo = `同時-${round}`;
      const both = await Promise.all([pay(one, { voucherNo }), pay(two, { voucherNo }, another)]);
      expect(both.map((codes) => codes.join()).sort()).toEqual(['', ...VOUCHER]);
    }
  });
});

test('A payment may be odd in several ways, and all are told', async () => {
  const party = enterprise();
  const id = await committed(party);
  await mustPost(ledger, payment(id, { payee: payee(party.name, '1111'), voucherNo: '多-1' }));
  expect(await pay(id, { payee: payee('李四', '2222'), voucherNo: '多-1' })).toEqual([...STRANGER, ...ACCOUNT, ...VOUCHER]);
});
