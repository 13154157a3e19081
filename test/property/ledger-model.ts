import type { Actor } from '../../src/kernel/index.js';
import type { LedgerEvent } from '../../src/ledger/index.js';
import { lineFault, LINES, patentOf, POOLS } from './ledger-model-lines.js';

/*
 * A deliberately naive ledger: a list of dated movements, every guard evaluated by adding all of them up again, for the date and for
 * every later date. It shares no code with src/ledger, only the vocabulary of its events.
 */

interface Movement {
  readonly account: string;
  readonly date: string;
  readonly fen: bigint;
}

interface Stages {
  readonly reserved: bigint;
  readonly committed: bigint;
  readonly disbursed: bigint;
  readonly released: bigint;
  readonly recovered: bigint;
}

export interface ModelAward {
  readonly no: number;
  /** Given by the ledger; until then its number. */
  id: string;
  projectId: string;
  readonly year: number;
  readonly line: string;
  readonly organization: string;
  /** `title:…`, `code:…`, `patent:…`, `person:…` */
  readonly keys: readonly string[];
  /** Turn in which a settlement named it to be kept; 0: none did. */
  kept: number;
  readonly person: string | null;
  readonly awarded: bigint;
  readonly approvedOn: string;
  readonly patent: string | null;
  onHold: boolean;
  everPaid: boolean;
  readonly moves: (Partial<Stages> & { readonly date: string })[];
}

export interface ModelPayment {
  readonly ref: string;
  readonly award: number;
  readonly date: string;
  readonly paid: bigint;
  returned: bigint;
  demanded: bigint;
}

export interface ModelDemand {
  id: string;
  readonly award: number;
  readonly payment: string;
  readonly date: string;
  readonly demanded: bigint;
  received: bigint;
}

export interface ModelFinding {
  readonly id: string;
  readonly rule: string;
  readonly year: number;
  readonly awards: readonly number[];
  status: string;
}

interface Data {
  readonly statuses: Record<number, string>;
  readonly ceilings: Record<number, bigint>;
  readonly movements: Movement[];
  readonly overridden: string[];
  readonly awards: ModelAward[];
  readonly payments: ModelPayment[];
  readonly demands: ModelDemand[];
  readonly receipts: string[];
  readonly findings: ModelFinding[];
  readonly exempt: { readonly awards: readonly number[]; readonly keys: readonly string[] }[];
}

/** What an event comes to: the award or demand it makes, or the code of the refusal. */
export type Outcome =
  | { readonly code: 'ok'; readonly award: number | null; readonly demand: number | null }
  | { readonly code: string; readonly open?: bigint };

/** Whether two references are the same: the commands vary them by full-width digits, case, dashes, spaces and what doesn't show. */
function sameReference(left: string, right: string): boolean {
  const bare = (reference: string) =>
    [...reference]
      .map((sign) => (sign >= '０' && sign <= '９' ? String.fromCharCode(sign.charCodeAt(0) - 0xfee0) : sign))
      .filter((sign) => !['\u200b', '\t', ' '].includes(sign))
      .map((sign) => (sign === '‐' ? '-' : sign.toUpperCase()))
      .join('');
  return bare(left) === bare(right);
}

const STAGES = ['reserved', 'committed', 'disbursed', 'released', 'recovered'] as const;
const RESOURCES = [4110, 4120, 4190, 4196];
const SPENT = [4902, 4395, 4396];
const CEILING = 50_000_000_000n;
const done = (award: number | null = null, demand: number | null = null): Outcome => ({ code: 'ok', award, demand });
const no = (code: string, open?: bigint): Outcome => (open === undefined ? { code } : { code, open });

export class Model {
  data: Data = {
    statuses: {},
    ceilings: {},
    movements: [],
    overridden: [],
    awards: [],
    payments: [],
    demands: [],
    receipts: [],
    findings: [],
    exempt: [],
  };

  /** Everything or nothing. */
  applyAll(events: readonly LedgerEvent[], actor: Actor): Outcome[] {
    const before = structuredClone(this.data);
    const outcomes = events.map((event) => this.apply(event, actor));
    if (outcomes.every((outcome) => outcome.code === 'ok')) return outcomes;
    this.data = before;
    return outcomes.map((outcome) => (outcome.code === 'ok' ? no('batch-rolled-back') : outcome));
  }

  apply(event: LedgerEvent, actor: Actor): Outcome {
    const outcome = this.decide(event, actor);
    this.mustHold();
    return outcome;
  }

