import { setTalentRate } from '../support/line-rule.js';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Ledger, PostResult, Unit } from '../../src/ledger/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FINANCE, FUND, OFFICER, openLedger, postUnit } from '../support/ledger.js';
import { attemptOf, opening, steps, type Attempt, type Step } from './ledger-commands.js';
import { Model, type ModelFinding, type Outcome } from './ledger-model.js';

/** Sequences tried; each has 25 to 60 steps. */
const RUNS = Number(process.env['LEDGER_PROPERTY_RUNS'] ?? 20);

/**
 * No request of the contract reserves and reduces in one unit. The database looks at a year below zero at the end of a transaction: what was
 * reserved while the year's free money covered it, it takes for reserved beyond it when a reduction follows, and refuses the two together.
 */
function isOfOneRequest(attempts: readonly Attempt[]): boolean {
  const kinds = new Set(attempts.map(({ event: { kind } }) => kind));
  return !(kinds.has('reserve') && kinds.has('reduction'));
}

/** A database, two ledgers on it as two processes have them, and the model beside. */
class Trial {
  readonly model = new Model();
  private readonly sent: { readonly unit: Unit; readonly results: readonly PostResult[] }[] = [];

  private constructor(
    readonly database: TestDatabase,
    private readonly ledger: Ledger,
    private readonly other: Ledger,
  ) {}

  static async open(): Promise<Trial> {
    const database = await testDatabase({ poolSize: 4 });
    await setTalentRate(database.db);
    await asOwner(database, (owner) => owner.query(`UPDATE fiscal_year SET status = 'closed' WHERE year = 2014`));
    const trial = new Trial(database, openLedger(database.db), openLedger(database.db));
    Object.assign(trial.model.data.statuses, { 2013: 'open', 2014: 'closed', 2015: 'open', 2016: 'open', 2017: 'open' });
    await trial.post(
      opening().map((event) => ({ event, actor: FINANCE })),
      'each',
    );
    return trial;
  }

  async step(step: Step): Promise<void> {
    // A unit has one actor.
    const officer = step.commands[0]?.officer === true;
    const attempts = step.commands.map((command) =>
      attemptOf({ ...command, officer: step.mode === 'burst' ? command.officer : officer }, this.model),
    );
    if (step.mode === 'burst' || !isOfOneRequest(attempts)) await Promise.all(this.expectBurst(attempts));
    else await this.post(attempts, step.mode, officer);
    if (step.again) await this.again();
  }

  /** Requests that arrive together: one batch, decided in their order. */
  private expectBurst(attempts: readonly Attempt[]): Promise<void>[] {
    const outcomes = attempts.map(({ event, actor }) => this.model.apply(event, actor));
    return attempts.map(async ({ event, actor }, index) => {
      const unit: Unit = { fund: FUND, actor, mode: 'single', request: request(), events: [event] };
      this.compare(unit, outcomes.slice(index, index + 1), await postUnit(this.ledger, unit));
    });
  }

  private async post(attempts: readonly Attempt[], mode: Unit['mode'], officer = false): Promise<void> {
    for (const { finding } of attempts) if (finding !== undefined) await this.openFinding(finding);
    const events = attempts.map(({ event }) => event);
    const single = attempts[0]?.actor ?? FINANCE;
    const actor = mode === 'single' ? single : officer ? OFFICER : FINANCE;
    const outcomes = mode === 'all' ? this.model.applyAll(events, actor) : events.map((event) => this.model.apply(event, actor));
    const unit: Unit = { fund: FUND, actor, mode, request: request(), events };
    this.compare(unit, outcomes, await postUnit(this.ledger, unit));
  }

  private async openFinding(finding: ModelFinding): Promise<void> {
    this.model.data.findings.push(finding);
    await this.database.db.rows(
      `INSERT INTO finding (fund_id, id, rule, subject, severity, fiscal_year, award_ids, amount_fen, evidence, fingerprint, opened_at, opened_by_run)
       VALUES (1, $1, $2, $3, 'error', $4, $5::uuid[], 0, '{}', '', now(), $1)`,
      [finding.id, finding.rule, finding.id, finding.year, finding.awards.map((no) => this.model.data.awards[no]?.id)],
    );
  }

  private compare(unit: Unit, outcomes: readonly Outcome[], results: readonly PostResult[]): void {
    this.sent.push({ unit, results });
    outcomes.forEach((outcome, index) => {
      const result = results[index];
      seen.set(
        `${unit.events[index]?.kind ?? ''} ${outcome.code}`,
        (seen.get(`${unit.events[index]?.kind ?? ''} ${outcome.code}`) ?? 0) + 1,
      );
      const where = `${unit.mode} ${JSON.stringify(unit.events[index], (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))}`;
      expect({ where, code: result?.ok === true ? 'ok' : result?.problem.code }).toEqual({ where, code: outcome.code });
      if (result?.ok !== true || !('award' in outcome)) return;
      expect(result.replayed).toBe(false);
      const award = outcome.award === null ? undefined : this.model.data.awards[outcome.award];
      const demand = outcome.demand === null ? undefined : this.model.data.demands[outcome.demand];
      if (demand !== undefined) demand.id = result.entry?.id ?? '';
      if (award === undefined) return;
      award.id = result.award?.id ?? '';
      award.projectId = result.award?.project.id ?? '';
      // In a unit of several an award may have gone on since.
      if (unit.mode === 'single' && unit.events.length === 1) this.lastSingle = { award: award.no, result };
    });
  }

