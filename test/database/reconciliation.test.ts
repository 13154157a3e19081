import { setRule } from '../support/line-rule.js';
import type { AwardRecord, Ledger, ReserveEvent } from '../../src/ledger/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, openLedger, postAll, postOne, reservation, yuan, project } from '../support/ledger.js';
import { openReconciliation, settleEvent, type Reconciliation } from '../support/reconciliation.js';

let database: TestDatabase;
let ledger: Ledger;
let reconciliation: Reconciliation;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  reconciliation = openReconciliation(database, ledger);
  await fundLine(ledger, 'manufacturing-app', yuan('10000000.00'));
});
afterEach(async () => {
  await reconciliation.close();
  await database.close();
});

async function reserve(event: ReserveEvent): Promise<AwardRecord> {
  const { award } = await mustPost(ledger, event);
  if (award === null) throw new Error('No award');
  return award;
}

const holds = async (): Promise<Record<string, boolean>> =>
  Object.fromEntries(
    (await database.db.rows<{ id: string; on_hold: boolean }>('SELECT id, on_hold FROM award')).map((row) => [
      row.id,
      row.on_hold,
    ]),
  );

/** Two awards of one project, the second approved offline: the first is the weaker one. */
async function twice(): Promise<{ weak: AwardRecord; strong: AwardRecord }> {
  const first = reservation({ amountFen: yuan('100000.00') });
  const weak = await reserve(first);
  const strong = await reserve({ ...first, amountFen: yuan('300000.00'), approvedOffline: true, approvalRef: '線下' });
  return { weak, strong };
}