  private decide(event: LedgerEvent, actor: Actor): Outcome {
    const isSettled = event.kind === 'settle' ? this.settled(event) : null;
    if (isSettled !== null) return isSettled;
    if (actor.role === 'officer' && needsFinance(event)) return no('approval-required');
    switch (event.kind) {
      case 'assign-hold':
        return this.assignHold(event);
      case 'settle':
        return this.settle(event);
      case 'reserve':
        return this.reserve(event, actor);
      case 'commit':
      case 'disburse':
      case 'release':
      case 'return':
      case 'recovery-demand':
      case 'recovery':
        return this.onAward(event, actor);
      case 'rule-hold':
      case 'rekey':
      case 'merge':
      case 'unmerge':
      case 'external-award':
      case 'reward-hold':
      case 'publicity':
        throw new Error('The model knows one folding, rules that stay, no mergers, no other programmes and no publicity');
      default:
        return this.budget(event);
    }
  }

  // --- sums over everything -------------------------------------------------------------------------------------------------------

  balance(account: string, until = '9999'): bigint {
    return this.data.movements.reduce((sum, one) => (one.account === account && one.date <= until ? sum + one.fen : sum), 0n);
  }

  /** The least that the account holds on the date or on any later one. */
  least(account: string, date: string): bigint {
    const later = this.data.movements.filter((one) => one.account === account && one.date > date).map((one) => one.date);
    return [date, ...later].map((day) => this.balance(account, day)).reduce((least, one) => (one < least ? one : least));
  }

  /** What accounts of the year hold together, those that count against them taken off, until a date. */
  total(year: number, codes: readonly number[], against: readonly number[] = [], until = '9999'): bigint {
    const of = (list: readonly number[], account: string) => list.some((code) => account.startsWith(`${year}|${code}|`));
    return this.data.movements
      .filter((one) => one.date <= until)
      .reduce((sum, { account, fen }) => sum + (of(codes, account) ? fen : 0n) - (of(against, account) ? fen : 0n), 0n);
  }

  /** Their least on the date or on any later one. */
  leastTotal(year: number, date: string, codes: readonly number[], against: readonly number[] = []): bigint {
    const totals = this.datesFrom(year, date).map((day) => this.total(year, codes, against, day));
    return totals.reduce((least, one) => (one < least ? one : least));
  }

  /** The most that was appropriated and adjusted on the date or on any later one. */
  mostAppropriated(year: number, date: string): bigint {
    const totals = this.datesFrom(year, date).map((day) => this.total(year, [4110, 4120], [], day));
    return totals.reduce((most, one) => (one > most ? one : most));
  }

  private datesFrom(year: number, date: string): string[] {
    const later = this.data.movements.filter((one) => one.date > date && one.date.startsWith(`${year}-`)).map((one) => one.date);
    return [...new Set([date, ...later])];
  }

  anyBelowZero(year: number): boolean {
    return Object.keys(LINES).some((line) => this.balance(`${year}|4610|${line}`) < 0n);
  }

  stage(award: ModelAward, stage: (typeof STAGES)[number], until = '9999'): bigint {
    return award.moves.reduce((sum, move) => (move.date <= until ? sum + (move[stage] ?? 0n) : sum), 0n);
  }

  leastOpen(award: ModelAward, stage: 'reserved' | 'committed', date: string): bigint {
    const later = award.moves.filter((move) => move.date > date).map((move) => move.date);
    return [date, ...later].map((day) => this.stage(award, stage, day)).reduce((least, one) => (one < least ? one : least));
  }

  isLive(award: ModelAward): boolean {
    return this.stage(award, 'reserved') + this.stage(award, 'committed') + this.stage(award, 'disbursed') > 0n;
  }

  stages(award: ModelAward): Stages & { awarded: bigint } {
    const sums = Object.fromEntries(STAGES.map((stage) => [stage, this.stage(award, stage)]));
    return { awarded: award.awarded, ...(sums as Record<(typeof STAGES)[number], bigint>) };
  }

  private move(
    year: number,
    date: string,
    ...legs: readonly (readonly [code: number, line: string | null, fen: bigint])[]
  ): void {
    for (const [code, line, fen] of legs) this.data.movements.push({ account: `${year}|${code}|${line ?? ''}`, date, fen });
  }

