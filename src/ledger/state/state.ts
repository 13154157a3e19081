import type { BusinessDate, Fen, Text } from '../../kernel/index.js';
import type { AccountCode, Side } from '../chart/accounts.js';
import type { LineRule } from '../rules/line-rule.js';

/** An account under lock. */
export interface AccountState {
  readonly id: number;
  readonly fiscalYear: number;
  readonly code: AccountCode;
  readonly lineId: number | null;
  readonly normalSide: Side;
  /** fen, in the direction of the normal side */
  balance: Fen;
  /** fen; null: no floor (4120) */
  floor: Fen | null;
  version: bigint;
  /** Business date of its latest posting. */
  lastEffectiveOn: BusinessDate | null;
  awardCount: number;
  /** Net of each day; read only when a posting is dated before the account's last one. */
  days?: Map<BusinessDate, Fen>;
}

export interface YearState {
  readonly year: number;
  readonly status: 'draft' | 'open' | 'closed';
  ceilingRaisedFen: Fen;
  /** Some line's available was below zero when the batch was read. */
  readonly belowZero: boolean;
}

export interface LineState {
  readonly id: number;
  readonly code: string;
  readonly leadAgencies: readonly string[];
  readonly payee: 'enterprise' | 'person';
  readonly reservable: boolean;
  /** Why nothing can be reserved; null where it can. */
  readonly reason: Text | null;
  readonly rule: LineRule;
}

export interface EnterpriseState {
  readonly id: string;
  readonly organizationCode: string;
  creditCode: string | null;
  readonly name: string;
}

export interface ProjectState {
  readonly id: string;
  readonly enterpriseId: string;
  readonly key: string;
  readonly title: string;
  readonly code: string | null;
  /** The project, alike but for id and key, that its award belonged to until a finding was dismissed; null for all others. */
  readonly splitFrom: string | null;
}

export interface PersonState {
  readonly id: string;
  readonly identityHash: string;
  readonly identityMasked: string;
  readonly name: string;
  /** The person's awards that are live or were ever paid. */
  readonly years: readonly { readonly awardId: string; readonly lineId: number; readonly fiscalYear: number }[];
}

/** One day's change of an award's open amounts, fen. */
export interface AwardDay {
  reserved: Fen;
  committed: Fen;
}

/** An award under lock. */
export interface AwardState {
  readonly id: string;
  readonly number: string;
  readonly fiscalYear: number;
  readonly budgetYear: number;
  readonly lineId: number;
  readonly enterprise: EnterpriseState;
  project: ProjectState;
  readonly person: Omit<PersonState, 'years'> | null;
  readonly awarded: Fen;
  reserved: Fen;
  committed: Fen;
  disbursed: Fen;
  released: Fen;
  recovered: Fen;
  onHold: boolean;
  everPaid: boolean;
  readonly approvedOffline: boolean;
  readonly approvalRef: string;
  readonly approvedOn: BusinessDate;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Business date of the reservation. */
  readonly effectiveOn: BusinessDate;
  lastEffectiveOn: BusinessDate;
  readonly createdBy: string;
  createdAt: Date;
  version: number;
  /** Read only when an event is dated before the award's last one. */
  days?: Map<BusinessDate, AwardDay>;
}

export interface PaymentState {
  readonly id: string;
  readonly awardId: string;
  readonly paymentRef: string;
  readonly fiscalYear: number;
  readonly effectiveOn: BusinessDate;
  readonly paid: Fen;
  returned: Fen;
  demanded: Fen;
  recovered: Fen;
}

export interface DemandState {
  readonly id: string;
  readonly awardId: string;
  readonly paymentId: string;
  readonly fiscalYear: number;
  readonly effectiveOn: BusinessDate;
  readonly demanded: Fen;
  received: Fen;
}

