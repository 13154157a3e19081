import { FOLD_REFERENCES } from '../../migrations/1700000000008-references.js';
import { FINANCE, FUND, fundLine, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { findLine, versionToday } from '../../src/budget/index.js';
import { setRule } from '../support/line-rule.js';
import { changeLine } from '../../src/budget/lines/change-line.js';
import type { LineChangeDto } from '../../src/budget/lines/line-request.dto.js';
import { brokenInvariants } from '../support/invariants.js';
import { openReconciliation } from '../support/reconciliation.js';
import type { Ledger, LineRule, Posted, PostResult, ReserveEvent } from '../../src/ledger/index.js';

/*
 * What may happen only once in a fund (domain §5, architecture §3.4): held by a claim, across years and lines.
 */

let database: TestDatabase;
let ledger: Ledger;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
});
afterEach(() => database.close());

const outcome = (result: PostResult): string => (result.ok ? 'ok' : result.problem.code);

describe('a unique fact', () => {
  const patent = (patentNumber: unknown) =>
    reservation({ line: 'rd-centre', amountFen: yuan('1.00'), facts: { kind: 'domestic-patent', patentNumber } });
  const centre = (more: Record<string, unknown> = {}) =>
    reservation({ line: 'rd-centre', amountFen: yuan('1.00'), facts: { kind: 'technology-centre', recognised: true, ...more } });

  beforeEach(() => fundLine(ledger, 'rd-centre', yuan('1000.00')));

  test('is claimed where the rule asks for it, and refused where it is stated beside the point', async () => {
    expect(await postOne(ledger, centre({ patentNumber: 'ZL-1' }))).toMatchObject({
      ok: false,
      problem: { code: 'line-rule-violated', extras: { rule: 'facts' }, errors: [{ pointer: '/facts/patentNumber' }] },
    });
    await mustPost(ledger, centre());
    const first = await mustPost(ledger, patent('ZL-1'));
    expect(await postOne(ledger, patent('zl 1'))).toMatchObject({
      ok: false,
      problem: {
        code: 'line-rule-violated',
        extras: { rule: 'unique-fact', conflictingAward: { number: first.award?.number } },
        errors: [{ pointer: '/facts/patentNumber' }],
      },
    });
  });

  test('of which nothing tells it from another is refused', async () => {
    expect(await postOne(ledger, patent('---'))).toMatchObject({
      ok: false,
      problem: { code: 'line-rule-violated', extras: { rule: 'facts' }, errors: [{ pointer: '/facts/patentNumber' }] },
    });
  });

  test('may be long: it is told apart to its end', async () => {
    await setRule(database.db, 'rd-centre', (rule) => ({ ...rule, facts: rule.facts.map(({ max: _, ...fact }) => fact) }));
    // Of 3 bytes each and no two alike: more than an index takes.
    const long = Array.from({ length: 990 }, (_, index) => String.fromCodePoint(0x4e00 + ((index * 7_919) % 20_000))).join('');
    expect(outcome(await postOne(ledger, patent(`${long}1`)))).toBe('ok');
    expect(outcome(await postOne(ledger, patent(`${long}2`)))).toBe('ok');
    expect(outcome(await postOne(ledger, patent(`${long} 1`)))).toBe('line-rule-violated');
  });

  test('is found twice by reconciliation where, and only where, the ledger would claim it', async () => {
    await setRule(database.db, 'rd-centre', ({ uniqueFacts: _, ...rule }) => rule);
    const [one, two] = [await mustPost(ledger, patent('ZL-1')), await mustPost(ledger, patent('zl 1'))];
    const [blank, bare] = [await mustPost(ledger, patent('---')), await mustPost(ledger, patent('——'))];
    await setRule(database.db, 'rd-centre', (rule) => ({ ...rule, uniqueFacts: ['patentNumber'] }));
    const reconciliation = openReconciliation(database, ledger);
    try {
      await reconciliation.run();
      const found = (await reconciliation.findings()).map(({ evidence, award_ids }) => [evidence['rule'], award_ids]);
      expect(found).toHaveLength(3);
      expect(found).toEqual(
        expect.arrayContaining([
          ['unique-fact', [one.award?.id, two.award?.id]],
          ['facts', [blank.award?.id]],
          ['facts', [bare.award?.id]],
        ]),
      );
    } finally {
      await reconciliation.close();
    }
  });
});