  /** Invariants 2, 3 and 5 on every date; an overridden line is left out of 3. */
  private mustHold(): void {
    const dates = [...new Set(this.data.movements.map((one) => one.date))];
    for (const account of new Set(this.data.movements.map((one) => one.account))) {
      if (account.includes('|4120|') || this.data.overridden.includes(account)) continue;
      for (const date of dates)
        if (this.balance(account, date) < 0n) throw new Error(`Model: ${account} is below zero on ${date}`);
    }
    for (const award of this.data.awards) {
      const sums = this.stages(award);
      if (STAGES.some((stage) => sums[stage] < 0n)) throw new Error(`Model: a stage of award ${award.no} is below zero`);
      if (sums.awarded !== STAGES.reduce((sum, stage) => sum + sums[stage], 0n))
        throw new Error(`Model: award ${award.no} does not add up`);
    }
  }

  // --- budget ---------------------------------------------------------------------------------------------------------------------

  /** Today lies in none of the years that are tried: what says no date has none. */
  private dated(said: string | null, year: number): string | null {
    return said?.startsWith(`${year}-`) === true ? said : null;
  }

  /** Too early where the stage holds enough since a later date, else more than it holds. */
  private tooMuch(award: ModelAward, from: 'reserved' | 'committed', amount: bigint | null): Outcome {
    const now = this.stage(award, from);
    return now > 0n && now >= (amount ?? 1n) ? no('validation-failed') : no('exceeds-open-amount', now);
  }

  private budget(event: Extract<LedgerEvent, { fiscalYear: number; amountFen: bigint }>): Outcome {
    if (event.kind === 'reserve' || event.kind === 'external-award') throw new Error('not here');
    const year = event.fiscalYear;
    const lines =
      event.kind === 'virement' ? [event.fromLine, event.toLine] : 'line' in event && event.line !== null ? [event.line] : [];
    if (lines.some((line) => !(line in LINES))) return no('not-found');
    if (event.kind === 'virement' && event.fromLine === event.toLine) return no('validation-failed');
    const date = this.dated(event.effectiveOn, year);
    if (date === null) return no('validation-failed');
    if (this.data.statuses[year] !== 'open') return no('year-not-open');
    const amount = event.amountFen;
    switch (event.kind) {
      case 'appropriation':
      case 'supplement': {
        const limit = CEILING + (this.data.ceilings[year] ?? 0n);
        const over = this.mostAppropriated(year, date) + amount - limit;
        if (over > 0n && event.ceilingDocumentNo === null) return no('insufficient-funds');
        if (over > 0n) this.data.ceilings[year] = (this.data.ceilings[year] ?? 0n) + over;
        this.move(year, date, [event.kind === 'appropriation' ? 4110 : 4120, null, amount], [4450, null, amount]);
        return done();
      }
      case 'reduction': {
        const from = event.line === null ? ([4450, null, -amount] as const) : ([4610, event.line, -amount] as const);
        const account = `${year}|${from[0]}|${from[1] ?? ''}`;
        const least = this.least(account, date);
        if (least < amount) {
          if (event.line === null || event.override === null) return no('insufficient-funds', least);
        }
        if (least < amount || this.anyBelowZero(year)) {
          const left = this.leastTotal(year, date, RESOURCES, SPENT);
          if (left < amount) return no('insufficient-funds', left);
        }
        if (least < amount) this.data.overridden.push(account);
        this.move(year, date, from, [4120, null, -amount]);
        return done();
      }
      case 'allotment':
      case 'allotment-return': {
        const sign = event.kind === 'allotment' ? 1n : -1n;
        const least = this.least(event.kind === 'allotment' ? `${year}|4450|` : `${year}|4610|${event.line}`, date);
        if (least < amount) return no('insufficient-funds', least);
        this.move(year, date, [4450, null, -amount * sign], [4610, event.line, amount * sign]);
        return done();
      }
      case 'virement': {
        const least = this.least(`${year}|4610|${event.fromLine}`, date);
        if (least < amount) return no('insufficient-funds', least);
        this.move(year, date, [4610, event.fromLine, -amount], [4610, event.toLine, amount]);
        return done();
      }
    }
  }

  // --- reservation ----------------------------------------------------------------------------------------------------------------

