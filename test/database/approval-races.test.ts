import { setTimeout as sleep } from 'node:timers/promises';
import { uuidv7 } from 'uuidv7';
import { ENTITIES } from '../../src/declared.js';
import { reviseUser } from '../../src/identity/users/change-user.js';
import type { Actor } from '../../src/kernel/index.js';
import type { Ledger, LedgerEvent } from '../../src/ledger/index.js';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { addPerson, Desk, waiting, type DeskAnswer } from '../support/approval-desk.js';
import { askSecondPerson } from '../support/approvals.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, postOne, reservation, yuan } from '../support/ledger.js';
import { until } from '../support/until.js';

/*
 * Two processes, each with a pool, a ledger and a desk of its own, decide one approval at the same time: there is one outcome, every time, and
 * the books are right (domain §3, Approvals).
 */

const ROUNDS = 16;
const LINE = 'manufacturing-app';
/** From here on two people must agree. */
const TWO_STEPS = yuan('2000.00');

let database: TestDatabase;
let pools: Database[];
let ledgers: Ledger[];
let desks: [Desk, Desk];
let maker: Actor;
let checkers: [Actor, Actor, Actor];
let rounds = 0;

beforeAll(async () => {
  database = await testDatabase();
  await fundLine(openLedger(database.db), LINE, yuan('10000000.00'));
  await askSecondPerson(database, [{ kind: 'allotment-return' }, { kind: 'allotment-return', fromFen: TWO_STEPS, steps: 2 }]);
  pools = await Promise.all([1, 2].map(() => openPool()));
  ledgers = pools.map((pool) => openLedger(pool));
  const [one, other] = pools.map((pool, index) => new Desk(pool, ledgers[index] ?? openLedger(pool)));
  if (one === undefined || other === undefined) throw new Error('Two desks');
  desks = [one, other];
  maker = await addPerson(database.db);
  checkers = [await addPerson(database.db), await addPerson(database.db), await addPerson(database.db)];
});

afterEach(async () => expect(await brokenInvariants(database.db)).toEqual({}));

afterAll(async () => {
  // A bell may still ring on a pool for some milliseconds after the last commit.
  await sleep(40);
  for (const pool of pools) await pool.dataSource.destroy();
  await database.close();
  process.stdout.write(`Raced ${rounds} times\n`);
});

async function openPool(): Promise<Database> {
  return new Database(
    await openDataSource({ url: database.url, size: 6, applicationName: 'fund-ledger-test', entities: ENTITIES }),
  );
}

const returned = (amountFen: bigint, line = LINE): LedgerEvent => ({
  kind: 'allotment-return',
  fiscalYear: 2016,
  line,
  amountFen,
  effectiveOn: '2016-06-01',
});

/** Something that waits, and how to agree to it. */
async function asked(event: LedgerEvent = returned(100n), by: Actor = maker) {
  const { id, preview } = waiting(await desks[0].ask(by, event));
  return { id, hash: preview.hash };
}

interface Outcome {
  readonly status: string;
  readonly steps: number;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly expiresAt: Date;
  readonly entries: bigint;
  readonly recordedAt: Date | null;
  readonly checkedBy: string[] | null;
  readonly decisions: bigint;
}

async function outcomeOf(id: string): Promise<Outcome> {
  const [row] = await database.db.rows<Outcome>(
    `SELECT a.status, a.steps, a.decided_by AS "decidedBy", a.decided_at AS "decidedAt", a.expires_at AS "expiresAt", e.entries,
            e.recorded_at AS "recordedAt", e.checked_by AS "checkedBy",
            (SELECT count(*) FROM approval_decision d WHERE d.fund_id = a.fund_id AND d.approval_id = a.id) AS decisions
       FROM approval a CROSS JOIN LATERAL (SELECT count(*) AS entries, max(recorded_at) AS recorded_at, min(checked_by) AS checked_by
                                             FROM journal_entry e WHERE e.fund_id = a.fund_id AND e.approval_id = a.id) e
      WHERE a.id = $1`,
    [id],
  );
  if (row === undefined) throw new Error(`No approval ${id}`);
  return row;
}

const codeOf = (answer: DeskAnswer): string => (answer.ok ? (answer.replayed ? 'replayed' : 'ok') : answer.code);
const sorted = (answers: readonly DeskAnswer[]): string[] => answers.map(codeOf).sort();

/** The same many times; who comes first is another one each time. */
async function many(round: (turn: number) => Promise<void>, count = ROUNDS): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) {
    await round(turn);
    rounds += 1;
  }
}

