import type { Fen } from '../../kernel/index.js';
import type { Leg } from '../chart/legs.js';
import type { Claim, ClaimKind } from './claims.js';
import type { Effects, EnterpriseAlias, EntryDraft, Exemption, Moved } from './effects.js';
import type {
  AccountState,
  AwardState,
  DemandState,
  EnterpriseState,
  PaymentState,
  PersonState,
  ProjectState,
  Publicity,
} from './model.js';

/** A posting that is to be written. */
export interface PostingRow {
  readonly account: AccountState;
  readonly version: bigint;
  readonly entry: EntryDraft;
  readonly leg: Leg<AccountState>;
  readonly balanceAfter: Fen;
}

/** Who posts: the maker, and who agreed to it. */
export interface Author {
  readonly actorId: string;
  readonly agreed: { readonly approvalId: string; readonly checkers: readonly string[] } | null;
}

/** An entry that is to be written, with the award as it stands after it. */
export interface EntryRow {
  readonly entry: EntryDraft;
  readonly by: Author;
  readonly awardAfter: readonly bigint[] | null;
}

/** All that the accepted events of a batch write, gathered set-wise. */
export class Changes {
  readonly entries: EntryRow[] = [];
  readonly postings: PostingRow[] = [];
  readonly enterprises: EnterpriseState[] = [];
  readonly creditCodes: { enterprise: EnterpriseState; creditCode: string }[] = [];
  readonly projects: ProjectState[] = [];
  readonly persons: PersonState[] = [];
  readonly newAwards = new Set<AwardState>();
  readonly changedAwards = new Set<AwardState>();
  readonly claims: Claim[] = [];
  /** awards whose claims of these kinds are given up */
  readonly freedClaims: { awardId: string; kind: ClaimKind }[] = [];
  readonly details: NonNullable<Effects['details']>[] = [];
  readonly aliases: { entryId: string; alias: EnterpriseAlias }[] = [];
  readonly exemptions: { entryId: string; exemption: Exemption }[] = [];
  /** of awards, with the version by which each was recorded */
  readonly publicities: { awardId: string; version: number; publicity: Publicity }[] = [];
  readonly rekeyed = new Set<AwardState>();
  /** enterprises that were merged or parted */
  readonly families: Moved[] = [];
  /** awards of enterprises that were merged or parted */
  readonly rerooted = new Set<AwardState>();
  readonly touchedYears = new Set<number>();
  readonly payments = new Set<PaymentState>();
  readonly newPayments = new Set<PaymentState>();
  readonly demands = new Set<DemandState>();
  readonly newDemands = new Set<DemandState>();
  readonly overrides: { entryId: string; override: NonNullable<Effects['override']> }[] = [];
  readonly raisedYears = new Set<number>();
  /** accounts as they were before the batch, for those that moved */
  readonly moved = new Map<AccountState, bigint>();
}