  private reserve(event: Extract<LedgerEvent, { kind: 'reserve' }>, actor: Actor): Outcome {
    const line = LINES[event.line];
    if (line === undefined) return no('not-found');
    if (actor.role === 'officer' && !line.agencies.includes(actor.agency ?? '')) return no('forbidden');
    if ((line.payee === 'person') !== (event.person !== null)) return no('validation-failed');
    const { fiscalYear: year, amountFen: amount } = event;
    if (event.approvedOn < '2012-01-01') return no('validation-failed');
    const date = this.dated(event.effectiveOn ?? event.approvedOn, year);
    if (date === null || date < event.approvedOn) return no('validation-failed');
    if (this.data.statuses[year] !== 'open') return no('year-not-open');
    if (!line.reservable) return no('line-not-reservable');
    if (lineFault(event.line, amount, event.facts)) return no('line-rule-violated');

    const organization = event.enterprise.organizationCode;
    const patent = event.line === 'rd-centre' ? patentOf(event.facts) : null;
    const person = event.person?.identityHash ?? null;
    const ofLine = this.data.awards.filter((award) => award.line === event.line);
    const counts = ofLine.filter((award) => this.isLive(award) || award.everPaid);
    const pool = POOLS[event.line];
    const used = ofLine
      .filter((award) => award.year === year)
      .reduce((sum, award) => sum + award.awarded - this.stage(award, 'released') - this.stage(award, 'recovered'), 0n);
    if (pool !== undefined && used + amount > pool) return no('line-rule-violated');
    if (line.once === true && counts.some((award) => award.organization === organization)) return no('line-rule-violated');
    const elsewhere = (award: ModelAward) => award.organization !== organization || award.year !== year;
    if (patent !== null && counts.some((award) => award.patent === patent && elsewhere(award))) return no('line-rule-violated');
    if (person !== null) {
      const years = [year, ...counts.filter((award) => award.person === person).map((award) => award.year)];
      if (Math.max(...years) - Math.min(...years) > 2) return no('line-rule-violated');
    }

    const award: ModelAward = {
      no: this.data.awards.length,
      id: `award ${this.data.awards.length}`,
      projectId: '',
      year,
      line: event.line,
      organization,
      keys: [
        ...event.project.keys,
        ...(patent === null ? [] : [`patent:${patent}`]),
        ...(person === null ? [] : [`person:${person}`]),
      ],
      kept: 0,
      person,
      awarded: amount,
      approvedOn: event.approvedOn,
      patent,
      onHold: false,
      everPaid: false,
      moves: [],
    };
    const distinct = event.distinctFrom.map(({ awardId }) => this.data.awards.find((one) => one.id === awardId));
    if (distinct.some((one) => one === undefined || this.sameKeys(award, one).length === 0)) return no('validation-failed');
    const others = this.standingBeside(award).filter((one) => !distinct.includes(one));
    if (others.length > 0 && !event.approvedOffline) return no('project-already-subsidised');
    const least = this.least(`${year}|4610|${event.line}`, date);
    if (least < amount) return no('insufficient-funds', least);
    const free = this.anyBelowZero(year) ? this.leastTotal(year, date, [4450, 4610]) : amount;
    if (free < amount) return no('insufficient-funds', free);

    award.onHold = others.length > 0;
    award.moves.push({ date, reserved: amount });
    for (const one of distinct) if (one !== undefined) this.exemptOf(award, one);
    this.data.awards.push(award);
    this.move(year, date, [4610, event.line, -amount], [4700, event.line, amount]);
    return done(award.no);
  }

  // --- life of an award -----------------------------------------------------------------------------------------------------------

