import fc from 'fast-check';
import { businessDateOf } from '../../src/kernel/index.js';
import { assignHolds } from '../../src/reconciliation/holds/assign-holds.js';
import type { AwardRecord, Ledger, PostResult, ReserveEvent } from '../../src/ledger/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FUND, fundLine, mustPost, openLedger, postOne, project, reservation, yuan } from '../support/ledger.js';

/*
 * Mergers beside everything else (domain §6, architecture §3.5): two processes at once, and random sequences against a naive count of who
 * stands.
 */

let database: TestDatabase;
let ledgers: readonly [Ledger, Ledger];

beforeEach(async () => {
  database = await testDatabase({ poolSize: 8 });
  ledgers = [openLedger(database.db), openLedger(database.db)];
  await fundLine(ledgers[0], 'manufacturing-app', yuan('1000000.00'));
  await fundLine(ledgers[0], 'mobile-innovation', yuan('1000000.00'));
});
afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  expect(await meetingStanding()).toEqual([]);
  await database.close();
});

/** Pairs that stand though they are of one enterprise, by the roots of now, and share the title. */
const meetingStanding = (): Promise<unknown[]> =>
  database.db.rows(`
    WITH standing AS (
      SELECT a.id, a.fiscal_year, coalesce(e.root_id, e.id) AS root, k.key
        FROM award a JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id CROSS JOIN LATERAL unnest(a.keys) AS k (key)
       WHERE a.standing)
    SELECT l.id, r.id FROM standing l JOIN standing r ON r.root = l.root AND r.fiscal_year = l.fiscal_year AND r.key = l.key AND r.id > l.id`);

let serial = 0;
const enterprise = (): ReserveEvent['enterprise'] => {
  serial += 1;
  return { name: `示例企業${serial}`, organizationCode: `M${String(serial).padStart(8, '0')}`, creditCode: null };
};
const of = (party: ReserveEvent['enterprise'], title: string, more: Partial<ReserveEvent> = {}): ReserveEvent =>
  reservation({ enterprise: party, project: project(title), amountFen: 100n, ...more });
const merge = (id: string, into: string) =>
  ({ kind: 'merge', enterprise: id, into, reason: '同一企業', effectiveOn: null }) as const;
const unmerge = (id: string) => ({ kind: 'unmerge', enterprise: id, reason: '兩家企業', effectiveOn: null }) as const;

async function made(event: ReserveEvent): Promise<AwardRecord> {
  const { award } = await mustPost(ledgers[0], event);
  if (award === null) throw new Error('No award');
  return award;
}
const code = (result: PostResult): string => (result.ok ? 'ok' : result.problem.code);

test('A merger beside reservations, payments and another merger in a second process: never two that stand and meet, never a lost claim', async () => {
  const [here, there] = ledgers;
  for (let round = 0; round < 12; round += 1) {
    const parties = [enterprise(), enterprise(), enterprise()] as const;
    const [a, b, c] = parties;
    const [first, second, third] = [await made(of(a, '共同項目')), await made(of(b, '各自項目')), await made(of(c, '共同項目'))];
    const dated = { effectiveOn: '2016-06-01' };
    await mustPost(here, { kind: 'commit', awardId: third.id, amountFen: null, ...dated });
    const [idOfA, idOfB, idOfC] = [first, second, third].map((award) => award.enterprise.id) as [string, string, string];
    const results = await Promise.all([
      postOne(here, merge(idOfA, idOfB)),
      postOne(there, merge(idOfB, idOfC)),
      postOne(there, of(a, '各自項目', { amountFen: 200n })),
      postOne(here, of(b, '共同項目', { line: 'mobile-innovation', amountFen: 300n })),
      postOne(there, { kind: 'disburse', awardId: third.id, amountFen: 100n, paymentRef: `P-${round}`, ...dated }),
      postOne(here, of(c, '各自項目', { line: 'mobile-innovation' })),
      postOne(there, { kind: 'commit', awardId: first.id, amountFen: null, ...dated }),
    ]);
    // Mergers wait for one another and go through; the payment was made before or after, or was no longer payable.
    expect(results.slice(0, 2).map(code)).toEqual(['ok', 'ok']);
    expect(['ok', 'award-on-hold']).toContain(code(results[4]));
    expect(await meetingStanding()).toEqual([]);
    expect(await brokenInvariants(database.db)).toEqual({});
  }
}, 120_000);

test('Two mergers of the same enterprise at once: one of them', async () => {
  for (let round = 0; round < 10; round += 1) {
    const [one, two, three] = [
      await made(of(enterprise(), '甲')),
      await made(of(enterprise(), '甲')),
      await made(of(enterprise(), '甲')),
    ];
    const results = await Promise.all([
      postOne(ledgers[0], merge(one.enterprise.id, two.enterprise.id)),
      postOne(ledgers[1], merge(one.enterprise.id, three.enterprise.id)),
      postOne(ledgers[1], merge(two.enterprise.id, one.enterprise.id)),
    ]);
    expect(results.filter(({ ok }) => ok).length).toBeGreaterThanOrEqual(1);
    expect(results.slice(0, 2).filter(({ ok }) => ok).length).toBeLessThanOrEqual(1);
    const circles = await database.db.rows(
      `SELECT a.id FROM enterprise a JOIN enterprise b ON b.id = a.merged_into WHERE b.merged_into = a.id`,
    );
    expect(circles).toEqual([]);
  }
}, 60_000);