describe('one-subsidy', () => {
  test('the hold moves to the weaker award, and three runs open one finding', async () => {
    const { weak, strong } = await twice();
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
    const runs = [await reconciliation.run(), await reconciliation.run(), await reconciliation.run()];
    expect(await holds()).toEqual({ [weak.id]: true, [strong.id]: false });
    expect(runs.map((run) => run.opened)).toEqual([1, 0, 0]);
    expect(runs.every((run) => run.status === 'completed' && run.progress === 100)).toBe(true);
    const findings = await reconciliation.findings();
    expect(findings).toHaveLength(1);
    expect(findings[0]).toMatchObject({
      rule: 'one-subsidy',
      severity: 'error',
      status: 'open',
      award_ids: [strong.id, weak.id],
      amount_fen: yuan('100000.00'),
      evidence: { kept: { id: strong.id, amount: '300000.00' }, held: [{ id: weak.id, amount: '100000.00' }] },
      version: 1,
    });
  });

  test('money that was disbursed makes an award the stronger one', async () => {
    const first = reservation({ amountFen: yuan('100000.00') });
    const paid = await reserve(first);
    await mustPost(ledger, { kind: 'commit', awardId: paid.id, amountFen: null, effectiveOn: '2016-04-01' });
    await mustPost(ledger, {
      kind: 'disburse',
      awardId: paid.id,
      amountFen: yuan('1.00'),
      paymentRef: 'P-1',
      effectiveOn: '2016-04-02',
    });
    const larger = await reserve({ ...first, amountFen: yuan('300000.00'), approvedOffline: true });
    await reconciliation.run();
    expect(await holds()).toEqual({ [paid.id]: false, [larger.id]: true });
  });

  test('the finding resolves by itself when one award is left, and the hold is lifted', async () => {
    const { weak, strong } = await twice();
    await reconciliation.run();
    await mustPost(ledger, { kind: 'release', awardId: strong.id, from: 'reserved', amountFen: null, effectiveOn: '2016-05-01' });
    const run = await reconciliation.run();
    expect(run.resolved).toBe(1);
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: false });
    expect(await reconciliation.findings()).toMatchObject([{ status: 'resolved', resolution: 'cause-gone' }]);
  });

  test('each of more than a thousand duplicates has a finding of its own, and one that ends resolves alone', async () => {
    const firsts = Array.from({ length: 1_191 }, () => reservation({ amountFen: yuan('1.00') }));
    await postAll(ledger, firsts);
    await postAll(
      ledger,
      firsts.map((first) => ({ ...first, approvedOffline: true })),
    );
    expect((await reconciliation.run()).opened).toBe(1_191);
    const named = (await reconciliation.findings()).flatMap((finding) => finding.award_ids);
    expect(new Set(named).size).toBe(2 * 1_191);
    const [first] = await reconciliation.findings();
    await mustPost(ledger, {
      kind: 'release',
      awardId: first?.award_ids[0] ?? '',
      from: 'reserved',
      amountFen: null,
      effectiveOn: '2016-05-01',
    });
    expect(await reconciliation.run()).toMatchObject({ opened: 0, resolved: 1 });
    expect(await reconciliation.findings('resolved')).toMatchObject([{ id: first?.id, resolution: 'cause-gone' }]);
    // A dry run shows a thousand of them, and says how many more there are.
    const dry = await reconciliation.run({ dryRun: true, rules: ['one-subsidy'] });
    expect(dry.report).toMatchObject({ more: 190 });
    // The first is one again.
    await postAll(ledger, [{ ...reservation(), ...firsts[0], approvedOffline: true }]);
    expect(await reconciliation.run()).toMatchObject({ opened: 1, resolved: 0 });
  }, 30_000);

  test('keep: finance keeps the weaker award, and later runs neither move the hold nor ask again', async () => {
    const { weak, strong } = await twice();
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    await mustPost(ledger, await settleEvent(database, finding?.id, 'keep', weak.id));
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
    const run = await reconciliation.run();
    expect(run).toMatchObject({ opened: 0, resolved: 0 });
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
    expect(await reconciliation.findings()).toMatchObject([{ status: 'resolved', resolution: 'keep' }]);
  });

  test('a third award after a settlement is another cause: it is asked again, and the kept award stays', async () => {
    const { weak, strong } = await twice();
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    await mustPost(ledger, await settleEvent(database, finding?.id, 'keep', weak.id));
    const third = await reserve({
      ...reservation({ amountFen: yuan('900000.00'), approvedOffline: true }),
      enterprise: { name: weak.enterprise.name, organizationCode: weak.enterprise.organizationCode, creditCode: null },
      project: project(weak.project.title),
    });
    await reconciliation.run();
    expect(await reconciliation.findings('open')).toMatchObject([{ award_ids: [weak.id, third.id, strong.id] }]);
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true, [third.id]: true });
  });

  test('keep: an award that has come to stand since is named, and the finding stays open', async () => {
    const { weak, strong } = await twice();
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    await mustPost(ledger, { kind: 'release', awardId: strong.id, from: 'reserved', amountFen: null, effectiveOn: '2016-05-01' });
    const later = await reserve({
      ...reservation({ amountFen: yuan('200000.00') }),
      enterprise: { name: weak.enterprise.name, organizationCode: weak.enterprise.organizationCode, creditCode: null },
      project: project(weak.project.title),
    });
    for (const award of [weak.id, null]) {
      expect(await postOne(ledger, await settleEvent(database, finding?.id, 'keep', award))).toMatchObject({
        ok: false,
        problem: { code: 'project-already-subsidised', extras: { conflictingAward: { id: later.id, number: later.number } } },
      });
    }
    await reconciliation.run();
    expect(await reconciliation.findings('open')).toMatchObject([{ award_ids: [later.id, weak.id] }]);
    await mustPost(ledger, await settleEvent(database, finding?.id, 'keep', weak.id));
    expect(await holds()).toMatchObject({ [weak.id]: false, [later.id]: true });
  });

  test('keep: of an award that was never paid is refused while another one was, and not once that money is back', async () => {
    const { weak, strong } = await twice();
    await mustPost(ledger, { kind: 'commit', awardId: weak.id, amountFen: yuan('1.00'), effectiveOn: '2016-04-01' });
    const payment = { awardId: weak.id, amountFen: yuan('1.00'), paymentRef: 'P-1' };
    await mustPost(ledger, { kind: 'disburse', ...payment, effectiveOn: '2016-04-02' });
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    const keep = await settleEvent(database, finding?.id, 'keep', strong.id);
    expect(await postOne(ledger, keep)).toMatchObject({
      ok: false,
      problem: {
        code: 'award-has-payments',
        extras: { payments: [{ award: weak.id, number: weak.number, paymentRef: 'P-1', net: '1.00' }] },
      },
    });
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
    expect((await reconciliation.findings('open')).length).toBe(1);
    await mustPost(ledger, { kind: 'return', ...payment, effectiveOn: '2016-04-03' });
    await mustPost(ledger, await settleEvent(database, finding?.id, 'keep', strong.id));
    expect(await holds()).toEqual({ [weak.id]: true, [strong.id]: false });
  });

  test('release: the money of the held award goes back, and nothing is found again', async () => {
    const { weak, strong } = await twice();
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    await mustPost(ledger, await settleEvent(database, finding?.id, 'release', null));
    const [released] = await database.db.rows('SELECT released_fen, on_hold FROM award WHERE id = $1', [weak.id]);
    expect(released).toMatchObject({ released_fen: yuan('100000.00') });
    expect(await reconciliation.run()).toMatchObject({ opened: 0 });
    expect((await holds())[strong.id]).toBe(false);
    expect(await reconciliation.findings()).toMatchObject([{ status: 'resolved', resolution: 'release' }]);
  });

  test('dismiss: not the same project, so both stand, and nothing is found again', async () => {
    const { weak, strong } = await twice();
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    await mustPost(ledger, await settleEvent(database, finding?.id, 'dismiss', weak.id));
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: false });
    expect(await reconciliation.run()).toMatchObject({ opened: 0, resolved: 0 });
    expect(await reconciliation.findings()).toMatchObject([{ status: 'dismissed', resolution: 'dismiss' }]);
    expect(await postOne(ledger, await settleEvent(database, finding?.id, 'keep', null))).toMatchObject({
      ok: false,
      problem: { code: 'already-decided' },
    });
  });

  test('dismiss: what was answered before and after it is answered again as it was', async () => {
    const { weak, strong } = await twice();
    const again = { key: 'k', hash: 'a'.repeat(32) };
    const third = reservation({
      approvedOffline: true,
      enterprise: { name: weak.enterprise.name, organizationCode: weak.enterprise.organizationCode, creditCode: null },
      project: project(weak.project.title),
    });
    const reserved = await mustPost(ledger, third, again);
    const id = reserved.award?.id ?? '';
    await reconciliation.run();
    const [finding] = await reconciliation.findings();
    const settlement = await settleEvent(database, finding?.id, 'dismiss', id);
    const settled = await mustPost(ledger, settlement, { key: 's', hash: 'b'.repeat(32) });
    const commit = { kind: 'commit', awardId: id, amountFen: null, effectiveOn: '2016-05-01' } as const;
    const committed = await mustPost(ledger, commit, { key: 'c', hash: 'c'.repeat(32) });

    const other = openLedger(database.db);
    expect(reserved.award?.project).toEqual(strong.project);
    expect(await mustPost(other, third, again)).toEqual({ ...reserved, replayed: true });
    expect(committed.award?.project).toEqual(strong.project);
    expect(await mustPost(other, settlement, { key: 's', hash: 'b'.repeat(32) })).toEqual({ ...settled, replayed: true });
    // Of a replay the kept answer tells the warnings.
    const { warnings: _warnings, ...told } = committed;
    expect(await mustPost(other, commit, { key: 'c', hash: 'c'.repeat(32) })).toEqual({ ...told, replayed: true });
  });

  test('a dry run reports and changes nothing, holds included', async () => {
    const { weak, strong } = await twice();
    const run = await reconciliation.run({ dryRun: true });
    expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
    expect(await reconciliation.findings()).toEqual([]);
    expect(run).toMatchObject({
      opened: 0,
      report: { findings: [{ rule: 'one-subsidy', awards: [strong.id, weak.id], amountAtIssue: '100000.00' }] },
    });
  });
});

