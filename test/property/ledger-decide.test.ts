import type { LineRule } from '../../src/ledger/index.js';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { uuidv7 } from 'uuidv7';
import { sha256 } from '../../src/platform/digest.js';
import { CHART } from '../../src/ledger/chart/accounts.js';
import type { Known } from '../../src/ledger/events/event-kind.js';
import { decide, needsOf, type LedgerEvent, stepsOf } from '../../src/ledger/events/index.js';
import { apply } from '../../src/ledger/state/apply.js';
import { Changes } from '../../src/ledger/state/changes.js';
import type { AccountState, AwardDay, AwardState } from '../../src/ledger/state/model.js';
import { accountKey, State } from '../../src/ledger/state/state.js';
import { setKey, type Undo } from '../../src/ledger/state/undo.js';
import type { Actor } from '../../src/kernel/index.js';
import { lineSeeds } from '../../src/budget/index.js';
import { FINANCE, OFFICER, recordOf } from '../support/ledger.js';
import { attemptOf, opening, steps, type Attempt } from './ledger-commands.js';
import { Model, type Outcome } from './ledger-model.js';

const RUNS = 150;
const YEARS = { 2013: 'open', 2014: 'closed', 2015: 'open', 2016: 'open' } as const;
const lines = lineSeeds();

/** A state that gives an event only the accounts that its needs name: what a kind forgets to ask for is not locked in production. */
class NeedsOnly extends State {
  allowed: ReadonlySet<string> = new Set();

  override account(...[year, code, lineId = null]: Parameters<State['account']>): AccountState {
    const key = accountKey(year, code, lineId);
    if (!this.allowed.has(key)) throw new Error(`Account ${key} is not among the needs of the event`);
    return super.account(year, code, lineId);
  }

  allow(event: LedgerEvent): void {
    const known: Known = {
      digest: sha256,
      award: (id) => {
        const award = this.awards.get(id);
        return award && { ...award, line: this.line(award.lineId).code };
      },
      line: (code) => this.linesByCode.get(code),
      rootOf: (code) => this.enterprises.get(code)?.rootCode ?? code,
    };
    const keys = (needsOf(event, known).accounts ?? []).map(({ year, code, line }) =>
      accountKey(year, code, line === null ? null : (this.linesByCode.get(line)?.id ?? null)),
    );
    this.allowed = new Set(keys);
  }
}

/** Everything in memory, as if it had been read under one lock that is never given back. */
class PureLedger {
  private readonly state: NeedsOnly;
  private readonly changes = new Changes();
  /** Findings, as a settlement's record would have them locked. */
  private readonly findings = new Map<string, { readonly id: string }>();

  constructor() {
    const fund = {
      id: 1,
      code: 'f',
      annualAmountFen: 50_000_000_000n,
      firstYear: 2013,
      lineCodes: new Map(lines.map((line, id) => [id, line.code])),
    };
    this.state = new NeedsOnly(fund, '2026-01-01', new Date(0), sha256, (text) => text);
    for (const [id, seed] of lines.entries()) {
      const { code, leadAgencies, form, payee, reservable, reason, rule } = seed;
      const rules = [{ number: 1, from: '2013-01-01', rule: withRate(rule) }];
      const title = { zh: seed.title.zhHant, en: seed.title.en };
      const line = { id, code, title, leadAgencies, form, payee, reservable, reason: reason ?? null, rules };
      this.state.linesByCode.set(code, line);
      this.state.linesById.set(id, line);
      this.state.pools.set(`${id}|2016`, 0n);
    }
    let id = 0;
    for (const [year, status] of Object.entries(YEARS)) {
      this.state.years.set(Number(year), { year: Number(year), status, ceilingRaisedFen: 0n, belowZero: false });
      this.state.wholeYears.add(Number(year));
      for (const { code, normalSide, scope } of CHART) {
        const places = [...(scope === 'line' ? [] : [null]), ...(scope === 'year' ? [] : lines.keys())];
        for (const lineId of places) {
          id += 1;
          const floor = code === 4120 ? null : 0n;
          const account = {
            id,
            fiscalYear: Number(year),
            code,
            lineId,
            normalSide,
            balance: 0n,
            floor,
            version: 0n,
            lastEffectiveOn: null,
            awardCount: 0,
            days: new Map(),
          };
          this.state.accounts.set(accountKey(Number(year), code, lineId), account);
        }
      }
    }
  }

  /** Events of a unit that is all or nothing, or of one that is each for itself. */
  post(
    attempts: readonly Attempt[],
    atomic: boolean,
  ): { readonly code: string; readonly award: AwardState | null; readonly entry: string }[] {
    const undo: Undo = [];
    for (const { finding } of attempts) {
      if (finding === undefined) continue;
      const awardIds = finding.awards.map((no) => [...this.state.awards.keys()][no] ?? '');
      const row = { id: finding.id, award_ids: awardIds, status: 'open' };
      this.findings.set(finding.id, row);
    }
    const results = attempts.map(({ event, actor }) => this.one(event, actor, undo));
    if (!atomic || results.every((result) => result.code === 'ok')) return results;
    for (let back = undo.pop(); back !== undefined; back = undo.pop()) back();
    for (const award of this.state.awards.values()) delete award.days;
    return results.map((result) => (result.code === 'ok' ? { ...result, code: 'batch-rolled-back' } : result));
  }