/** What is on hold and what is claimed, of all awards. */
async function everything(): Promise<unknown> {
  const holds = await database.db.rows('SELECT id, on_hold, rule_hold FROM award ORDER BY id');
  const claims = await database.db.rows('SELECT kind, key, award_id FROM claim ORDER BY kind, key, award_id');
  return { holds, claims };
}

test('Parting gives back what was', async () => {
  const [a, b] = [enterprise(), enterprise()];
  const one = await made(of(a, '甲', { amountFen: 300n }));
  await made(of(a, '乙', { amountFen: 100n }));
  const two = await made(of(b, '甲', { amountFen: 200n }));
  await made(of(b, '乙', { amountFen: 400n, fiscalYear: 2016 }));
  const before = await everything();
  await mustPost(ledgers[0], merge(one.enterprise.id, two.enterprise.id));
  expect(await everything()).not.toEqual(before);
  await mustPost(ledgers[1], unmerge(one.enterprise.id));
  expect(await everything()).toEqual(before);
});

interface ModelAward {
  readonly id: string;
  readonly enterprise: number;
  readonly title: number;
  readonly amountFen: bigint;
  live: boolean;
}

test('Random mergers, partings, reservations and releases hold whom a naive count holds', async () => {
  const step = fc.record({
    act: fc.constantFrom('reserve', 'reserve', 'reserve', 'merge', 'merge', 'unmerge', 'release'),
    one: fc.nat(3),
    two: fc.nat(3),
    title: fc.nat(2),
    amount: fc.integer({ min: 1, max: 3 }),
    process: fc.nat(1),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 14 }), async (steps) => {
      const parties = [enterprise(), enterprise(), enterprise(), enterprise()];
      const ids: string[] = [];
      for (const party of parties) ids.push((await made(of(party, '各自', { project: project(`各自${serial}`) }))).enterprise.id);
      const into: (number | null)[] = [null, null, null, null];
      const rootOf = (index: number): number => {
        const next = into[index] ?? null;
        return next === null ? index : rootOf(next);
      };
      const awards: ModelAward[] = [];
      for (const { act, one, two, title, amount, process } of steps) {
        const ledger = ledgers[process] ?? ledgers[0];
        if (act === 'reserve') {
          const amountFen = BigInt(amount * 100);
          const event = of(parties[one] ?? enterprise(), `共${title}`, { amountFen, approvedOffline: true });
          const { award } = await mustPost(ledger, event);
          awards.push({ id: award?.id ?? '', enterprise: one, title, amountFen, live: true });
        } else if (act === 'merge') {
          const may = into[one] === null && rootOf(one) !== rootOf(two);
          const result = await postOne(ledger, merge(ids[one] ?? '', ids[two] ?? ''));
          expect(result.ok).toBe(may);
          if (may) into[one] = two;
        } else if (act === 'unmerge') {
          const result = await postOne(ledger, unmerge(ids[one] ?? ''));
          expect(result.ok).toBe(into[one] !== null);
          into[one] = null;
        } else {
          const award = awards.filter(({ live }) => live)[one];
          if (award === undefined) continue;
          award.live = false;
          const release = {
            kind: 'release',
            awardId: award.id,
            from: 'reserved',
            amountFen: null,
            effectiveOn: '2016-12-01',
          } as const;
          await mustPost(ledger, release);
        }
        expect(await meetingStanding()).toEqual([]);
      }
      const scope = { fundId: 1, fiscalYear: null, today: businessDateOf(new Date()), thorough: true };
      await assignHolds(database.db, ledgers[0], FUND, scope);
      // Of each root and title the highest stands, the earliest of those that are equal.
      const strongest = new Map<string, ModelAward>();
      for (const award of awards.filter(({ live }) => live)) {
        const key = `${rootOf(award.enterprise)}|${award.title}`;
        const known = strongest.get(key);
        if (known === undefined || award.amountFen > known.amountFen) strongest.set(key, award);
      }
      const standing = new Set([...strongest.values()].map(({ id }) => id));
      const rows = await database.db.rows<{ id: string; on_hold: boolean }>('SELECT id, on_hold FROM award WHERE id = ANY ($1)', [
        awards.map(({ id }) => id),
      ]);
      const held = rows.filter((row) => row.on_hold).map(({ id }) => id);
      expect(held.sort()).toEqual(
        awards
          .filter(({ id, live }) => live && !standing.has(id))
          .map(({ id }) => id)
          .sort(),
      );
      expect(await brokenInvariants(database.db)).toEqual({});
    }),
    { numRuns: 25, endOnFailure: true },
  );
}, 180_000);