describe('over-commitment', () => {
  /** A reduction that takes the line below zero by so much, in force until a date. */
  const reduceBelow = async (amount: string, documentNo: string, expiresOn: string): Promise<void> => {
    const override = { reason: '追減', documentNo, expiresOn: '2999-12-31' };
    await mustPost(ledger, {
      kind: 'reduction',
      fiscalYear: 2016,
      amountFen: yuan(amount),
      line: 'manufacturing-app',
      override,
      effectiveOn: '2016-06-01',
    });
    // Time goes by: nobody may give one that has expired already.
    await asOwner(database, async (owner) => {
      await owner.query('ALTER TABLE floor_override DISABLE TRIGGER USER');
      await owner.query('UPDATE floor_override SET expires_on = $1 WHERE document_no = $2', [expiresOn, documentNo]);
      await owner.query('ALTER TABLE floor_override ENABLE TRIGGER USER');
    });
  };

  test('a line below zero is one finding, whether or not its override has expired, and ends with the shortage', async () => {
    await reserve(reservation({ amountFen: yuan('9000000.00') }));
    await reduceBelow('3000000.00', '穗財〔2016〕1號', '2016-12-31');
    await reconciliation.run();
    await reconciliation.run();
    expect(await reconciliation.findings()).toMatchObject([
      {
        rule: 'over-commitment',
        subject: 'line:manufacturing-app:2016',
        status: 'open',
        amount_fen: yuan('2000000.00'),
        evidence: {
          available: '-2000000.00',
          covered: '0.00',
          overrideExpired: true,
          overrides: [
            { documentNo: '穗財〔2016〕1號', expiresOn: '2016-12-31', amount: '2000000.00', outstanding: '2000000.00' },
          ],
        },
      },
    ]);
    await fundLine(ledger, 'manufacturing-app', yuan('2000000.00'));
    expect(await reconciliation.run()).toMatchObject({ resolved: 1 });
  });

  test('an override covers its own amount: a later one of 1.00 hides no expired one of 6.55', async () => {
    await reserve(reservation({ amountFen: yuan('10000000.00') }));
    await reduceBelow('6.55', 'A', '2016-12-31');
    await reduceBelow('1.00', 'B', '2999-12-31');
    await reconciliation.run();
    expect(await reconciliation.findings('open')).toMatchObject([
      {
        amount_fen: yuan('7.55'),
        evidence: {
          covered: '1.00',
          overrideExpired: true,
          overrides: [
            { documentNo: 'A', outstanding: '6.55' },
            { documentNo: 'B', outstanding: '1.00' },
          ],
        },
      },
    ]);
    // A later credit cures the oldest first: what is left is covered.
    await fundLine(ledger, 'manufacturing-app', yuan('6.60'));
    await reconciliation.run();
    expect(await reconciliation.findings('open')).toMatchObject([
      {
        amount_fen: yuan('0.95'),
        evidence: { covered: '0.95', overrideExpired: false, overrides: [{ outstanding: '0.00' }, { outstanding: '0.95' }] },
      },
    ]);
  });

  test('a year above its ceiling', async () => {
    await asOwner(database, (owner) => owner.query('UPDATE fund SET annual_amount_fen = 900000000'));
    await reconciliation.run();
    expect(await reconciliation.findings()).toMatchObject([{ subject: 'year:2016:ceiling', amount_fen: yuan('1000000.00') }]);
  });
});

