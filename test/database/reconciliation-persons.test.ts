import type { AwardRecord, Ledger, ReserveEvent } from '../../src/ledger/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { setTalentRate } from '../support/line-rule.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { openReconciliation, settleEvent, type Reconciliation } from '../support/reconciliation.js';

/*
 * One subsidy (§二(九)2) on the line for talent (§二(四)2): the project's key is the person, whichever enterprise employs the person.
 */

let database: TestDatabase;
let ledger: Ledger;
let reconciliation: Reconciliation;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  reconciliation = openReconciliation(database, ledger);
  await setTalentRate(database.db);
  await fundLine(ledger, 'talent', yuan('1000000.00'));
});
afterEach(async () => {
  // Among them: the award that stands, and no other, has the claim on the person's year.
  expect(await brokenInvariants(database.db)).toEqual({});
  await reconciliation.close();
  await database.close();
});

const person = { name: '示例人才', identityHash: 'ab'.repeat(32), identityMasked: '4401**********0000' };
const facts = { annualSalary: '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };

/** Each is of another enterprise. */
async function reserve(amount: string, more: Partial<ReserveEvent> = {}): Promise<AwardRecord> {
  const event = reservation({ line: 'talent', amountFen: yuan(amount), person, facts, approvedOffline: true, ...more });
  const { award } = await mustPost(ledger, event);
  if (award === null) throw new Error('No award');
  return award;
}

const holds = async (): Promise<Record<string, boolean>> => {
  const rows = await database.db.rows<{ id: string; on_hold: boolean }>('SELECT id, on_hold FROM award');
  return Object.fromEntries(rows.map((row) => [row.id, row.on_hold]));
};

const claimant = async (): Promise<string | undefined> =>
  (
    await database.db.rows<{ award_id: string }>(
      `SELECT award_id FROM claim WHERE kind = 'project-year' AND key LIKE '%person:%' ORDER BY place`,
    )
  )[0]?.award_id;

/** Two awards of the person at two enterprises, the first the weaker one, after reconciliation. */
async function twice(): Promise<{ weak: AwardRecord; strong: AwardRecord; findingId: string }> {
  const weak = await reserve('100.00');
  const strong = await reserve('300.00');
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
  await reconciliation.run();
  const [finding, ...others] = await reconciliation.findings('open');
  expect(others).toEqual([]);
  expect(finding).toMatchObject({
    rule: 'one-subsidy',
    fiscal_year: 2016,
    award_ids: [strong.id, weak.id],
    amount_fen: yuan('100.00'),
    evidence: { person: { name: '示例人才', identityNumber: '4401**********0000' }, kept: { id: strong.id } },
  });
  return { weak, strong, findingId: finding?.id ?? '' };
}

test('the second award is found, and the hold and the claim move to and from the weaker one', async () => {
  const { weak, strong, findingId } = await twice();
  expect(await holds()).toEqual({ [weak.id]: true, [strong.id]: false });
  expect(await claimant()).toBe(strong.id);
  expect(await postOne(ledger, { kind: 'commit', awardId: weak.id, amountFen: null, effectiveOn: '2016-04-01' })).toMatchObject({
    ok: false,
    problem: { code: 'award-on-hold', extras: { findings: [findingId] } },
  });
  expect(await reconciliation.run()).toMatchObject({ opened: 0, resolved: 0 });
  expect(await reconciliation.run({ trigger: 'write' })).toMatchObject({ opened: 0, resolved: 0 });
});

test('a paid award is the stronger one, and of equal ones the first that was approved', async () => {
  const paid = await reserve('100.00');
  await mustPost(ledger, { kind: 'commit', awardId: paid.id, amountFen: null, effectiveOn: '2016-04-01' });
  await mustPost(ledger, {
    kind: 'disburse',
    awardId: paid.id,
    amountFen: 1n,
    paymentRef: 'P-1',
    effectiveOn: '2016-04-02',
  });
  const larger = await reserve('300.00');
  await reconciliation.run();
  expect(await holds()).toEqual({ [paid.id]: false, [larger.id]: true });

  const other = { ...person, identityHash: 'cd'.repeat(32) };
  const later = await reserve('100.00', { person: other, approvedOn: '2016-03-02' });
  const earlier = await reserve('100.00', { person: other, approvedOn: '2016-03-01' });
  await reconciliation.run();
  expect(await holds()).toMatchObject({ [later.id]: true, [earlier.id]: false });
});

test('keep: finance keeps the weaker award, and later runs neither move the hold nor ask again', async () => {
  const { weak, strong, findingId } = await twice();
  await mustPost(ledger, await settleEvent(database, findingId, 'keep', weak.id));
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
  expect(await claimant()).toBe(weak.id);
  expect(await reconciliation.run()).toMatchObject({ opened: 0, resolved: 0 });
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: true });
});

test('release: the money of the held award goes back, and nothing is found again', async () => {
  const { weak, strong, findingId } = await twice();
  await mustPost(ledger, await settleEvent(database, findingId, 'release', null));
  expect(await reconciliation.run()).toMatchObject({ opened: 0 });
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: false });
});

test('dismiss: not the same person’s award, so both stand, and a third one is held beside the first alone', async () => {
  const { weak, strong, findingId } = await twice();
  await mustPost(ledger, await settleEvent(database, findingId, 'dismiss', weak.id));
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: false });
  expect(await claimant()).toBe(strong.id);
  expect(await reconciliation.run()).toMatchObject({ opened: 0, resolved: 0 });
  const third = await reserve('200.00');
  await reconciliation.run();
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: false, [third.id]: true });
  expect(await reconciliation.findings('open')).toMatchObject([{ award_ids: [strong.id, weak.id, third.id] }]);
});

test('the finding ends by itself with the award that stood, and the hold is lifted', async () => {
  const { weak, strong } = await twice();
  await mustPost(ledger, { kind: 'release', awardId: strong.id, from: 'reserved', amountFen: null, effectiveOn: '2016-05-01' });
  expect(await reconciliation.run()).toMatchObject({ resolved: 1 });
  expect(await holds()).toEqual({ [weak.id]: false, [strong.id]: false });
  expect(await claimant()).toBe(weak.id);
});

test('two at one enterprise are one finding as well', async () => {
  const first = await reserve('100.00');
  const { organizationCode, name } = first.enterprise;
  const second = await reserve('200.00', { enterprise: { name, organizationCode, creditCode: null } });
  const third = await reserve('300.00');
  await reconciliation.run();
  expect(await holds()).toEqual({ [first.id]: true, [second.id]: true, [third.id]: false });
  expect(await reconciliation.findings('open')).toMatchObject([{ award_ids: [third.id, second.id, first.id] }]);
});

test('should a claim be lost, a thorough run finds two that stand', async () => {
  const first = await reserve('100.00');
  const second = await reserve('200.00');
  const hold = (onHold: boolean) =>
    asOwner(database, async (owner) => {
      await owner.query('ALTER TABLE award DISABLE TRIGGER award_follows_journal');
      await owner.query('UPDATE award SET on_hold = $2 WHERE id = $1', [second.id, onHold]);
      await owner.query('ALTER TABLE award ENABLE TRIGGER award_follows_journal');
    });
  await hold(false);
  const { report } = await reconciliation.run({ dryRun: true, rules: ['one-subsidy'] });
  expect(report).toMatchObject({ findings: [{ rule: 'one-subsidy', awards: [second.id, first.id] }] });
  await hold(true);
});
