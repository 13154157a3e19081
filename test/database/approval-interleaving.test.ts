import { ENTITIES } from '../../src/declared.js';
import { reviseUser } from '../../src/identity/users/change-user.js';
import type { Actor } from '../../src/kernel/index.js';
import type { Ledger, LedgerEvent, PostResult } from '../../src/ledger/index.js';
import { storePolicy } from '../../src/approvals/policy/store-policy.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { addPerson, Desk, waiting, type DeskAnswer } from '../support/approval-desk.js';
import { askSecondPerson } from '../support/approvals.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { throughOrWaiting } from '../support/interleave.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { Pauses, pausingClient } from '../support/pausing-client.js';
import { TwoPeople } from '../support/two-people.js';

/*
 * Two processes on one database, as in interleaving.test.ts: the first stops before each of its statements in turn, and meanwhile the second runs
 * to its end or until it waits for a lock. What is asked for is a payment, which one other person agrees to, or two where it is large.
 */

/** A payment from here on needs two. */
const LARGE = yuan('2000.00');

interface World {
  readonly maker: Actor;
  readonly checkers: readonly [Actor, Actor];
  readonly award: string;
  /** What waits: the payment of the whole award; nobody has agreed. */
  readonly approval: string;
  readonly hash: string;
  readonly amountFen: bigint;
  readonly key: string;
}

interface Process {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly desk: Desk;
}

type Answer = DeskAnswer | PostResult | null;
type Work = (by: Process, world: World) => Promise<Answer>;

const WORKS = {
  ask: ({ desk }, world) => desk.ask(world.maker, payment(world, `${world.key}-2`), world.key),
  approve: ({ desk }, { checkers: [one], approval, hash, key }) => desk.approve(one, approval, hash, key),
  'other approve': ({ desk }, { checkers: [, other], approval, hash, key }) => desk.approve(other, approval, hash, key),
  reject: ({ desk }, { checkers: [, other], approval }) => desk.reject(other, approval),
  withdraw: ({ desk }, { maker, approval }) => desk.withdraw(maker, approval),
  take: ({ ledger }, { award: awardId, maker }) =>
    postOne(
      ledger,
      { kind: 'release', awardId, from: 'committed', amountFen: null, effectiveOn: '2016-06-01' },
      { actor: maker },
    ),
  disable: async ({ db }, { maker }) => {
    await db.transaction((tx) => reviseUser(tx, maker.id, null, { active: false }));
    return null;
  },
  'disable checker': async ({ db }, { checkers: [one] }) => {
    await db.transaction((tx) => reviseUser(tx, one.id, null, { active: false }));
    return null;
  },
} satisfies Record<string, Work>;

type Name = keyof typeof WORKS;

/** One stops, the other runs. */
const PAIRS: readonly (readonly [Name, Name])[] = [
  ['approve', 'approve'],
  ['approve', 'withdraw'],
  ['approve', 'take'],
  ['approve', 'disable'],
  ['approve', 'disable checker'],
  ['reject', 'approve'],
  ['withdraw', 'approve'],
];

/** What one may be told when the other was heard. */
const REFUSALS: ReadonlySet<string> = new Set([
  'already-decided',
  'approval-withdrawn',
  'approval-stale',
  'forbidden',
  'exceeds-open-amount',
]);

let database: TestDatabase;
const pauses = new Pauses();
let first: Process;
let second: Process;
let points = 0;

beforeAll(async () => {
  database = await testDatabase();
  const pool = { url: database.url, size: 6, applicationName: 'fund-ledger-test-first', entities: ENTITIES };
  first = processOn(new Database(await openDataSource({ ...pool, client: pausingClient(pauses) })));
  second = processOn(database.db);
  await fundLine(second.ledger, 'manufacturing-app', yuan('10000000.00'));
  await askSecondPerson(database, [{ kind: 'disbursement' }, { kind: 'disbursement', fromFen: LARGE, steps: 2 }]);
});

afterAll(async () => {
  await first.db.dataSource.destroy();
  await database.close();
  process.stdout.write(`Approvals interleaved at ${points} points\n`);
});

function processOn(db: Database): Process {
  const ledger = openLedger(db);
  return { db, ledger, desk: new Desk(db, ledger) };
}

const payment = ({ award: awardId, amountFen }: Pick<World, 'award' | 'amountFen'>, paymentRef: string): LedgerEvent => ({
  ...{ kind: 'disburse', awardId, amountFen, paymentRef, effectiveOn: '2016-06-01' },
});

async function makeWorld(amountFen: bigint): Promise<World> {
  const { ledger, desk } = second;
  const people = await Promise.all([1, 2, 3].map(() => addPerson(database.db)));
  const [maker, one, other] = people;
  if (maker === undefined || one === undefined || other === undefined) throw new Error('Three people');
  const { award } = await mustPost(ledger, reservation({ amountFen }));
  if (award === null) throw new Error('An award');
  await mustPost(ledger, { kind: 'commit', awardId: award.id, amountFen: null, effectiveOn: '2016-05-01' });
  const key = maker.username;
  const { id, preview } = waiting(await desk.ask(maker, payment({ award: award.id, amountFen }, key)));
  return { maker, checkers: [one, other], award: award.id, approval: id, hash: preview.hash, amountFen, key };
}

interface Row {
  readonly status: string;
  readonly entries: bigint;
  readonly agreed: bigint;
  readonly disbursed: bigint;
  readonly asks: bigint;
  readonly recordedAt: Date | null;
}