describe('line-rule', () => {
  const facts = { certified: true, growthYear1: '30', growthYear2: '45.5', growthYear3: 60 };
  const demo = (more: Partial<ReserveEvent> = {}): ReserveEvent =>
    reservation({ line: 'demo-enterprise', amountFen: yuan('2000000.00'), facts, ...more });

  beforeEach(() => fundLine(ledger, 'demo-enterprise', yuan('200000000.00')));

  test('awards in order are found nowhere', async () => {
    await reserve(demo());
    await reconciliation.run();
    expect(await reconciliation.findings()).toEqual([]);
  });

  test('a rule that changes finds what was reserved before: amount, facts', async () => {
    const award = await reserve(demo());
    const fixed = (amount: string) =>
      setRule(database.db, 'demo-enterprise', (rule) => ({ ...rule, amount: { kind: 'fixed', amount } }));
    await fixed('1000000.00');
    await reconciliation.run();
    expect(await reconciliation.findings()).toMatchObject([
      {
        rule: 'line-rule',
        subject: `award:${award.id}`,
        award_ids: [award.id],
        evidence: { rule: 'amount-fixed', awarded: '2000000.00' },
      },
    ]);
    await fixed('2000000.00');
    expect(await reconciliation.run()).toMatchObject({ resolved: 1 });
    await setRule(database.db, 'demo-enterprise', (rule) => ({
      ...rule,
      facts: rule.facts.map((fact) => (fact.name === 'growthYear1' ? { ...fact, min: '30.1' } : fact)),
    }));
    await reconciliation.run();
    expect(await reconciliation.findings('open')).toMatchObject([
      { subject: `award:${award.id}`, evidence: { rule: 'facts', faults: [{ pointer: '/facts/growthYear1' }] } },
    ]);
  });

  test('beyond the quota is one warning for the line over the years', async () => {
    await setRule(database.db, 'demo-enterprise', (rule) => ({ ...rule, quota: 2 }));
    await reserve(demo({ approvedOn: '2016-02-01' }));
    await reserve(demo({ approvedOn: '2016-02-02' }));
    const third = await reserve(demo({ approvedOn: '2016-02-03' }));
    await reconciliation.run({ fiscalYear: 2015 });
    await reconciliation.run({ fiscalYear: null });
    expect(await reconciliation.findings()).toMatchObject([
      {
        subject: 'line:demo-enterprise:quota',
        severity: 'warning',
        fiscal_year: 2016,
        award_ids: [third.id],
        evidence: { quota: 2, enterprises: 3 },
      },
    ]);
    await mustPost(ledger, { kind: 'release', awardId: third.id, from: 'reserved', amountFen: null, effectiveOn: '2016-05-01' });
    expect(await reconciliation.run({ fiscalYear: 2015 })).toMatchObject({ resolved: 1 });
  });

  test('once per enterprise, unique facts and the annual pool are counted without the claims', async () => {
    const first = await reserve(demo());
    const second = await reserve(demo());
    await setRule(database.db, 'payment-licence', ({ uniqueFacts: _, ...rule }) => rule);
    await fundLine(ledger, 'payment-licence', yuan('1000000.00'));
    const licence = { licenceNumber: 'Z2000144000011', businessKind: 'mobile', registeredInGuangzhou: true };
    const [one, two] = [
      await reserve(reservation({ line: 'payment-licence', facts: licence, amountFen: yuan('1.00') })),
      await reserve(
        reservation({
          line: 'payment-licence',
          facts: { ...licence, licenceNumber: 'z 20001440-00011' },
          amountFen: yuan('2.00'),
        }),
      ),
    ];
    await asOwner(database, async (owner) => {
      await owner.query('UPDATE award SET enterprise_id = (SELECT enterprise_id FROM award WHERE id = $1) WHERE id = $2', [
        first.id,
        second.id,
      ]);
    });
    const limits = { uniqueFacts: ['licenceNumber'], annualPool: '2.00' };
    await setRule(database.db, 'payment-licence', (rule) => ({ ...rule, ...limits }));
    await reconciliation.run();
    const findings = (await reconciliation.findings('open')).filter(({ rule }) => rule === 'line-rule');
    expect(findings.map(({ evidence, award_ids, amount_fen }) => [evidence['rule'], award_ids, amount_fen])).toEqual([
      ['once-per-enterprise', [first.id, second.id], yuan('2000000.00')],
      ['annual-pool', [two.id, one.id], yuan('1.00')],
      ['unique-fact', [one.id, two.id], yuan('2.00')],
    ]);
    // Whoever was first, and as many as the pool has money for, are not held.
    const held = await database.db.rows<{ id: string }>('SELECT id FROM award WHERE rule_hold ORDER BY id');
    expect(held.map(({ id }) => id)).toEqual([second.id, two.id]);
    const commit = { kind: 'commit', awardId: two.id, amountFen: null, effectiveOn: '2016-06-01' } as const;
    expect(await postOne(ledger, commit)).toMatchObject({
      problem: { code: 'award-on-hold', extras: { holds: [{ rule: 'line-rule' }] } },
    });
    const known = await settleEvent(
      database,
      findings.find(({ evidence }) => evidence['rule'] === 'unique-fact')?.id,
      'acknowledge',
      null,
      {
        until: '2999-12-31',
        payable: true,
      },
    );
    await mustPost(ledger, known);
    expect(await postOne(ledger, commit)).toMatchObject({ ok: true });
  });
});

