import { integers, rowAsValue } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import type { AccountNeed, ApprovalNeed, BudgetDocumentNeed, Needs, PartyNeed } from '../events/event-kind.js';
import { needsOf, type LedgerEvent } from '../events/index.js';
import { accountKey } from '../state/state.js';
import { locksOf, type Companion } from './companions.js';
import type { FundEntry } from './directory.js';
import { foreseeFamilies, type Families } from './families.js';
import type { Locked } from './locks.js';
import { Subjects } from './subjects.js';

/** What a batch must lock and read, found out before the locks are taken. */
export interface Foreseen extends Locked {
  readonly lineIds: readonly number[];
  readonly years: readonly number[];
  readonly parties: readonly PartyNeed[];
  /** What may be posted a second time under the same document: reservations, budget entries, and steps of these awards. */
  readonly approvals: readonly ApprovalNeed[];
  readonly budgetDocuments: readonly BudgetDocumentNeed[];
  readonly stepDocuments: ReadonlySet<string>;
  /** Awards whose payees are named. */
  readonly payees: ReadonlySet<string>;
  readonly subjects: Subjects;
  readonly families: Families;
  /** Whether rewards of other programmes decide. */
  readonly rewards: boolean;
  /** Some line or account is not in the directory: it may be newer than it. */
  readonly incomplete: boolean;
  /** Years of which an account was wanted that is not in the directory: none is there before the year is opened. */
  readonly unopened: ReadonlySet<number>;
}

/** Most times that events are asked again for their needs: an award lies on accounts. */
const MAX_ROUNDS = 2;

/** Foresees the locks of a batch. `wholeYears`: years of which every account is wanted (a line is below zero). */
export async function foresee(
  sql: Sql,
  fund: FundEntry,
  events: readonly LedgerEvent[],
  wholeYears: ReadonlySet<number>,
  companions: readonly Companion[] = [],
): Promise<Foreseen> {
  const wanted = new Wanted(fund);
  for (const year of wholeYears) wanted.years.add(year);
  for (const id of await accountsOfYears(sql, fund.id, wholeYears)) wanted.accounts.add(id);

  let asking = events;
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const again: LedgerEvent[] = [];
    const unread: string[] = [];
    for (const event of asking) {
      const needs = needsOf(event, wanted.subjects);
      const missing = wanted.subjects.unread(needs);
      if (missing.length === 0) wanted.add(needs);
      else {
        again.push(event);
        unread.push(...missing);
      }
    }
    if (again.length === 0) {
      const families = await wanted.readFamilies(sql);
      return { ...wanted.foreseen(), families, companions: locksOf(companions) };
    }
    await wanted.subjects.read(sql, unread);
    asking = again;
  }
  throw new Error('An event asked for more again and again');
}

const YEAR_ACCOUNTS: Statement = {
  name: 'ledger.year-accounts',
  text: 'SELECT id FROM account WHERE fund_id = $1 AND fiscal_year = ANY ($2::integer[])',
};

/** Ids of all accounts of the years, from the database: another process may have added a line that this one's directory lacks. */
export async function accountsOfYears(sql: Sql, fundId: number, years: ReadonlySet<number>): Promise<number[]> {
  if (years.size === 0) return [];
  return (await sql.rows<{ id: number }>(YEAR_ACCOUNTS, [fundId, integers([...years], rowAsValue)])).map((row) => row.id);
}

/** Gathers the needs of all events. */
class Wanted {
  readonly subjects: Subjects;
  readonly accounts = new Set<number>();
  readonly years = new Set<number>();
  private readonly awards = new Set<string>();
  private readonly enterprises = new Set<string>();
  private readonly persons = new Set<string>();
  private readonly lines = new Set<number>();
  private readonly parties: PartyNeed[] = [];
  private readonly approvals: ApprovalNeed[] = [];
  private readonly budgetDocuments: BudgetDocumentNeed[] = [];
  private readonly stepDocuments = new Set<string>();
  private readonly payees = new Set<string>();
  private readonly unopened = new Set<number>();
  private incomplete = false;
  private gates = false;
  private rewards = false;

  constructor(private readonly fund: FundEntry) {
    this.subjects = new Subjects(fund);
  }

  /** What mergers lock besides: the gates of the open years, and the awards of all whom they concern. */
  async readFamilies(sql: Sql): Promise<Families> {
    const families = await foreseeFamilies(sql, this.fund.id, [...this.enterprises], this.gates);
    for (const id of families.gateIds) this.accounts.add(id);
    await this.subjects.read(sql, this.subjects.unread({ awards: families.awardIds }));
    for (const id of families.awardIds) this.addAward(id);
    return families;
  }

  add(needs: Needs): void {
    const { accounts = [], awards = [], enterprises = [], gates = false, rewards = false, party } = needs;
    this.gates ||= gates;
    this.rewards ||= rewards;
    for (const id of enterprises) this.enterprises.add(id);
    for (const account of accounts) this.addAccount(account);
    for (const id of awards) this.addAward(id);
    this.addPapers(needs);
    if (party === undefined) return;
    this.parties.push(party);
    if (party.identityHash !== null) this.persons.add(party.identityHash);
  }

  foreseen(): Omit<Foreseen, 'companions' | 'families'> {
    return {
      accountIds: [...this.accounts],
      awardIds: [...this.awards],
      identityHashes: [...this.persons],
      lineIds: [...this.lines],
      years: [...this.years],
      parties: this.parties,
      approvals: this.approvals,
      budgetDocuments: this.budgetDocuments,
      stepDocuments: this.stepDocuments,
      payees: this.payees,
      subjects: this.subjects,
      incomplete: this.incomplete,
      rewards: this.rewards,
      unopened: this.unopened,
    };
  }

  /** What is read to tell what is odd. */
  private addPapers({ approval, budgetDocument, stepDocuments, payee }: Needs): void {
    if (payee !== undefined) this.payees.add(payee);
    if (approval !== undefined) this.approvals.push(approval);
    if (budgetDocument !== undefined) this.budgetDocuments.push(budgetDocument);
    if (stepDocuments !== undefined) this.stepDocuments.add(stepDocuments);
  }

  private addAccount({ year, code, line }: AccountNeed): void {
    this.years.add(year);
    const lineId = line === null ? null : this.fund.lines.get(line);
    if (lineId === undefined) {
      this.incomplete = true;
      return;
    }
    if (lineId !== null) this.lines.add(lineId);
    const id = this.fund.accounts.get(accountKey(year, code, lineId));
    if (id !== undefined) {
      this.accounts.add(id);
      return;
    }
    this.unopened.add(year);
    this.incomplete = true;
  }

  /** Of an award that there is, its years and its line as well. */
  private addAward(id: string): void {
    const place = this.subjects.award(id);
    if (place === undefined) return;
    this.awards.add(id);
    this.lines.add(place.lineId);
    this.years.add(place.fiscalYear).add(place.budgetYear);
  }
}