  private lastSingle: { readonly award: number; readonly result: PostResult } | null = null;

  /** A lone request's answer shows the award as the model has it now. */
  checkAnswer(): void {
    const last = this.lastSingle;
    this.lastSingle = null;
    const award = last === null ? undefined : this.model.data.awards[last.award];
    if (award === undefined || last?.result.ok !== true) return;
    expect(last.result.award).toMatchObject({
      amounts: this.model.stages(award),
      onHold: award.onHold,
      fiscalYear: award.year,
      line: award.line,
    });
  }

  /** The last request once more, by way of the other process: the same answer, no other effect. What was refused would be decided anew. */
  private async again(): Promise<void> {
    const last = this.sent.at(-1);
    if (last === undefined || !last.results.every((result) => result.ok && result.entry !== null)) return;
    const answer = await this.other.post(last.unit);
    // A settlement is answered by its finding; the award of its own entry may have gone on by the next one of it.
    const isSettled = last.unit.events.some(({ kind }) => kind === 'settle');
    const told = (result: PostResult) => {
      const award = !result.ok || result.award === null || isSettled ? null : result.award;
      // An answer that is made again from its entry names no finding, nor what was odd: the text that is kept of it does.
      const holds = award?.holds.map(({ rule }) => rule);
      return { ...result, replayed: true, warnings: undefined, award: award === null ? null : { ...award, holds } };
    };
    expect(answer.map((result) => result.ok && result.replayed)).toEqual(answer.map(() => true));
    expect(answer.map(told)).toEqual(last.results.map(told));
    const reused = await this.other.post({
      ...last.unit,
      request: { key: last.unit.request?.key ?? '', requestHash: 'f'.repeat(32) },
    });
    expect(reused.map((result) => (result.ok ? 'ok' : result.problem.code))).toEqual(
      last.results.map(() => 'idempotency-key-reused'),
    );
  }

  /** At the end: the invariants, and every balance of every day and every award as the model has them. */
  async finish(): Promise<void> {
    expect(await brokenInvariants(this.database.db)).toEqual({});
    const days = await this.database.db.rows<{ account: string; date: string; fen: bigint }>(
      `SELECT d.effective_on AS date, a.fiscal_year || '|' || a.code || '|' || coalesce(l.code, '') AS account, d.net_fen AS fen
         FROM account_day d JOIN account a ON a.fund_id = d.fund_id AND a.id = d.account_id LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
        WHERE d.net_fen <> 0`,
    );
    const nets = new Map<string, bigint>();
    for (const { account, date, fen } of this.model.data.movements)
      nets.set(`${account} ${date}`, (nets.get(`${account} ${date}`) ?? 0n) + fen);
    expect(Object.fromEntries(days.map((day) => [`${day.account} ${day.date}`, day.fen]))).toEqual(
      Object.fromEntries([...nets].filter(([, fen]) => fen !== 0n)),
    );
    const years = await this.database.db.rows<{ year: number; raised: bigint }>(
      'SELECT year, ceiling_raised_fen AS raised FROM fiscal_year WHERE ceiling_raised_fen > 0',
    );
    expect(Object.fromEntries(years.map(({ year, raised }) => [year, raised]))).toEqual(this.model.data.ceilings);
    const awards = await this.database.db.rows(
      `SELECT id, project_id, awarded_fen AS awarded, reserved_fen AS reserved, committed_fen AS committed, disbursed_fen AS disbursed,
              released_fen AS released, recovered_fen AS recovered, on_hold, ever_paid FROM award ORDER BY id`,
    );
    expect(awards).toEqual(
      this.model.data.awards
        .map((award) => ({
          id: award.id,
          project_id: award.projectId,
          ...this.model.stages(award),
          on_hold: award.onHold,
          ever_paid: award.everPaid,
        }))
        .sort((left, right) => (left.id < right.id ? -1 : 1)),
    );
  }
}

function request(): { key: string; requestHash: string } {
  return { key: randomUUID(), requestHash: randomUUID().replaceAll('-', '') };
}

const seen = new Map<string, number>();

test('Random sequences of all events, backdated ones included, come out as in a model that adds everything up again', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const trial = await Trial.open();
      try {
        for (const step of sequence) {
          await trial.step(step);
          trial.checkAnswer();
        }
        await trial.finish();
      } finally {
        await trial.database.close();
      }
    }),
    {
      numRuns: RUNS,
      ...(process.env['FC_SEED'] === undefined ? {} : { seed: Number(process.env['FC_SEED']) }),
      endOnFailure: process.env['FC_SHRINK'] === undefined,
    },
  );
}, 600_000);

afterAll(() => {
  if (process.env['LEDGER_PROPERTY_STATISTICS'] !== undefined)
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...seen].sort()), null, 1)}\n`);
});