test('a run that fails says so without secrets, and succeeds when it is worked on again', async () => {
  await setRule(database.db, 'training', () => ({ amount: { kind: 'fixed', amount: 'postgres://u:secret@h/d' }, facts: [] }));
  await expect(reconciliation.run()).rejects.toThrow();
  const [failed] = await database.db.rows<{ id: string; status: string; error: string }>('SELECT * FROM reconciliation_run');
  expect(failed).toMatchObject({ status: 'failed' });
  expect(failed?.error).not.toContain('secret');
  await setRule(database.db, 'training', () => ({ amount: { kind: 'discretionary' }, facts: [] }));
  await reconciliation.reconciler.work(failed?.id ?? '');
  expect(await database.db.rows('SELECT status, error FROM reconciliation_run')).toEqual([{ status: 'completed', error: null }]);
});

test('a run that is worked on again counts what all its attempts changed, and is kept while a finding names it', async () => {
  await twice();
  const id = await database.db.transaction((tx) =>
    reconciliation.requests.write(tx, { fundId: 1, fiscalYear: 2016, trigger: 'write' }),
  );
  // The second rule fails once, after the first has opened its finding.
  await asOwner(database, (owner) => owner.query('ALTER TABLE floor_override RENAME TO away'));
  await expect(reconciliation.reconciler.work(id)).rejects.toThrow();
  await asOwner(database, (owner) => owner.query('ALTER TABLE away RENAME TO floor_override'));
  await reconciliation.reconciler.work(id);
  const runs = await database.db.rows('SELECT status, opened, resolved FROM reconciliation_run WHERE id = $1', [id]);
  expect(runs).toEqual([{ status: 'completed', opened: 1, resolved: 0 }]);
  await database.db.rows(`UPDATE reconciliation_run SET finished_at = now() - interval '2 days'`);
  await reconciliation.run();
  expect(await database.db.rows('SELECT FROM reconciliation_run WHERE id = $1', [id])).toHaveLength(1);
});
