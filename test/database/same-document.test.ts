import { randomUUID } from 'node:crypto';
import type { Ledger, LedgerEvent, PostResult, ReserveEvent } from '../../src/ledger/index.js';
import { setTalentRate } from '../support/line-rule.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { FINANCE, FUND, fundLine, mustPost, openLedger, postOne, project, reservation, yuan } from '../support/ledger.js';

/*
 * The same kind, line, amount and document twice is accepted, and told (api.md, Warnings): somebody may have sent one paper twice. Its
 * innocent neighbours say nothing.
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
afterAll(() => database.close());

/** Codes of what is odd; a refusal's code where there is one. */
const said = (result: PostResult): readonly string[] =>
  result.ok ? (result.warnings ?? []).map(({ code }) => code) : [result.problem.code];
const post = async (event: LedgerEvent, by = ledger): Promise<readonly string[]> => said(await postOne(by, event));
const AGAIN = ['same-document-again'];

describe('a budget entry', () => {
  const dated = { fiscalYear: 2016, effectiveOn: '2016-02-01' };
  const allotment = (documentNo: string, more: { line?: string; amountFen?: bigint } = {}): LedgerEvent => ({
    kind: 'allotment-return',
    line: A,
    amountFen: yuan('3.00'),
    ...dated,
    documentNo,
    ...more,
  });

  test('is told where the same was posted, however its number is spelt', async () => {
    expect(await post(allotment('穗財預〔2016〕A-1號'))).toEqual([]);
    expect(await post(allotment('穗財預〔2016〕ａ－1 號'))).toEqual(AGAIN);
    const again = await mustPost(ledger, allotment('穗財預〔2016〕A-1號'));
    expect(again.warnings?.[0]?.detail.zh).toContain('2016-02-01');
  });

  test('is not where kind, line, amount, document or year differ', async () => {
    expect(await post(allotment('甲-2'))).toEqual([]);
    expect(await post(allotment('甲-2', { amountFen: yuan('3.01') }))).toEqual([]);
    expect(await post(allotment('甲-2', { line: B }))).toEqual([]);
    expect(await post(allotment('甲-3'))).toEqual([]);
    expect(await post({ kind: 'allotment', line: A, amountFen: yuan('3.00'), ...dated, documentNo: '甲-2' })).toEqual([]);
    await fundLine(ledger, A, yuan('10.00'), 2015);
    const before = { ...allotment('甲-2'), fiscalYear: 2015, effectiveOn: '2015-02-01' };
    expect(await post(before)).toEqual([]);
    expect(await post({ ...allotment('甲-2'), documentNo: null })).toEqual([]);
  });

  test('that moves between lines is told by both of them', async () => {
    const virement = (fromLine: string, toLine: string): LedgerEvent => ({
      kind: 'virement',
      fromLine,
      toLine,
      amountFen: yuan('4.00'),
      ...dated,
      documentNo: '調-1',
    });
    expect(await post(virement(A, B))).toEqual([]);
    expect(await post(virement(A, 'crossborder-platform'))).toEqual([]);
    expect(await post(virement(B, A))).toEqual([]);
    expect(await post(virement(A, B))).toEqual(AGAIN);
  });

  test('that is refused says nothing, and leaves nothing that is told', async () => {
    const large = allotment('丙-1', { amountFen: yuan('900000000.00') });
    expect(await post(large)).toEqual(['insufficient-funds']);
    expect(await post(large)).toEqual(['insufficient-funds']);
    const [first, second] = await ledger.post({
      fund: FUND,
      actor: FINANCE,
      mode: 'all',
      request: { key: randomUUID(), requestHash: randomUUID().replaceAll('-', '') },
      events: [allotment('丙-2'), large],
    });
    expect([first, second].map((one) => one?.ok)).toEqual([false, false]);
    expect(await post(allotment('丙-2'))).toEqual([]);
  });
});

