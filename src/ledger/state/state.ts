import type { BusinessDate, Digest, Fen } from '../../kernel/index.js';
import type { AccountCode } from '../chart/accounts.js';
import { DEFAULT_READING, type ExternalReward, type RewardReading } from '../rules/highest-of-three.js';
import type { Simplify } from '../rules/names.js';
import type { ApprovalRule, Moved } from '../rules/second-person.js';
import { claimKey, type ClaimName } from './claims.js';
import type {
  AccountState,
  AwardState,
  ClaimHolder,
  DemandState,
  EnterpriseState,
  KnownAccount,
  LineState,
  PaymentState,
  PersonState,
  ProjectState,
  RivalReward,
  YearState,
} from './model.js';
import type { More } from './more.js';

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
  /** the awards that hold a claim, by their place: one, or several that have the same and may */
  readonly claims = new Map<string, readonly ClaimHolder[]>();
  readonly awards = new Map<string, AwardState>();
  /** by pair of awards (pairOf): the keys that they share and are different projects all the same */
  readonly exempt = new Map<string, readonly string[]>();
  /** Σ awarded − released − recovered of a line's awards of a fiscal year, for lines with an annual pool */
  readonly pools = new Map<string, Fen>();
  /** by award id */
  readonly payments = new Map<string, PaymentState[]>();
  readonly demands = new Map<string, DemandState>();
  /** enterprises that an event merges or parts, with all that hang together with them, by id */
  readonly families = new Map<string, EnterpriseState>();
  /** they have more awards than one event moves */
  familiesTooLarge = false;
  /** how the fund reads the highest of three */
  rewardReading: RewardReading = DEFAULT_READING;
  /** rewards of other programmes, of the enterprises that the events are of, and of whom these are merged with */
  externals: readonly ExternalReward[] = [];
  /** where there are any: awards beside the locked ones that count against them */
  rivals: readonly RivalReward[] = [];
  /** codes of the roots of these enterprises, by their ids */
  readonly rootCodes = new Map<string, string>();
  /** open findings of an award on hold */
  readonly openFindings = new Map<string, readonly { readonly id: string; readonly rule: string }[]>();
  /** what was posted under which document (documents.ts), as far as the events could repeat it: what it is told by */
  readonly documents = new Map<string, string>();
  /** by award that is paid: the names by which its payee is known (rules/names.ts) */
  readonly payeeNames = new Map<string, ReadonlySet<string>>();
  /** by whose account it is (payeeSubject) */
  readonly payeeAccounts = new Map<string, KnownAccount>();
  /** for what the fund asks a second person; read where an event may need one */
  approvalRules: readonly ApprovalRule[] = [];
  /** what was moved before, where a threshold of these rules adds it up */
  readonly moved = new Map<string, readonly Moved[]>();
  /** years whose accounts are all locked */
  readonly wholeYears = new Set<number>();

  constructor(
    readonly fund: {
      readonly id: number;
      readonly code: string;
      readonly annualAmountFen: Fen;
      readonly firstYear: number;
      readonly lineCodes: ReadonlyMap<number, string>;
    },
    /** Asia/Shanghai */
    readonly today: BusinessDate,
    readonly recordedAt: Date,
    readonly digest: Digest,
    readonly simplify: Simplify,
  ) {}

  /** The account; its absence here is a fault of the loader, not of the request. */
  account(year: number, code: AccountCode, lineId: number | null = null): AccountState {
    const account = this.accounts.get(accountKey(year, code, lineId));
    if (account === undefined) throw new Error(`Account ${code} of ${year}, line ${lineId}, is not locked`);
    return account;
  }

  /** Accounts of these kinds over all lines of a year; `More` while not every account of the year is locked. */
  accountsOf(year: number, codes: readonly AccountCode[]): readonly AccountState[] | More {
    if (!this.wholeYears.has(year)) return { more: { kind: 'year-accounts', year } };
    return [...this.accounts.values()].filter((account) => account.fiscalYear === year && codes.includes(account.code));
  }

  /** The award named as what stands in the way of a claim: the first of its holders. */
  claimHolder(name: ClaimName): ClaimHolder | undefined {
    return this.claims.get(claimKey(name))?.[0];
  }

  /** The line; its absence here is a fault of the loader. */
  line(id: number): LineState {
    const line = this.linesById.get(id);
    if (line === undefined) throw new Error(`Line ${id} was not read`);
    return line;
  }

  /** The line that an event names, which was looked for among the fund's lines before. */
  lineOf(code: string): LineState {
    const line = this.linesByCode.get(code);
    if (line === undefined) throw new Error(`Line ${code} was not read`);
    return line;
  }

  /** An award that the event's needs name. */
  award(id: string): AwardState {
    const award = this.awards.get(id);
    if (award === undefined) throw new Error(`Award ${id} is not locked`);
    return award;
  }
}