describe('a rule that is changed', () => {
  const enterprise = { name: '示例企業', organizationCode: 'Z00000001', creditCode: null };
  const facts = (licenceNumber: string) => ({ licenceNumber, businessKind: 'internet', registeredInGuangzhou: true });
  const licence = (number: string, more: Partial<ReserveEvent> = {}) =>
    reservation({ line: 'payment-licence', amountFen: 100n, facts: facts(number), ...more });

  /** Gives the line's rule more, as finance does. */
  async function change(more: Partial<LineRule>): Promise<void> {
    const line = await findLine(database.db, 1, 'payment-licence');
    if (line === null) throw new Error('No line');
    const { rule: before } = await versionToday(database.db, 1, line.id);
    const said = { effectiveOn: '2013-01-01', reason: '示例', documentNo: '示例〔2016〕1號' };
    const body = { rule: { ...before, ...more }, ...said } as LineChangeDto;
    const result = await database.db.transaction((tx) => changeLine(tx, 1, line.code, line.version, body, FINANCE.id));
    expect(result.ok).toBe(true);
  }

  const refusedBy = async (event: ReserveEvent): Promise<unknown> => {
    const result = await postOne(ledger, event);
    return result.ok ? null : [result.problem.extras?.['rule'], result.problem.extras?.['conflictingAward']];
  };

  const release = ({ award }: Posted) =>
    ({ kind: 'release', awardId: award?.id ?? '', from: 'reserved', amountFen: null, effectiveOn: '2016-12-31' }) as const;

  beforeEach(async () => {
    await setRule(database.db, 'payment-licence', ({ uniqueFacts: _, ...rule }) => rule);
    await fundLine(ledger, 'payment-licence', yuan('1000.00'));
  });

  test('to once per enterprise binds the awards that there are, the earliest approved first', async () => {
    await mustPost(ledger, licence('1', { enterprise, approvedOn: '2016-03-02' }));
    const first = await mustPost(ledger, licence('2', { enterprise, approvedOn: '2016-03-01' }));
    const other = { ...enterprise, organizationCode: 'Z00000002' };
    const gone = await mustPost(ledger, licence('3', { enterprise: other }));
    await mustPost(ledger, release(gone));
    await change({ oncePerEnterprise: true });
    expect(await refusedBy(licence('4', { enterprise }))).toEqual([
      'once-per-enterprise',
      expect.objectContaining({ number: first.award?.number }),
    ]);
    // All was released and nothing ever paid.
    await mustPost(ledger, licence('5', { enterprise: other }));
  });

  test.each([
    ['once per enterprise', { oncePerEnterprise: true }, 'once-per-enterprise'],
    ['a unique fact', { uniqueFacts: ['licenceNumber'] }, 'unique-fact'],
  ])('to %s binds all awards that share it: it is free when the last of them is', async (_, more, rule) => {
    const later = await mustPost(ledger, licence('Z 1', { enterprise, approvedOn: '2016-03-02' }));
    const first = await mustPost(ledger, licence('z-1', { enterprise, approvedOn: '2016-03-01' }));
    const next = await mustPost(ledger, licence('z1', { enterprise, approvedOn: '2016-03-03' }));
    await change(more);
    await change({ ...more, amount: { kind: 'discretionary' } });
    const again = licence('Z1', { enterprise });
    const behind = ({ award }: Posted) => [rule, expect.objectContaining({ number: award?.number })];

    expect(await refusedBy(again)).toEqual(behind(first));
    await mustPost(ledger, release(next));
    await mustPost(ledger, release(first));
    expect(await refusedBy(again)).toEqual(behind(later));
    expect(await brokenInvariants(database.db)).toEqual({});
    await mustPost(ledger, release(later));
    await mustPost(ledger, again);
    expect(await brokenInvariants(database.db)).toEqual({});
  });

  test.each([
    ['once per enterprise', { oncePerEnterprise: true }],
    ['a unique fact', { uniqueFacts: ['licenceNumber'] }],
  ])('to %s keeps whoever came later from being committed, before any run has held it', async (_, more) => {
    const later = await mustPost(ledger, licence('Z 1', { enterprise, approvedOn: '2016-03-02' }));
    const first = await mustPost(ledger, licence('z-1', { enterprise, approvedOn: '2016-03-01', fiscalYear: 2016 }));
    const commit = ({ award }: Posted) =>
      ({ kind: 'commit', awardId: award?.id ?? '', amountFen: null, effectiveOn: '2016-06-01' }) as const;
    await change(more);
    expect(await postOne(ledger, commit(later))).toMatchObject({
      ok: false,
      problem: { code: 'award-on-hold', extras: { holds: [{ rule: 'line-rule', award: { number: first.award?.number } }] } },
    });
    await mustPost(ledger, commit(first));
    await mustPost(ledger, { ...release(first), from: 'committed' });
    await mustPost(ledger, commit(later));
  });

  test('to once per enterprise claims by whom an enterprise was merged into', async () => {
    const other = { ...enterprise, name: '示例企業二', organizationCode: 'Z00000002' };
    const first = await mustPost(ledger, licence('1', { enterprise }));
    const second = await mustPost(ledger, licence('2', { enterprise: other, line: 'payment-licence' }));
    const [id = '', into = ''] = [first, second].map(({ award }) => award?.enterprise.id);
    await mustPost(ledger, { kind: 'merge', enterprise: id, into, reason: '同一企業', effectiveOn: null });
    await mustPost(ledger, release(second));
    await change({ oncePerEnterprise: true });
    expect(await refusedBy(licence('3', { enterprise: other }))).toEqual([
      'once-per-enterprise',
      expect.objectContaining({ number: first.award?.number }),
    ]);
    expect(await brokenInvariants(database.db)).toEqual({});
  });

  test('binds within one batch as well who shares what is freed in it', async () => {
    const later = await mustPost(ledger, licence('1', { enterprise, approvedOn: '2016-03-02' }));
    const first = await mustPost(ledger, licence('2', { enterprise, approvedOn: '2016-03-01' }));
    await change({ oncePerEnterprise: true });
    const events = [release(first), licence('3', { enterprise }), release(later), licence('4', { enterprise })];
    const results = await ledger.post({ fund: FUND, actor: FINANCE, mode: 'each', request: null, events });
    expect(results.map(outcome)).toEqual(['ok', 'line-rule-violated', 'ok', 'ok']);
    expect(await brokenInvariants(database.db)).toEqual({});
  });

  test('to a unique fact binds the awards that there are, and what was claimed stays', async () => {
    await mustPost(ledger, licence('Z 2000', { approvedOn: '2016-03-02' }));
    const first = await mustPost(ledger, licence('z-2000', { approvedOn: '2016-03-01' }));
    await change({ uniqueFacts: ['licenceNumber'] });
    const again = licence('Z2000');
    expect(await refusedBy(again)).toEqual(['unique-fact', expect.objectContaining({ number: first.award?.number })]);
    await change({ uniqueFacts: [] });
    await mustPost(ledger, { ...again, approvedOn: '2016-01-05' });
    await change({ uniqueFacts: ['licenceNumber'] });
    expect(await refusedBy(licence('z2000'))).toEqual(['unique-fact', expect.objectContaining({ number: first.award?.number })]);
  });
});