  private onAward(event: Extract<LedgerEvent, { awardId: string; effectiveOn: string | null }>, actor: Actor): Outcome {
    const award = this.data.awards.find((one) => one.id === event.awardId);
    if (award === undefined) return no('not-found');
    if (actor.role === 'officer' && !LINES[award.line]?.agencies.includes(actor.agency ?? '')) return no('not-found');
    const { year, line } = award;
    if (event.kind === 'return' || event.kind === 'recovery') {
      const isKnown =
        event.kind === 'return'
          ? this.data.payments.some((one) => one.award === award.no && sameReference(one.ref, event.paymentRef))
          : this.data.demands.some((one) => one.award === award.no && one.id === event.demandId);
      if (!isKnown) return no('not-found');
      if (event.effectiveOn === null || Number(event.effectiveOn.slice(0, 4)) > year) return no('year-passed');
    }
    if (event.kind === 'recovery-demand') {
      if (!this.data.payments.some((one) => one.award === award.no && sameReference(one.ref, event.paymentRef)))
        return no('not-found');
    }
    const date = this.dated(event.effectiveOn, year);
    if (date === null) return no('validation-failed');
    if (this.data.statuses[year] !== 'open') return no('year-not-open');
    switch (event.kind) {
      case 'commit': {
        if (award.onHold) return no('award-on-hold');
        const open = this.leastOpen(award, 'reserved', date);
        const amount = event.amountFen ?? open;
        if (amount > open || amount === 0n) return this.tooMuch(award, 'reserved', event.amountFen);
        award.moves.push({ date, reserved: -amount, committed: amount });
        this.move(year, date, [4700, line, -amount], [4801, line, amount]);
        return done(award.no);
      }
      case 'release': {
        const open = this.leastOpen(award, event.from, date);
        const amount = event.amountFen ?? open;
        if (amount > open || amount === 0n) return this.tooMuch(award, event.from, event.amountFen);
        this.giveBack(award, event.from, amount, date);
        return done(award.no);
      }
      case 'disburse': {
        if (award.onHold) return no('award-on-hold');
        if (this.data.payments.some((payment) => sameReference(payment.ref, event.paymentRef))) return no('already-exists');
        const open = this.leastOpen(award, 'committed', date);
        const amount = event.amountFen;
        if (amount > open) return this.tooMuch(award, 'committed', amount);
        const left = this.anyBelowZero(year) ? this.leastTotal(year, date, RESOURCES, SPENT) : amount;
        if (amount > left) return no('insufficient-funds', left);
        award.moves.push({ date, committed: -amount, disbursed: amount });
        award.everPaid = true;
        this.data.payments.push({ ref: event.paymentRef, award: award.no, date, paid: amount, returned: 0n, demanded: 0n });
        this.move(year, date, [4801, line, -amount], [4902, line, amount]);
        return done(award.no);
      }
      case 'return':
      case 'recovery-demand': {
        const payment = this.data.payments.find((one) => one.award === award.no && sameReference(one.ref, event.paymentRef));
        if (payment === undefined) return no('not-found');
        const amount = event.amountFen;
        const open = payment.paid - payment.returned - payment.demanded;
        if (amount > open) return no('exceeds-open-amount', open);
        if (date < payment.date) return no('validation-failed');
        if (event.kind === 'return') {
          payment.returned += amount;
          award.moves.push({ date, disbursed: -amount, committed: amount });
          this.move(year, date, [4902, line, -amount], [4801, line, amount]);
          return done(award.no);
        }
        payment.demanded += amount;
        const demand = {
          id: `demand ${this.data.demands.length}`,
          award: award.no,
          payment: payment.ref,
          date,
          demanded: amount,
          received: 0n,
        };
        this.data.demands.push(demand);
        award.moves.push({ date });
        this.move(year, date, [8110, line, amount], [8120, line, amount]);
        return done(award.no, this.data.demands.length - 1);
      }
      case 'recovery': {
        const demand = this.data.demands.find((one) => one.award === award.no && one.id === event.demandId);
        if (demand === undefined) return no('not-found');
        if (this.data.receipts.some((receipt) => sameReference(receipt, event.receiptRef))) return no('already-exists');
        const amount = event.amountFen;
        const open = demand.demanded - demand.received;
        if (amount > open) return no('exceeds-open-amount', open);
        if (date < demand.date) return no('validation-failed');
        demand.received += amount;
        this.data.receipts.push(event.receiptRef);
        award.moves.push({ date, disbursed: -amount, recovered: amount });
        if (!this.isLive(award)) award.onHold = false;
        this.move(year, date, [4902, line, -amount], [4610, line, amount], [8110, line, -amount], [8120, line, -amount]);
        return done(award.no);
      }
      default:
        throw new Error('not here');
    }
  }

  private giveBack(award: ModelAward, from: 'reserved' | 'committed', amount: bigint, date: string): void {
    award.moves.push({ date, [from]: -amount, released: amount });
    if (!this.isLive(award)) award.onHold = false;
    this.move(award.year, date, [from === 'reserved' ? 4700 : 4801, award.line, -amount], [4610, award.line, amount]);
  }

  // --- holds ----------------------------------------------------------------------------------------------------------------------

