import fc from 'fast-check';
import type { Actor } from '../../src/kernel/index.js';
import type { LedgerEvent } from '../../src/ledger/index.js';
import { addPerson, Desk } from '../support/approval-desk.js';
import { askSecondPerson } from '../support/approvals.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, openLedger, postOne, reservation } from '../support/ledger.js';

/*
 * Random people ask, agree, reject, withdraw, reserve and change the policy, against a model of a few lines: nothing is posted without the people
 * that the policy asked for when it was asked, or since.
 */

/** Sequences tried; each has up to 40 steps. */
const RUNS = Number(process.env['APPROVAL_PROPERTY_RUNS'] ?? 12);
const PEOPLE = 4;
const FUNDED = 3_000n;
const LINE = 'manufacturing-app';

type Step =
  | { readonly kind: 'ask'; readonly who: number; readonly fen: number }
  | { readonly kind: 'approve' | 'reject' | 'withdraw'; readonly who: number; readonly which: number }
  | { readonly kind: 'reserve'; readonly fen: number }
  | { readonly kind: 'policy'; readonly steps: number; readonly fromFen: number };

const who = fc.nat(PEOPLE - 1);
const fen = fc.integer({ min: 1, max: 300 });
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('ask' as const), who, fen }) },
    {
      weight: 14,
      arbitrary: fc.record({
        kind: fc.constantFrom('approve', 'approve', 'approve', 'approve', 'approve', 'approve', 'reject', 'withdraw'),
        who,
        which: fc.constantFrom(0, 0, 0, 1),
      }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('reserve' as const), fen }) },
    {
      weight: 1,
      arbitrary: fc.record({
        kind: fc.constant('policy' as const),
        steps: fc.constantFrom(0, 1, 2, 2, 3),
        fromFen: fc.constantFrom(0, 100),
      }),
    },
  ),
  { minLength: 25, maxLength: 45 },
);

/** What waits, as the model has it. */
interface Asked {
  readonly id: string;
  readonly maker: number;
  readonly fen: bigint;
  needed: number;
  /** Of what was last seen; who agreed to that. */
  hash: string;
  agreed: number[];
  status: 'pending' | 'approved' | 'rejected' | 'withdrawn';
}

/** What the sequences came to in all, so that they are known to come to something. */
const tally = { approved: 0, byMore: 0, stale: 0 };

/** The model, and what it is compared with. */
class Office {
  private readonly asked: Asked[] = [];
  private available = FUNDED;
  private readonly returned: { readonly fen: bigint; readonly people: number }[] = [];
  private rule = { steps: 2, fromFen: 0n };

  constructor(
    private readonly database: TestDatabase,
    private readonly desks: readonly [Desk, Desk],
    private readonly people: readonly Actor[],
  ) {}

  async step(step: Step, turn: number): Promise<void> {
    const desk = this.desks[turn % 2 === 0 ? 0 : 1];
    if (step.kind === 'ask') return this.ask(desk, step.who, BigInt(step.fen));
    if (step.kind === 'reserve') return this.reserve(BigInt(step.fen));
    if (step.kind === 'policy') return this.change(step.steps, BigInt(step.fromFen));
    const one = this.asked[this.asked.length - 1 - (step.which % Math.max(1, this.asked.length))];
    if (one === undefined) return;
    if (step.kind === 'approve') return this.approve(desk, one, step.who);
    const isWithdrawn = step.kind === 'withdraw';
    const answer = await (isWithdrawn
      ? desk.withdraw(this.person(step.who), one.id)
      : desk.reject(this.person(step.who), one.id));
    expect(answer.ok).toBe(one.status === 'pending' && (step.who === one.maker) === isWithdrawn);
    if (answer.ok) one.status = isWithdrawn ? 'withdrawn' : 'rejected';
  }

  /** Journal and balances are those of the model. */
  async compare(): Promise<void> {
    const entries = await this.database.db.rows<{ id: string; fen: bigint; people: bigint; checkers: bigint }>(
      `SELECT e.approval_id AS id, e.amount_fen AS fen, cardinality(e.checked_by)::bigint AS checkers,
              (SELECT count(DISTINCT one) FROM unnest(e.actor_id || e.checked_by) one) AS people
         FROM journal_entry e WHERE e.approval_id IS NOT NULL`,
    );
    const approved = this.asked.filter(({ status }) => status === 'approved');
    expect(new Map(entries.map((entry) => [entry.id, entry]))).toEqual(
      new Map(
        approved.map(({ id, fen: amount, agreed: { length } }) => [
          id,
          { id, fen: amount, checkers: BigInt(length), people: BigInt(length + 1) },
        ]),
      ),
    );
    for (const { agreed, needed } of approved) expect(agreed.length).toBeGreaterThanOrEqual(needed);
    const [row] = await this.database.db.rows<{ available: bigint }>(
      `SELECT a.balance AS available FROM account a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
        WHERE a.fiscal_year = 2016 AND a.code = 4610 AND l.code = $1`,
      [LINE],
    );
    expect(row?.available).toBe(this.available);
    expect(await brokenInvariants(this.database.db)).toEqual({});
  }