/** All at once, in an order that turns; the answers stand in the order of what was asked. */
async function atOnce<T>(turn: number, works: readonly (() => Promise<T>)[]): Promise<T[]> {
  const answers = new Array<Promise<T>>(works.length);
  for (const offset of works.keys()) {
    const place = (turn + offset) % works.length;
    const work = works[place];
    // The one that is sent last is late by up to what the other takes.
    if (offset > 0 && turn % 3 > 0) await sleep((turn * 5) % 23);
    if (work !== undefined) answers[place] = work();
  }
  return Promise.all(answers);
}

describe('Of two people who agree to one approval at once', () => {
  test.each([
    ['in two processes', 1],
    ['in one process', 0],
  ] as const)(
    '%s, one does and the other is told that it is decided',
    async (_, second) => {
      await many(async (turn) => {
        const { id, hash } = await asked();
        const answers = await atOnce(turn, [
          () => desks[0].approve(checkers[0], id, hash),
          () => desks[second].approve(checkers[1], id, hash),
        ]);
        expect(sorted(answers)).toEqual(['already-decided', 'ok']);
        const winner = checkers[answers[0]?.ok === true ? 0 : 1].id;
        expect(await outcomeOf(id)).toMatchObject({
          status: 'approved',
          decidedBy: winner,
          entries: 1n,
          checkedBy: [winner],
          decisions: 1n,
        });
      });
    },
    60_000,
  );

  test('where two must agree, both do, and a third is told that it is decided', async () => {
    await many(async (turn) => {
      const { id, hash } = await asked(returned(TWO_STEPS));
      const answers = await atOnce(
        turn,
        checkers.map((checker, index) => () => desks[index === 0 ? 0 : 1].approve(checker, id, hash)),
      );
      expect(sorted(answers)).toEqual(['already-decided', 'ok', 'ok']);
      const agreed = checkers.filter((__, index) => answers[index]?.ok).map((checker) => checker.id);
      const outcome = await outcomeOf(id);
      expect(outcome).toMatchObject({ status: 'approved', entries: 1n, decisions: 2n });
      expect([...(outcome.checkedBy ?? [])].sort()).toEqual(agreed.sort());
    });
  }, 60_000);

  test('one is its maker, who keeps nobody from agreeing', async () => {
    await many(async (turn) => {
      const { id, hash } = await asked();
      const [checker, own] = await atOnce(turn, [
        () => desks[0].approve(checkers[0], id, hash),
        () => desks[0].approve(maker, id, hash),
      ]);
      expect(checker?.ok).toBe(true);
      expect(['self-approval', 'already-decided']).toContain(own === undefined ? '' : codeOf(own));
    }, 20);
  });
});