  /** The keys that make two awards one project (domain §5), exempt ones aside. */
  sameKeys(left: ModelAward, right: ModelAward): readonly string[] {
    if (left.year !== right.year) return [];
    const isOne = left.organization === right.organization;
    const shared = left.keys.filter((key) => right.keys.includes(key) && (isOne || key.startsWith('person:')));
    if (shared.length === 1 && shared[0]?.startsWith('title:') === true) {
      for (const type of ['patent:', 'person:']) {
        const [mine, other] = [left, right].map(({ keys }) => keys.find((key) => key.startsWith(type)));
        if (mine !== undefined && other !== undefined && mine !== other) return [];
      }
    }
    const exempt = this.data.exempt
      .filter(({ awards }) => awards.includes(left.no) && awards.includes(right.no))
      .flatMap(({ keys }) => keys);
    return shared.every((key) => exempt.includes(key)) ? [] : shared;
  }

  private exemptOf(left: ModelAward, right: ModelAward): void {
    this.data.exempt.push({ awards: [left.no, right.no], keys: this.sameKeys(left, right) });
  }

  private stands(award: ModelAward): boolean {
    return this.isLive(award) && !award.onHold;
  }

  private standingBeside(award: ModelAward): ModelAward[] {
    return this.data.awards.filter((one) => one !== award && this.stands(one) && this.sameKeys(award, one).length > 0);
  }

  /** Everybody that hangs together with the award by meeting. */
  component(award: ModelAward): ModelAward[] {
    const found = [award];
    for (const one of found) {
      for (const other of this.data.awards) {
        if (!found.includes(other) && this.isLive(other) && this.sameKeys(one, other).length > 0) found.push(other);
      }
    }
    return found.sort((left, right) => left.no - right.no);
  }

  /** Whether the one goes before the other in strength (domain §5). */
  private isStronger(one: ModelAward, other: ModelAward): boolean {
    const [paid, otherPaid] = [this.stage(one, 'disbursed') > 0n, this.stage(other, 'disbursed') > 0n];
    if (one.kept !== other.kept) return one.kept > other.kept;
    if (paid !== otherPaid) return paid;
    if (one.awarded !== other.awarded) return one.awarded > other.awarded;
    return one.approvedOn !== other.approvedOn ? one.approvedOn < other.approvedOn : one.no < other.no;
  }

  /** In order of strength each that meets none already standing; who stands outside of them stands in any case. */
  private whoStands(awards: readonly ModelAward[]): ModelAward[] {
    const standing: ModelAward[] = [];
    const outside = this.data.awards.filter((one) => !awards.includes(one) && this.stands(one));
    const waiting = awards.filter((award) => this.isLive(award));
    while (waiting.length > 0) {
      const next = waiting.reduce((best, one) => (this.isStronger(one, best) ? one : best));
      waiting.splice(waiting.indexOf(next), 1);
      if ([...outside, ...standing].every((other) => this.sameKeys(next, other).length === 0)) standing.push(next);
    }
    return standing;
  }

  private holdThoseWhoDoNotStand(awards: readonly ModelAward[]): void {
    const standing = this.whoStands(awards);
    for (const award of awards) award.onHold = this.isLive(award) && !standing.includes(award);
  }

  private assignHold(event: Extract<LedgerEvent, { kind: 'assign-hold' }>): Outcome {
    this.holdThoseWhoDoNotStand(this.data.awards.filter((award) => event.awardIds.includes(award.id)));
    return done();
  }

  /** Why the finding can't be settled, whoever settles it; null: it can. */
  private settled(event: Extract<LedgerEvent, { kind: 'settle' }>): Outcome | null {
    const finding = this.data.findings.find((one) => one.id === event.finding.id);
    if (finding === undefined) return no('not-found');
    return finding.status === 'open' || finding.status === 'acknowledged' ? null : no('already-decided');
  }