test('References that were kept before are found however they are spelt, and two that come to be the same both stay', async () => {
  await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
  const { award } = await mustPost(ledger, reservation({ amountFen: yuan('100.00') }));
  const awardId = award?.id ?? '';
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-04-01' });
  await asOwner(database, async (owner) => {
    const old = ['FLU-0', 'flu-0', 'FLU\u20100', 'P 1 – 2', `sha256:${'a'.repeat(64)}`];
    await owner.query(
      `INSERT INTO claim (fund_id, kind, key, award_id) SELECT 1, 'payment-ref', k, $2 FROM unnest($1::text[]) k`,
      [old, awardId],
    );
    await owner.query(FOLD_REFERENCES);
    const { rows } = await owner.query(`SELECT key, place FROM claim WHERE kind = 'payment-ref' ORDER BY key, place`);
    expect(rows).toEqual([
      { key: 'FLU-0', place: 0 },
      { key: 'FLU-0', place: 1 },
      { key: 'FLU-0', place: 2 },
      { key: 'P1-2', place: 0 },
      { key: `sha256:${'a'.repeat(64)}`, place: 0 },
    ]);
  });
  const pay = (paymentRef: string) =>
    postOne(ledger, { kind: 'disburse', awardId, amountFen: yuan('1.00'), paymentRef, effectiveOn: '2016-05-01' });
  for (const used of ['Flu - 0', 'p1-2']) expect([used, outcome(await pay(used))]).toEqual([used, 'already-exists']);
  expect(outcome(await pay('FLU-00'))).toBe('ok');
});