describe('Of who agrees and', () => {
  test('the maker who withdraws at once, one is heard', async () => {
    const outcomes = new Set<string>();
    await many(async (turn) => {
      const { id, hash } = await asked();
      const [approved, withdrawn] = await atOnce(turn, [
        () => desks[0].approve(checkers[0], id, hash),
        () => desks[1].withdraw(maker, id),
      ]);
      const { status, entries, decisions } = await outcomeOf(id);
      outcomes.add(status);
      if (approved?.ok === true) {
        expect({ status, entries, decisions, other: withdrawn && codeOf(withdrawn) }).toEqual({
          ...{ status: 'approved', entries: 1n, decisions: 1n, other: 'already-decided' },
        });
      } else {
        expect({ status, entries, decisions, codes: [approved, withdrawn].map((answer) => answer && codeOf(answer)) }).toEqual({
          ...{ status: 'withdrawn', entries: 0n, decisions: 0n, codes: ['approval-withdrawn', 'ok'] },
        });
      }
    });
    expect(outcomes).toEqual(new Set(['approved', 'withdrawn']));
  });

  test('another who rejects at once, one is heard', async () => {
    const outcomes = new Set<string>();
    await many(async (turn) => {
      const { id, hash } = await asked();
      const answers = await atOnce(turn, [() => desks[0].approve(checkers[0], id, hash), () => desks[1].reject(checkers[1], id)]);
      expect(sorted(answers)).toEqual(['already-decided', 'ok']);
      const isApproved = answers[0]?.ok === true;
      const outcome = await outcomeOf(id);
      outcomes.add(outcome.status);
      expect(outcome).toMatchObject(
        isApproved ? { status: 'approved', entries: 1n, decisions: 1n } : { status: 'rejected', entries: 0n, decisions: 0n },
      );
    });
    expect(outcomes).toEqual(new Set(['approved', 'rejected']));
  });

  test('another who rejects at once, where a third must agree as well, it is rejected', async () => {
    await many(async (turn) => {
      const { id, hash } = await asked(returned(TWO_STEPS));
      const [agreed, rejected] = await atOnce(turn, [
        () => desks[0].approve(checkers[0], id, hash),
        () => desks[1].reject(checkers[1], id),
      ]);
      expect(rejected?.ok).toBe(true);
      if (agreed?.ok === false) expect(agreed.code).toBe('already-decided');
      expect(await outcomeOf(id)).toMatchObject({ status: 'rejected', entries: 0n, decisions: agreed?.ok === true ? 1n : 0n });
    }, 20);
  });

  test('who takes the money at once, one gets it', async () => {
    const winners = new Set<string>();
    await mustPost(openLedger(database.db), { ...returned(100n, 'mobile-innovation'), kind: 'allotment' } as LedgerEvent).catch(
      async () => undefined,
    );
    await many(async (turn) => {
      const line = 'mobile-innovation';
      const [free] = await database.db.rows<{ fen: bigint }>(
        `SELECT a.balance AS fen FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
          WHERE a.fiscal_year = 2016 AND a.code = 4610 AND l.code = $1`,
        [line],
      );
      const amountFen = 100n;
      if ((free?.fen ?? 0n) < amountFen) await allot(line, amountFen - (free?.fen ?? 0n));
      const { id, hash } = await asked(returned(amountFen, line));
      const reserve = reservation({ line, amountFen });
      const other = ledgers[1] ?? openLedger(database.db);
      const [approved, taken] = await atOnce<DeskAnswer | Awaited<ReturnType<typeof postOne>>>(turn, [
        () => desks[0].approve(checkers[0], id, hash),
        () => postOne(other, reserve),
      ]);
      expect([approved?.ok, taken?.ok].filter((isOk) => isOk === true)).toHaveLength(1);
      const outcome = await outcomeOf(id);
      if (approved?.ok === true) expect(outcome).toMatchObject({ status: 'approved', entries: 1n });
      else {
        expect(approved).toMatchObject({ code: 'approval-stale' });
        expect(outcome).toMatchObject({ status: 'pending', entries: 0n, decisions: 0n });
        // What can't be done is still there to be withdrawn, and said so.
        expect((await desks[1].withdraw(maker, id)).ok).toBe(true);
      }
      winners.add(approved?.ok === true ? 'approved' : 'taken');
    });
    expect(winners).toEqual(new Set(['approved', 'taken']));
  }, 60_000);

  /** Money for another line of the year. */
  async function allot(line: string, amountFen: bigint): Promise<void> {
    const ledger = openLedger(database.db);
    await mustPost(ledger, {
      ...{ kind: 'appropriation', fiscalYear: 2016, amountFen, ceilingDocumentNo: null, effectiveOn: '2016-01-05' },
    });
    await mustPost(ledger, { kind: 'allotment', fiscalYear: 2016, line, amountFen, effectiveOn: '2016-01-10' });
  }

  test.each(['maker', 'checker'] as const)(
    'its %s who is shut out at once, it was before or is refused',
    async (who) => {
      const outcomes = new Set<string>();
      await many(async (turn) => {
        const [asking, checking] = [await addPerson(database.db), await addPerson(database.db)];
        const { id, hash } = await asked(returned(100n), asking);
        const target = who === 'maker' ? asking : checking;
        const [approved] = await atOnce<DeskAnswer | null>(turn, [
          () => desks[0].approve(checking, id, hash),
          async () => {
            await database.db.transaction((tx) => reviseUser(tx, target.id, null, { active: false }));
            return null;
          },
        ]);
        const [user] = await database.db.rows<{ since: Date; active: boolean }>(
          'SELECT standing_since AS since, active FROM app_user WHERE id = $1',
          [target.id],
        );
        expect(user?.active).toBe(false);
        const outcome = await outcomeOf(id);
        outcomes.add(outcome.status);
        if (approved?.ok === true) {
          expect(outcome).toMatchObject({ status: 'approved', entries: 1n });
          expect(outcome.recordedAt?.getTime()).toBeLessThanOrEqual(user?.since.getTime() ?? 0);
        } else {
          expect(approved).toMatchObject({ code: who === 'maker' ? 'approval-stale' : 'forbidden' });
          expect(outcome).toMatchObject({ status: 'pending', entries: 0n, decisions: 0n });
        }
        // Nothing is done in its name, or by it, from then on.
        const late = await asked(returned(100n), who === 'maker' ? maker : asking);
        if (who === 'checker') expect(await desks[1].approve(checking, late.id, late.hash)).toMatchObject({ code: 'forbidden' });
      });
      expect(outcomes).toEqual(new Set(['approved', 'pending']));
    },
    60_000,
  );
});