export interface FindingState {
  readonly id: string;
  readonly rule: string;
  readonly fiscalYear: number;
  readonly lineId: number | null;
  readonly awardIds: readonly string[];
  status: 'open' | 'resolved' | 'dismissed';
}

/** Who stands in the way of a claim: shown as `conflictingAward`. */
export interface ClaimHolder {
  readonly awardId: string;
  readonly number: string;
  readonly line: string;
  readonly awarded: Fen;
}

/** What must still be read before an event can be decided. Accounts restart the attempt, as locks are taken in order. */
export type Need =
  | { readonly kind: 'year-accounts'; readonly year: number }
  | { readonly kind: 'account-days'; readonly accountIds: readonly number[] }
  | { readonly kind: 'award-days'; readonly awardId: string };

/** Raised by the state inside `decide`, never out of an attempt: read this and decide again. */
export class StateNeed extends Error {
  constructor(readonly need: Need) {
    super(`More is to be read: ${need.kind}`);
  }
}

/** Key of an account within a fund. */
export function accountKey(year: number, code: AccountCode, lineId: number | null): string {
  return `${year}:${code}:${lineId ?? ''}`;
}

/** All that one batch of one fund reads under its locks, and what its accepted events have made of it so far. */
export class State {
  readonly accounts = new Map<string, AccountState>();
  readonly years = new Map<number, YearState>();
  readonly linesByCode = new Map<string, LineState>();
  readonly linesById = new Map<number, LineState>();
  readonly enterprises = new Map<string, EnterpriseState>();
  /** by enterprise id and project key */
  readonly projects = new Map<string, ProjectState>();
  /** by identity hash */
  readonly persons = new Map<string, PersonState>();
  /** the award that stands for a project and fiscal year */
  readonly standing = new Map<string, ClaimHolder>();
  /** who holds a claim: one award, or several that had the same already when a rule came to give once */
  readonly claims = new Map<string, readonly ClaimHolder[]>();
  readonly awards = new Map<string, AwardState>();
  /** by project and fiscal year: ids of its awards, of a person's project those of the person */
  readonly projectAwards = new Map<string, readonly string[]>();
  /** Σ awarded − released − recovered of a line's awards of a fiscal year, for lines with an annual pool */
  readonly pools = new Map<string, Fen>();
  /** by award id */
  readonly payments = new Map<string, PaymentState[]>();
  readonly demands = new Map<string, DemandState>();
  readonly findings = new Map<string, FindingState>();
  /** open findings of an award on hold */
  readonly openFindings = new Map<string, readonly string[]>();
  /** years whose accounts are all locked */
  readonly wholeYears = new Set<number>();

  constructor(
    readonly fund: {
      readonly id: number;
      readonly code: string;
      readonly annualAmountFen: Fen;
      readonly lineCodes: ReadonlyMap<number, string>;
    },
    /** Asia/Shanghai */
    readonly today: BusinessDate,
    readonly recordedAt: Date,
  ) {}

  /** The account; its absence here is a fault of the loader, not of the request. */
  account(year: number, code: AccountCode, lineId: number | null = null): AccountState {
    const account = this.accounts.get(accountKey(year, code, lineId));
    if (account === undefined) throw new Error(`Account ${code} of ${year}, line ${lineId}, is not locked`);
    return account;
  }

  /** Accounts of one kind over all lines of a year, all locked. */
  accountsOf(year: number, codes: readonly AccountCode[]): AccountState[] {
    if (!this.wholeYears.has(year)) throw new StateNeed({ kind: 'year-accounts', year });
    return [...this.accounts.values()].filter((account) => account.fiscalYear === year && codes.includes(account.code));
  }

  /** The award named as what stands in the way of a claim: the first of its holders. */
  claimHolder(key: string): ClaimHolder | undefined {
    return this.claims.get(key)?.[0];
  }

  line(id: number): LineState {
    const line = this.linesById.get(id);
    if (line === undefined) throw new Error(`Line ${id} was not read`);
    return line;
  }
}