  private settle(event: Extract<LedgerEvent, { kind: 'settle' }>): Outcome {
    const finding = this.data.findings.find((one) => one.id === event.finding.id);
    if (finding === undefined) return no('not-found');
    const awards = finding.awards.flatMap((one) => this.data.awards[one] ?? []);
    const named = event.awardIds.map((id) => awards.find((award) => award.id === id));
    if (named.some((award) => award === undefined)) return no('validation-failed');
    const [first, second] = named;
    const live = awards.filter((award) => this.isLive(award));
    const { resolution } = event;
    if (event.demand && resolution !== 'keep') return no('validation-failed');
    if (event.payable && (resolution !== 'acknowledge' || finding.rule !== 'line-rule')) return no('validation-failed');
    if (resolution === 'acknowledge') {
      if (event.until === null || event.until < '2026-01-01') return no('validation-failed');
      finding.status = 'acknowledged';
      return done();
    }
    if (resolution !== 'release' && finding.rule !== 'one-subsidy') return no('validation-failed');
    if (resolution === 'keep') {
      const strongest = live.reduce<ModelAward | undefined>(
        (best, one) => (best === undefined || this.isStronger(one, best) ? one : best),
        undefined,
      );
      const kept = first ?? this.whoStands(awards)[0] ?? strongest;
      if (named.length > 1 || kept === undefined || !live.includes(kept)) return no('validation-failed');
      if (this.standingBeside(kept).some((one) => !awards.includes(one))) return no('project-already-subsidised');
      const paid = live.filter((one) => one !== kept && this.sameKeys(one, kept).length > 0 && this.stage(one, 'disbursed') > 0n);
      if (paid.length > 0 && !event.demand) return no('award-has-payments');
      const demanded = this.demandAll(event.effectiveOn, paid);
      if (demanded !== null) return demanded;
      kept.kept = Math.max(...this.data.awards.map((one) => one.kept)) + 1;
      this.holdThoseWhoDoNotStand(awards);
      if (!event.demand) finding.status = 'resolved';
      return done(kept.no);
    }
    if (resolution === 'dismiss') {
      const pairs =
        named.length === 2 || (named.length === 0 && awards.length === 2)
          ? [[first ?? awards[0], second ?? awards[1]]]
          : named.length === 1
            ? awards.filter((one) => one !== first).map((one) => [first, one])
            : [];
      const met = pairs.filter(
        ([left, right]) => left !== undefined && right !== undefined && this.sameKeys(left, right).length > 0,
      );
      if (met.length === 0) return no('validation-failed');
      for (const [left, right] of met) if (left !== undefined && right !== undefined) this.exemptOf(left, right);
      this.holdThoseWhoDoNotStand(awards);
      finding.status = 'dismissed';
      return done();
    }
    const targets = named.length > 0 ? named.flatMap((award) => award ?? []) : live.filter((award) => award.onHold);
    if (targets.length === 0) return no('validation-failed');
    for (const award of targets) {
      if (this.data.statuses[award.year] !== 'open') return no('year-not-open');
      if (this.stage(award, 'disbursed') > 0n || !this.isLive(award)) return no('exceeds-open-amount');
      const said = this.dated(event.effectiveOn, award.year);
      if (said === null || award.moves.some((move) => move.date > said)) return no('validation-failed');
    }
    for (const award of targets) {
      const date = this.dated(event.effectiveOn, award.year) ?? '';
      for (const from of ['reserved', 'committed'] as const) {
        const open = this.stage(award, from);
        if (open > 0n) this.giveBack(award, from, open, date);
      }
    }
    finding.status = 'resolved';
    return done();
  }

  /** Demands back all that was paid of the awards and is neither back nor demanded; the refusal of the first that can't be. */
  private demandAll(said: string | null, awards: readonly ModelAward[]): Outcome | null {
    const demands: { award: ModelAward; payment: ModelPayment; date: string; open: bigint }[] = [];
    for (const award of awards) {
      const date = this.dated(said, award.year);
      if (date === null) return no('validation-failed');
      if (this.data.statuses[award.year] !== 'open') return no('year-not-open');
      for (const payment of this.data.payments.filter((one) => one.award === award.no)) {
        const open = payment.paid - payment.returned - payment.demanded;
        if (open > 0n && date < payment.date) return no('validation-failed');
        if (open > 0n) demands.push({ award, payment, date, open });
      }
    }
    for (const { award, payment, date, open } of demands) {
      payment.demanded += open;
      const id = `settled demand ${this.data.demands.length}`;
      this.data.demands.push({ id, award: award.no, payment: payment.ref, date, demanded: open, received: 0n });
      award.moves.push({ date });
      this.move(award.year, date, [8110, award.line, open], [8120, award.line, open]);
    }
    return null;
  }
}

const BUDGET: ReadonlySet<string> = new Set([
  'appropriation',
  'supplement',
  'reduction',
  'allotment',
  'allotment-return',
  'virement',
]);

/** What no officer does on its own word, whatever the fund asks. */
function needsFinance(event: LedgerEvent): boolean {
  if (event.kind === 'reserve') return event.approvedOffline || event.distinctFrom.length > 0;
  return event.kind === 'disburse' || event.kind === 'settle' || BUDGET.has(event.kind);
}