describe('What expires', () => {
  /** The same as another approval, for so many milliseconds. */
  async function briefly(like: string, ms: number): Promise<string> {
    const id = uuidv7();
    await asOwner(database, (owner) =>
      owner.query(
        `INSERT INTO approval (fund_id, id, kind, act, data, request, fiscal_year, amount_fen, steps, preview, preview_hash, requested_by,
                               requested_role, requested_agency, language, expires_at)
         SELECT fund_id, $2, kind, act, data, request, fiscal_year, amount_fen, steps, preview, preview_hash, requested_by, requested_role,
                requested_agency, language, clock_timestamp() + make_interval(secs => $3) FROM approval WHERE id = $1`,
        [like, id, ms / 1_000],
      ),
    );
    return id;
  }

  test.each(['approve', 'reject', 'withdraw'] as const)('is decided (%s) before, or never', async (what) => {
    const { id: like, hash } = await asked();
    const outcomes = new Set<string>();
    await many(async (turn) => {
      const id = await briefly(like, 30);
      await sleep((turn * 7) % 45);
      const answers = await atOnce(turn, [
        () =>
          what === 'approve'
            ? desks[0].approve(checkers[0], id, hash)
            : what === 'reject'
              ? desks[0].reject(checkers[0], id)
              : desks[0].withdraw(maker, id),
      ]);
      const outcome = await outcomeOf(id);
      outcomes.add(outcome.status);
      if (answers[0]?.ok === true) {
        expect(outcome.status).not.toBe('pending');
        expect(outcome.decidedAt?.getTime()).toBeLessThan(outcome.expiresAt.getTime());
        expect(outcome.entries).toBe(what === 'approve' ? 1n : 0n);
      } else {
        expect(answers[0]).toMatchObject({ code: 'approval-withdrawn' });
        expect(outcome).toMatchObject({ status: 'pending', entries: 0n, decisions: 0n });
      }
    });
    expect(outcomes.size).toBe(2);
  });

  test.each(['approve', 'reject', 'withdraw', 'first of two'] as const)(
    'while a decision (%s) waits for its lock is not decided any more',
    async (what) => {
      const { id: like, hash } = await asked(returned(what === 'first of two' ? TWO_STEPS : 100n));
      const id = await briefly(like, 400);
      const decision = await asOwner(database, async (owner) => {
        await owner.query('BEGIN');
        await owner.query('SELECT FROM approval WHERE id = $1 FOR UPDATE', [id]);
        const sent =
          what === 'reject'
            ? desks[0].reject(checkers[0], id)
            : what === 'withdraw'
              ? desks[0].withdraw(maker, id)
              : desks[0].approve(checkers[0], id, hash);
        await until('it waits', isWaiting, 5_000);
        await sleep(450);
        await owner.query('ROLLBACK');
        return { sent };
      });
      expect(await decision.sent).toMatchObject({ code: 'approval-withdrawn' });
      expect(await outcomeOf(id)).toMatchObject({ status: 'pending', entries: 0n, decisions: 0n });
    },
  );

  async function isWaiting(): Promise<boolean> {
    const rows = await database.db.rows(
      `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }
});

describe('One request sent twice at once', () => {
  test.each([
    ['to two processes', 1],
    ['to one process', 0],
  ] as const)('%s is done once, and answered the same', async (_, second) => {
    await many(async (turn) => {
      const isTwoSteps = turn % 2 === 1;
      const key = uuidv7();
      const event = returned(isTwoSteps ? TWO_STEPS : 100n);
      const asks = await atOnce(turn, [() => desks[0].ask(maker, event, key), () => desks[second].ask(maker, event, key)]);
      expect(sorted(asks)).toEqual(['ok', 'replayed']);
      const [{ id, preview }] = asks.map(waiting) as [ReturnType<typeof waiting>];
      for (const checker of isTwoSteps ? checkers.slice(0, 2) : checkers.slice(0, 1)) {
        const answers = await atOnce(turn, [
          () => desks[0].approve(checker, id, preview.hash, key),
          () => desks[second].approve(checker, id, preview.hash, key),
        ]);
        expect(sorted(answers)).toEqual(['ok', 'replayed']);
        expect(new Set(answers.map((answer) => (answer.ok ? answer.text : ''))).size).toBe(1);
      }
      expect(await outcomeOf(id)).toMatchObject({ status: 'approved', entries: 1n, decisions: isTwoSteps ? 2n : 1n });
    }, 20);
  });

  test('with two keys is done once, and the other is told that it is decided', async () => {
    await many(async (turn) => {
      const { id, hash } = await asked();
      const answers = await atOnce(turn, [
        () => desks[0].approve(checkers[0], id, hash),
        () => desks[1].approve(checkers[0], id, hash),
      ]);
      expect(sorted(answers)).toEqual(['already-decided', 'ok']);
    }, 20);
  });

  test('and again when its maker is gone, or what it was asked of, is answered the same', async () => {
    const asking = await addPerson(database.db);
    const { id, hash } = await asked(returned(100n), asking);
    const key = uuidv7();
    const first = await desks[0].approve(checkers[0], id, hash, key);
    await database.db.transaction((tx) => reviseUser(tx, asking.id, null, { active: false }));
    const again = await desks[1].approve(checkers[0], id, hash, key);
    expect(again).toEqual({ ...first, replayed: true });
  });
});