  private one(event: LedgerEvent, actor: Actor, undo: Undo): { code: string; award: AwardState | null; entry: string } {
    const made: string[] = [];
    const ids = (position: number): string => {
      while (made.length <= position) made.push(uuidv7());
      return made[position] ?? '';
    };
    const record = recordOf(event, actor);
    const row = record === null ? undefined : this.findings.get(record.kind.idOf(record.item) ?? '');
    const refused = record?.kind.check(record.item, row, this.state) ?? null;
    if (refused !== null) return { code: refused.code, award: null, entry: '' };
    if (stepsOf(this.state, event, actor) > 0) return { code: 'approval-required', award: null, entry: '' };
    this.state.allow(event);
    for (;;) {
      const outcome = decide(this.state, event, actor, ids);
      if ('code' in outcome) return { code: outcome.code, award: null, entry: '' };
      if ('more' in outcome) {
        if (outcome.more.kind !== 'award-days') throw new Error(`Everything but ${outcome.more.kind} is known here`);
        this.readDays(outcome.more.awardId);
        continue;
      }
      apply(this.state, this.changes, outcome, { actorId: actor.id, agreed: null }, undo);
      if (record !== null && row !== undefined) setKey(this.findings, row.id, record.kind.after(record.item, row), undo);
      return {
        code: 'ok',
        award: outcome.newAward ?? outcome.entries[0]?.award?.award ?? null,
        entry: outcome.entries[0]?.id ?? '',
      };
    }
  }

  /** As from the journal: the differences from entry to entry. */
  private readDays(awardId: string): void {
    const award = this.state.awards.get(awardId);
    if (award === undefined) throw new Error('No award');
    award.days = new Map<string, AwardDay>();
    let [reserved, committed] = [0n, 0n];
    for (const { entry, awardAfter } of this.changes.entries) {
      if (entry.award?.award !== award || awardAfter === null) continue;
      const [, nowReserved = 0n, nowCommitted = 0n] = awardAfter;
      const day = award.days.get(entry.effectiveOn) ?? { reserved: 0n, committed: 0n };
      award.days.set(entry.effectiveOn, {
        reserved: day.reserved + nowReserved - reserved,
        committed: day.committed + nowCommitted - committed,
      });
      [reserved, committed] = [nowReserved, nowCommitted];
    }
  }

  balances(): Record<string, bigint> {
    const moved = [...this.state.accounts.values()].filter((account) => account.balance !== 0n);
    return Object.fromEntries(
      moved.map((account) => [
        `${account.fiscalYear}|${account.code}|${account.lineId === null ? '' : (lines[account.lineId]?.code ?? '')}`,
        account.balance,
      ]),
    );
  }

  ceilings(): Record<number, bigint> {
    const raised = [...this.state.years.values()].filter((year) => year.ceilingRaisedFen > 0n);
    return Object.fromEntries(raised.map((year) => [year.year, year.ceilingRaisedFen]));
  }

  award(id: string): AwardState | undefined {
    return this.state.awards.get(id);
  }
}

const seen = new Map<string, number>();

test('decide and apply come to what a naive model comes to, whatever the order, the date and the batch', () => {
  fc.assert(
    fc.property(steps, (sequence) => {
      const model = new Model();
      Object.assign(model.data.statuses, YEARS);
      const ledger = new PureLedger();
      const run = (attempts: readonly Attempt[], atomic: boolean): void => {
        const events = attempts.map(({ event }) => event);
        for (const { finding } of attempts) if (finding !== undefined) model.data.findings.push(finding);
        const expected: Outcome[] = atomic
          ? model.applyAll(events, attempts[0]?.actor ?? FINANCE)
          : attempts.map(({ event, actor }) => model.apply(event, actor));
        const results = ledger.post(attempts, atomic);
        expected.forEach((outcome, index) => {
          const event = events[index];
          seen.set(`${event?.kind ?? ''} ${outcome.code}`, (seen.get(`${event?.kind ?? ''} ${outcome.code}`) ?? 0) + 1);
          expect({ event, code: results[index]?.code }).toEqual({ event, code: outcome.code });
          if (!('award' in outcome)) return;
          const award = outcome.award === null ? undefined : model.data.awards[outcome.award];
          const demand = outcome.demand === null ? undefined : model.data.demands[outcome.demand];
          if (demand !== undefined) demand.id = results[index]?.entry ?? randomUUID();
          if (award === undefined) return;
          award.id = results[index]?.award?.id ?? '';
          award.projectId = results[index]?.award?.project.id ?? '';
        });
      };
      run(
        opening().map((event) => ({ event, actor: FINANCE })),
        false,
      );
      for (const step of sequence) {
        const actor = step.commands[0]?.officer === true ? OFFICER : FINANCE;
        run(
          step.commands.map((command) => ({ ...attemptOf(command, model), actor })),
          step.mode === 'all',
        );
      }
      const expected = new Map<string, bigint>();
      for (const { account, fen } of model.data.movements) expected.set(account, (expected.get(account) ?? 0n) + fen);
      expect(ledger.balances()).toEqual(Object.fromEntries([...expected].filter(([, fen]) => fen !== 0n)));
      expect(ledger.ceilings()).toEqual(model.data.ceilings);
      for (const award of model.data.awards) {
        expect(ledger.award(award.id)).toMatchObject({ ...model.stages(award), onHold: award.onHold, everPaid: award.everPaid });
      }
    }),
    {
      numRuns: Number(process.env['LEDGER_PROPERTY_RUNS'] ?? RUNS),
      ...(process.env['FC_SEED'] === undefined ? {} : { seed: Number(process.env['FC_SEED']) }),
      endOnFailure: process.env['FC_SHRINK'] === undefined,
    },
  );
}, 600_000);

afterAll(() => {
  if (process.env['LEDGER_PROPERTY_STATISTICS'] !== undefined)
    process.stdout.write(`${JSON.stringify(Object.fromEntries([...seen].sort()), null, 1)}\n`);
});

/** Finance has set every rate. */
function withRate(rule: LineRule): LineRule {
  return rule.amount.kind === 'rate' ? { ...rule, amount: { rate: '1', ...rule.amount } } : rule;
}