describe('a step of an award', () => {
  const awarded = async (): Promise<string> => {
    const { award } = await mustPost(ledger, reservation({ amountFen: yuan('100.00') }));
    return award?.id ?? '';
  };
  const commit = (awardId: string, documentNo: string, amount = '10.00'): LedgerEvent => ({
    kind: 'commit',
    awardId,
    amountFen: yuan(amount),
    documentNo,
    effectiveOn: '2016-04-01',
  });
  const again = async (event: LedgerEvent): Promise<boolean> => (await post(event)).includes('same-document-again');

  test('is told on the same award, and on another not', async () => {
    const [one, other] = [await awarded(), await awarded()];
    expect(await again(commit(one, '合同-1'))).toBe(false);
    expect(await again(commit(other, '合同-1'))).toBe(false);
    expect(await again(commit(one, '合同-1', '11.00'))).toBe(false);
    expect(await again(commit(one, '合同-2'))).toBe(false);
    expect(await again(commit(one, '合同—1'))).toBe(true);
    const release = { kind: 'release', from: 'committed', awardId: one, amountFen: yuan('10.00') } as const;
    expect(await again({ ...release, documentNo: '合同-1', effectiveOn: '2016-04-02' })).toBe(false);
    expect(await again({ ...release, documentNo: '合同-1', effectiveOn: '2016-04-02' })).toBe(true);
    expect(await again({ ...release, effectiveOn: '2016-04-02' })).toBe(false);
  });

  test('of the whole that is open is told by the amount that it comes to', async () => {
    const id = await awarded();
    expect(await again(commit(id, '合同-9', '50.00'))).toBe(false);
    expect(await again({ ...commit(id, '合同-9'), amountFen: null } as LedgerEvent)).toBe(true);
  });
});