  private person(index: number): Actor {
    const person = this.people[index];
    if (person === undefined) throw new Error('Nobody');
    return person;
  }

  /** An amount counts together with what was returned before by fewer people. */
  private neededFor(amount: bigint): number {
    const before = this.returned.filter(({ people }) => people < this.rule.steps).reduce((sum, one) => sum + one.fen, 0n);
    return amount + before >= this.rule.fromFen ? this.rule.steps : 0;
  }

  private async ask(desk: Desk, maker: number, amount: bigint): Promise<void> {
    const event: LedgerEvent = {
      kind: 'allotment-return',
      fiscalYear: 2016,
      line: LINE,
      amountFen: amount,
      effectiveOn: '2016-06-01',
    };
    const needed = this.neededFor(amount);
    const answer = await desk.ask(this.person(maker), event);
    expect(answer.ok).toBe(amount <= this.available);
    if (!answer.ok) return;
    if (needed === 0) this.give(amount, 0);
    else {
      const { id, preview } = answer.approval;
      expect(preview.steps).toBe(needed);
      this.asked.push({ id, maker, fen: amount, needed, hash: preview.hash, agreed: [], status: 'pending' });
    }
  }

  private async approve(desk: Desk, one: Asked, checker: number): Promise<void> {
    const answer = await desk.approve(this.person(checker), one.id, one.hash);
    if (one.status !== 'pending' || checker === one.maker || one.agreed.includes(checker)) {
      expect(answer.ok).toBe(false);
      return;
    }
    const needed = Math.max(one.needed, this.neededFor(one.fen));
    // Who agreed before saw something else, where it can't be done any more or needs more people by now.
    if (one.fen > this.available || needed > one.needed) {
      expect(answer).toMatchObject({ ok: false, code: 'approval-stale' });
      tally.stale += 1;
      await this.seenAnew(one);
      return;
    }
    expect(answer.ok).toBe(true);
    one.agreed.push(checker);
    if (one.agreed.length < needed) return;
    one.status = 'approved';
    tally.approved += 1;
    if (needed > 1) tally.byMore += 1;
    this.give(one.fen, one.agreed.length);
  }

  private give(amount: bigint, people: number): void {
    this.available -= amount;
    this.returned.push({ fen: amount, people });
  }

  /** What is shown after a refusal counts from then on. */
  private async seenAnew(one: Asked): Promise<void> {
    const [row] = await this.database.db.rows<{ hash: string; steps: number; problem: unknown }>(
      `SELECT preview_hash AS hash, steps, preview -> 'problem' AS problem FROM approval WHERE id = $1`,
      [one.id],
    );
    if (row === undefined) throw new Error('No approval');
    expect(row.steps).toBeGreaterThanOrEqual(one.needed);
    // Of what can't be done, the earlier sight counts again when it can.
    if (row.problem !== null && one.needed === row.steps) return;
    one.needed = row.steps;
    if (row.problem === null) Object.assign(one, { hash: row.hash, agreed: [] });
  }

  private async reserve(amountFen: bigint): Promise<void> {
    const result = await postOne(openLedger(this.database.db), reservation({ line: LINE, amountFen }));
    expect(result.ok).toBe(amountFen <= this.available);
    if (result.ok) this.available -= amountFen;
  }

  private async change(needed: number, fromFen: bigint): Promise<void> {
    await askSecondPerson(
      this.database,
      needed === 0 ? [{ kind: 'merge' }] : [{ kind: 'allotment-return', fromFen, steps: needed }],
    );
    this.rule = { steps: needed, fromFen };
  }
}

test('Nothing is posted without the people that the policy asked for at the time of the request or since', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const database = await testDatabase({ poolSize: 4 });
      try {
        await fundLine(openLedger(database.db), LINE, FUNDED);
        await askSecondPerson(database, [{ kind: 'allotment-return', steps: 2 }]);
        const desks = [1, 2].map(() => new Desk(database.db, openLedger(database.db)));
        const people: Actor[] = [];
        for (let index = 0; index < PEOPLE; index += 1) people.push(await addPerson(database.db));
        const office = new Office(database, desks as [Desk, Desk], people);
        for (const [turn, step] of sequence.entries()) await office.step(step, turn);
        await office.compare();
        await new Promise((resolve) => setTimeout(resolve, 40));
      } finally {
        await database.close();
      }
    }),
    { numRuns: RUNS, seed: 13, endOnFailure: true },
  );
  process.stdout.write(`Approvals of the property: ${JSON.stringify(tally)}\n`);
  for (const count of Object.values(tally)) expect(count).toBeGreaterThan(0);
}, 60_000);
