import { Agencies } from '../../src/parties/index.js';
import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { ENTITIES } from '../../src/declared.js';
import { SignIn } from '../../src/identity/sessions/sign-in.js';
import { Secrets } from '../../src/platform/secrets/secrets.js';
import { Sessions } from '../../src/identity/sessions/sessions.js';
import { User } from '../../src/identity/users/user.entity.js';
import { setPassword, addUser } from '../../src/identity/index.js';
import type { Ledger, PostResult } from '../../src/ledger/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { settleFinding } from '../../src/reconciliation/findings/settle-finding.js';
import type { RuleName } from '../../src/reconciliation/rules/rule.js';
import { FundBusy, FundLocks } from '../../src/reconciliation/runs/fund-locks.js';
import { Reconciler } from '../../src/reconciliation/runs/reconciler.js';
import { Run } from '../../src/reconciliation/runs/run.entity.js';
import { testEnvironment } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { throughOrWaiting } from '../support/interleave.js';
import { brokenInvariants } from '../support/invariants.js';
import { FINANCE, fundLine, FUND, mustPost, openLedger, reservation, yuan } from '../support/ledger.js';
import { Pauses, pausingClient } from '../support/pausing-client.js';

/*
 * Two processes on one database. The first stops before each of its statements in turn; meanwhile the second runs to its end, or until
 * the database shows that it waits for a lock. Then the first goes on. Whatever the place, what both were answered must be true, and the
 * invariants hold. A statement that is added to any of these works is stopped before without a change here.
 */

/** What the two do it to: a project with two live awards, of which the second is on hold, the finding that says so, and a user. */
interface World {
  readonly standing: string;
  readonly held: string;
  readonly finding: string;
  readonly run: string;
  readonly username: string;
  readonly key: string;
}

/** One process. */
interface Process {
  readonly db: Database;
  readonly ledger: Ledger;
  readonly reconciler: Reconciler;
  readonly signIn: SignIn;
  readonly sessions: Sessions;
}

/** What a work was answered. */
type Answer = PostResult | 'done' | { readonly token: string | null };

/** A run waits for another one without a statement that waits, which the database could show. */
const LOCK_WAIT_MS = 300;
const OLD_PASSWORD = 'the password before';

const WORKS: Readonly<Record<string, (by: Process, world: World) => Promise<Answer>>> = {
  posting: (by, { standing, key }) =>
    post(by, `posting-${key}`, {
      kind: 'release',
      awardId: standing,
      from: 'reserved',
      amountFen: null,
      effectiveOn: '2016-03-02',
    }),
  settlement: (by, { finding, held, key }) =>
    settleFinding(
      by.db,
      by.ledger,
      { actor: FINANCE, request: requestOf(`settlement-${key}`), language: 'zh-Hant' },
      {
        ...{ findingId: finding, resolution: 'dismiss', awardIds: [held], demand: false, until: null, payable: false },
        ...{ reason: '兩個項目不同', documentNo: null, effectiveOn: '2016-12-31' },
      },
    ),
  hold: async (by, { standing, held }) => {
    const event = { kind: 'assign-hold', awardIds: [standing, held], effectiveOn: null } as const;
    const [result] = await by.ledger.post({ fund: FUND, actor: FINANCE, mode: 'each', request: null, events: [event] });
    return result ?? 'done';
  },
  'take-over': async (by, { run }) => {
    await by.reconciler.work(run).catch((error: unknown) => {
      // The other process has it.
      if (!(error instanceof FundBusy)) throw error;
    });
    return 'done';
  },
  'sign-in': async (by, { username }) => {
    const signedIn = await by.signIn.signIn(username, OLD_PASSWORD, '127.0.0.1');
    return { token: signedIn.ok ? signedIn.value.token : null };
  },
  'password reset': async (by, { username }) => {
    await setPassword(by.db, username, 'the password after');
    return 'done';
  },
};

const PAIRS = Object.keys(WORKS).flatMap((one) => Object.keys(WORKS).map((other) => [one, other] as const));

function post(by: Process, key: string, event: Parameters<Ledger['postOne']>[1]): Promise<PostResult> {
  return by.ledger.postOne({ fund: FUND, actor: FINANCE, request: requestOf(key) }, event);
}

function requestOf(key: string) {
  return {
    key,
    requestHash: key
      .replaceAll(/[^0-9a-f]/g, '')
      .padEnd(32, '0')
      .slice(0, 32),
  };
}

let database: TestDatabase;
const pauses = new Pauses();
let first: Process;
let second: Process;

beforeAll(async () => {
  database = await testDatabase();
  const dataSource = await openDataSource({
    url: database.url,
    size: 10,
    applicationName: 'fund-ledger-test-first',
    entities: ENTITIES,
    client: pausingClient(pauses),
  });
  first = await processOn(new Database(dataSource));
  second = await processOn(database.db);
  await fundLine(second.ledger, 'manufacturing-app', yuan('1000000.00'));
});

afterAll(async () => {
  await first.db.dataSource.destroy();
  await database.close();
});