async function rowOf({ approval, award, maker }: World): Promise<Row> {
  const [row] = await database.db.rows<Row>(
    `SELECT a.status, w.disbursed_fen AS disbursed,
            (SELECT count(*) FROM journal_entry e WHERE e.approval_id = a.id) AS entries,
            (SELECT max(recorded_at) FROM journal_entry e WHERE e.approval_id = a.id) AS "recordedAt",
            (SELECT count(*) FROM approval_decision d WHERE d.approval_id = a.id) AS agreed,
            (SELECT count(*) FROM approval o WHERE o.requested_by = $3) AS asks
       FROM approval a, award w WHERE a.id = $1 AND w.id = $2`,
    [approval, award, maker.id],
  );
  if (row === undefined) throw new Error('No approval');
  return row;
}

/** What both were answered is so. */
async function check(world: World, steps: number, told: readonly (readonly [Name, Answer])[]): Promise<void> {
  for (const [, answer] of told) if (answer?.ok === false) expect(REFUSALS).toContain(codeOf(answer));
  const heard = (...names: Name[]): number => told.filter(([name, answer]) => names.includes(name) && answer?.ok === true).length;
  const row = await rowOf(world);
  // The same request twice agrees once.
  const agreed = new Set(told.flatMap(([name, answer]) => (answer?.ok === true && name.includes('approve') ? [name] : []))).size;
  const isApproved = agreed === steps;
  const status = isApproved ? 'approved' : heard('reject') > 0 ? 'rejected' : heard('withdraw') > 0 ? 'withdrawn' : 'pending';
  expect(row).toMatchObject({
    ...{ status, entries: isApproved ? 1n : 0n, agreed: BigInt(agreed), disbursed: isApproved ? world.amountFen : 0n },
    asks: heard('ask') > 0 ? 2n : 1n,
  });
  if (steps === 1) expect((isApproved ? 1 : 0) + heard('reject') + heard('withdraw') + heard('take')).toBeLessThanOrEqual(1);
  for (const person of [
    ...(heardOf(told, 'disable') ? [world.maker] : []),
    ...(heardOf(told, 'disable checker') ? [world.checkers[0]] : []),
  ]) {
    const [user] = await database.db.rows<{ since: Date }>('SELECT standing_since AS since FROM app_user WHERE id = $1', [
      person.id,
    ]);
    expect(row.recordedAt?.getTime() ?? 0).toBeLessThanOrEqual(user?.since.getTime() ?? 0);
  }
}

const heardOf = (told: readonly (readonly [Name, Answer])[], wanted: Name): boolean => told.some(([name]) => name === wanted);

function codeOf(answer: Exclude<Answer, null>): string {
  return answer.ok ? 'ok' : 'code' in answer ? answer.code : answer.problem.code;
}

async function interleave(firstWork: Name, secondWork: Name, amountFen: bigint): Promise<void> {
  // Together they are posted in few batches.
  const worlds = await Promise.all(Array.from({ length: 60 }, () => makeWorld(amountFen)));
  for (let statement = 0; ; statement += 1) {
    const world = worlds[statement];
    if (world === undefined) throw new Error('It has no end');
    const pause = pauses.pauseBefore(statement);
    const firstAnswer = WORKS[firstWork](first, world);
    const isStopped = await Promise.race([pause.reached.then(() => true), firstAnswer.then(() => false)]);
    const secondAnswer = WORKS[secondWork](second, world);
    await throughOrWaiting(database.db, secondAnswer);
    pause.resume();
    const [one, two] = await Promise.all([firstAnswer, secondAnswer]);
    if (firstWork === secondWork) expect([one?.ok, two?.ok]).toEqual([true, true]);
    await check(world, amountFen < LARGE ? 1 : 2, [
      [firstWork, one],
      [secondWork, two],
    ]);
    if (!isStopped) break;
    points += 1;
  }
  expect(await brokenInvariants(database.db)).toEqual({});
}

test.each(PAIRS)(
  '%s stops before each of its statements, %s runs meanwhile',
  (firstWork, secondWork) => interleave(firstWork, secondWork, yuan('2.00')),
  60_000,
);

test.each<[Name, Name]>([
  ['approve', 'other approve'],
  ['approve', 'reject'],
])(
  'where two must agree: %s stops before each of its statements, %s runs meanwhile',
  (firstWork, secondWork) => interleave(firstWork, secondWork, LARGE),
  60_000,
);

test('A payment stops before each of its statements, and the fund comes to ask for a second person: it is agreed to, or refused', async () => {
  for (let statement = 0; ; statement += 1) {
    expect(statement).toBeLessThan(120);
    await askSecondPerson(database, [{ kind: 'merge' }]);
    const { ledger } = second;
    const { award } = await mustPost(ledger, reservation({ amountFen: 200n }));
    const awardId = award?.id ?? '';
    await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2016-05-01' });
    const [maker, checker] = [await addPerson(database.db), await addPerson(database.db)];
    const pause = pauses.pauseBefore(statement);
    const asked = first.desk.ask(maker, payment({ award: awardId, amountFen: 200n }, maker.username), maker.username);
    const isStopped = await Promise.race([pause.reached.then(() => true), asked.then(() => false)]);
    const stricter = database.db.transaction(async (tx) =>
      storePolicy(
        tx,
        1,
        { rules: [{ kind: 'disbursement', fromFen: 0n, steps: 1 }], expiresAfterDays: 30, reason: '改' },
        { actorId: maker.id, agreed: await new TwoPeople(database).approved(tx, 'approval-policy', maker.id, checker.id) },
      ),
    );
    await throughOrWaiting(database.db, stricter);
    pause.resume();
    const [answer] = await Promise.all([asked, stricter]);
    // Posted before, or waiting: asked for on either side, it is never refused.
    expect(answer.ok).toBe(true);
    if (!isStopped) break;
    points += 1;
  }
  expect(await brokenInvariants(database.db)).toEqual({});
}, 60_000);