describe('a reservation', () => {
  let serial = 0;
  const enterprise = (): ReserveEvent['enterprise'] => {
    serial += 1;
    return { name: `同號企業${serial}`, organizationCode: `D${String(serial).padStart(8, '0')}`, creditCode: null };
  };
  const of = (party: ReserveEvent['enterprise'], approvalRef: string, more: Partial<ReserveEvent> = {}): ReserveEvent => {
    serial += 1;
    return reservation({
      enterprise: party,
      approvalRef,
      project: project(`同號項目${serial}號`),
      amountFen: yuan('5.00'),
      ...more,
    });
  };

  test('is told where the enterprise has one of the same approval, line and amount', async () => {
    const party = enterprise();
    const first = await mustPost(ledger, of(party, '穗經貿〔2016〕B-7號'));
    const second = await mustPost(ledger, of(party, '穗經貿〔2016〕b–7 號'));
    expect(second.warnings?.map(({ code }) => code)).toEqual(AGAIN);
    expect(second.warnings?.[0]?.detail.en).toContain(first.award?.number);
  });

  test('is not where enterprise, line, amount, approval or year differ', async () => {
    const party = enterprise();
    expect(await post(of(party, '批-8'))).toEqual([]);
    expect(await post(of(enterprise(), '批-8'))).toEqual([]);
    expect(await post(of(party, '批-8', { line: B }))).toEqual([]);
    expect(await post(of(party, '批-8', { amountFen: yuan('5.01') }))).toEqual([]);
    expect(await post(of(party, '批-9'))).toEqual([]);
    await fundLine(ledger, B, yuan('10.00'), 2015);
    const dates = { fiscalYear: 2015, approvedOn: '2015-03-01', effectiveOn: '2015-03-01' };
    expect(await post(of(party, '批-8', { line: B, ...dates }))).toEqual([]);
    expect(await post(of(party, '批-8'))).toEqual(AGAIN);
  });

  test('of whom the enterprise is merged with is told, and of whom it is parted from again not', async () => {
    const [left, right] = [enterprise(), enterprise()];
    const first = await mustPost(ledger, of(left, '批-10'));
    const second = await mustPost(ledger, of(right, '批-11'));
    const [id, into] = [first, second].map(({ award }) => award?.enterprise.id ?? '');
    const named = { reason: '同一企業', effectiveOn: null };
    await mustPost(ledger, { kind: 'merge', enterprise: id ?? '', into: into ?? '', ...named });
    expect(await post(of(right, '批-10'))).toEqual(AGAIN);
    expect(await post(of(left, '批-11'))).toEqual(AGAIN);
    await mustPost(ledger, { kind: 'unmerge', enterprise: id ?? '', ...named });
    expect(await post(of(left, '批-12'))).toEqual([]);
    expect(await post(of(right, '批-12'))).toEqual([]);
  });

  test('of several persons of one employer by one document is not; of one person it is', async () => {
    await setTalentRate(database.db);
    await fundLine(ledger, 'talent', yuan('1000.00'));
    const party = enterprise();
    const facts = { annualSalary: '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };
    const person = (digits: string) => ({ name: '示例', identityHash: digits.repeat(32), identityMasked: '4401**********0000' });
    const talent = { line: 'talent', facts, approvedOffline: true };
    expect(await post(of(party, '批-13', { ...talent, person: person('a1') }))).toEqual([]);
    expect(await post(of(party, '批-13', { ...talent, person: person('b2') }))).toEqual([]);
    expect(await post(of(party, '批-13', { ...talent, person: person('a1') }))).toEqual(AGAIN);
  });

  test('within one batch of either mode: the second is told, and the first not', async () => {
    for (const mode of ['all', 'each'] as const) {
      const party = enterprise();
      const results = await ledger.post({
        fund: FUND,
        actor: FINANCE,
        mode,
        request: { key: randomUUID(), requestHash: randomUUID().replaceAll('-', '') },
        events: [of(party, '批-14'), of(enterprise(), '批-14'), of(party, '批-14'), of(party, '批-15')],
      });
      expect([mode, results.map(said)]).toEqual([mode, [[], [], AGAIN, []]]);
    }
  });

  test('at the same millisecond in two processes: one of two is told', async () => {
    for (let round = 0; round < 10; round += 1) {
      const party = enterprise();
      // Known beforehand in half of the rounds, so that both ways of finding it are met.
      if (round % 2 === 0) await mustPost(ledger, of(party, '批-16', { amountFen: yuan('1.00') }));
      const both = await Promise.all([post(of(party, '批-17')), post(of(party, '批-17'), another)]);
      expect(both.map((codes) => codes.join()).sort()).toEqual(['', ...AGAIN]);
    }
  });

  test('approved in another year than its own is told', async () => {
    const late = { approvedOn: '2015-12-30', effectiveOn: '2016-01-10' };
    expect(await post(of(enterprise(), '批-18', late))).toEqual(['approved-in-another-year']);
    expect(await post(of(enterprise(), '批-19', { approvedOn: '2016-01-01', effectiveOn: '2016-01-10' }))).toEqual([]);
  });

  test('may be odd in several ways, and all are told', async () => {
    const party = enterprise();
    await mustPost(ledger, of(party, '批-20'));
    const odd = of({ ...party, name: '另一名稱' }, '批-20', { approvedOn: '2015-12-30', effectiveOn: '2016-01-10' });
    expect(await post(odd)).toEqual(['another-name', 'approved-in-another-year', ...AGAIN]);
  });
});

test('at the same millisecond in two processes: one of two budget entries is told', async () => {
  for (let round = 0; round < 10; round += 1) {
    const entry: LedgerEvent = {
      kind: 'allotment-return',
      line: A,
      amountFen: yuan('1.00'),
      fiscalYear: 2016,
      effectiveOn: '2016-02-01',
      documentNo: `同時-${round}`,
    };
    const both = await Promise.all([post(entry), post(entry, another)]);
    expect(both.map((codes) => codes.join()).sort()).toEqual(['', ...AGAIN]);
  }
});