async function processOn(db: Database): Promise<Process> {
  const config = loadConfig({ ...testEnvironment(database.url), LOG_LEVEL: 'silent' });
  const ledger = openLedger(db);
  const sessions = new Sessions(db, config, new Agencies(db));
  const secrets = new Secrets(() => Promise.resolve('a secret of the test'));
  await secrets.open();
  const locks = new FundLocks(config);
  locks.waitMs = LOCK_WAIT_MS;
  return {
    db,
    ledger,
    reconciler: new Reconciler(db, ledger, locks),
    signIn: new SignIn(db, db.manager.getRepository(User), config, secrets, sessions),
    sessions,
  };
}

async function makeWorld(): Promise<World> {
  const { ledger } = second;
  const strong = reservation({ amountFen: yuan('2.00') });
  const { award: standing } = await mustPost(ledger, strong);
  const { award: held } = await mustPost(ledger, { ...strong, amountFen: yuan('1.00'), approvedOffline: true });
  if (standing === null || held?.onHold !== true) throw new Error('Two awards, the second on hold');
  const [fund] = await database.db.rows<{ id: number }>('SELECT id FROM fund WHERE code = $1', [FUND]);
  const fundId = fund?.id ?? 0;
  const run = {
    id: uuidv7(),
    fundId,
    fiscalYear: 2016,
    rules: ['one-subsidy'] as RuleName[],
    dryRun: false,
    trigger: 'request' as const,
    requestedBy: null,
  };
  await database.db.manager.insert(Run, run);
  const finding = uuidv7();
  await database.db.rows(
    `INSERT INTO finding (fund_id, id, rule, subject, severity, fiscal_year, line_id, award_ids, amount_fen, evidence, fingerprint, opened_at, opened_by_run)
     VALUES ($1, $2, 'one-subsidy', $3, 'error', 2016, NULL, $4, 100, '{}', 'x', now(), $5)`,
    [fundId, finding, `project:${standing.project.id}:2016`, [standing.id, held.id], run.id],
  );
  const key = randomUUID();
  const username = `u${key.replaceAll('-', '')}`;
  const person = { displayName: '示例', role: 'auditor', agency: null, password: OLD_PASSWORD } as const;
  await addUser(database.db, { ...person, username });
  return { standing: standing.id, held: held.id, finding, run: run.id, username, key };
}

/** What both were answered is so. */
async function check(world: World, answers: Readonly<Record<string, Answer>>): Promise<void> {
  const rows = await database.db.rows<{ id: string; on_hold: boolean; live: boolean }>(
    'SELECT id, on_hold, live FROM award WHERE id = ANY ($1::uuid[])',
    [[world.standing, world.held]],
  );
  const [standing, held] = [world.standing, world.held].map((id) => rows.find((row) => row.id === id));
  const settlement = answers['settlement'];
  if (isPosted(settlement)) {
    // Dismissed: another project, and payable.
    expect(held).toMatchObject({ on_hold: false });
  } else if (standing?.live === true) {
    expect([standing.on_hold, held?.on_hold].filter((onHold) => !onHold)).toHaveLength(1);
  }
  if (isPosted(answers['posting'])) expect(standing?.live).toBe(false);
  const signIn = answers['sign-in'];
  if (typeof signIn === 'object' && 'token' in signIn && signIn.token !== null && answers['password reset'] !== undefined) {
    // Signed in with the old password: no such session outlives the reset.
    expect(
      await new Sessions(database.db, loadConfig(testEnvironment(database.url)), new Agencies(database.db)).authenticate(
        signIn.token,
      ),
    ).toBeNull();
  }
}

function isPosted(answer: Answer | undefined): boolean {
  return typeof answer === 'object' && 'ok' in answer && answer.ok;
}

let points = 0;

test.each(PAIRS)(
  '%s stops before each of its statements, %s runs meanwhile',
  async (firstWork, secondWork) => {
    const [workFirst, workSecond] = [WORKS[firstWork], WORKS[secondWork]];
    if (workFirst === undefined || workSecond === undefined) throw new Error('No such work');
    for (let statement = 0; ; statement += 1) {
      expect(statement).toBeLessThan(120);
      const world = await makeWorld();
      const pause = pauses.pauseBefore(statement);
      const firstAnswer = workFirst(first, world);
      const isStopped = await Promise.race([pause.reached.then(() => true), firstAnswer.then(() => false)]);
      const secondAnswer = workSecond(second, world);
      await throughOrWaiting(database.db, secondAnswer);
      pause.resume();
      const [one, two] = await Promise.all([firstAnswer, secondAnswer]);
      if (firstWork === secondWork && isPosted(one) && typeof one === 'object' && 'replayed' in one) {
        // The same request twice: one does it, the other replays.
        expect(isPosted(two)).toBe(true);
        if (one.entry !== null && typeof two === 'object' && 'replayed' in two)
          expect([one.replayed, two.replayed].sort()).toEqual([false, true]);
      }
      await check(world, { [firstWork]: one, ...(firstWork === secondWork ? {} : { [secondWork]: two }) });
      if (!isStopped) break;
      points += 1;
    }
    expect(await brokenInvariants(database.db)).toEqual({});
  },
  120_000,
);

afterAll(() => {
  process.stdout.write(`Interleaved at ${points} points\n`);
});