describe('a reference of a payment or a receipt', () => {
  let awardId: string;

  beforeEach(async () => {
    await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
    const { award } = await mustPost(ledger, reservation({ amountFen: yuan('100.00') }));
    awardId = award?.id ?? '';
    await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-04-01' });
  });

  const pay = (paymentRef: string) =>
    ({ kind: 'disburse', awardId, amountFen: yuan('10.00'), paymentRef, effectiveOn: '2016-05-01' }) as const;

  test('is one whatever its width, case, dashes and spaces, and is shown as it was sent', async () => {
    const sent = await mustPost(ledger, pay(' ＺＦ　2016-1'));
    expect(sent.entry?.details).toMatchObject({ paymentRef: ' ＺＦ　2016-1' });
    const spelt = ['ZF 2016-1', 'ZF 2016-1 ', 'ZF \t\u00a02016-1', 'Z\u200bF 2016-1\ufeff', 'ZF\u2029２０１６－１\u0007'];
    const typed = ['zf 2016-1', 'ZF2016-1', 'zf2016\u20101', 'ZF 2016 \u2013 1', 'ZF2016\u22121'];
    for (const alike of [...spelt, ...typed]) {
      expect([alike, outcome(await postOne(ledger, pay(alike)))]).toEqual([alike, 'already-exists']);
    }
    for (const other of ['ZF 20161', 'ZF 201-61', 'ZF 2016-1A']) {
      expect([other, outcome(await postOne(ledger, pay(other)))]).toEqual([other, 'ok']);
    }
  });

  test('finds its payment however it is spelt', async () => {
    await mustPost(ledger, pay('ZF-1 '));
    const cited = { awardId, amountFen: yuan('1.00'), paymentRef: 'ＺＦ-1', effectiveOn: '2016-05-02' } as const;
    await mustPost(ledger, { kind: 'return', ...cited });
    const demand = await mustPost(ledger, { kind: 'recovery-demand', ...cited, amountFen: yuan('2.00') });
    const receive = (receiptRef: string) =>
      postOne(ledger, {
        kind: 'recovery',
        awardId,
        amountFen: yuan('1.00'),
        demandId: demand.entry?.id ?? '',
        receiptRef,
        effectiveOn: '2016-05-03',
      });
    expect(outcome(await receive('SK-1'))).toBe('ok');
    expect(outcome(await receive('SK-1\n'))).toBe('already-exists');
    expect(outcome(await receive('\u200b'))).toBe('validation-failed');
  });

  test('of which nothing shows is none', async () => {
    expect(await postOne(ledger, pay('\u200b \u2060'))).toMatchObject({
      ok: false,
      problem: { code: 'validation-failed', errors: [{ pointer: '/paymentRef' }] },
    });
  });
});
