/** The chart of accounts (domain §2): what each code means, its normal side, and whether every programme line has one of its own. */
export const ACCOUNT = {
  /** 預算批覆 */ appropriation: 4110,
  /** 追加追減, may be negative */ adjustment: 4120,
  /** 結轉轉入 */ carriedIn: 4190,
  /** 以前年度收回 */ receivedBack: 4196,
  /** 待分配 */ unallotted: 4450,
  /** 可用 */ available: 4610,
  /** 預留 */ reserved: 4700,
  /** 承諾 */ committed: 4801,
  /** 撥付 */ disbursed: 4902,
  /** 收回結餘 */ lapsed: 4395,
  /** 結轉轉出 */ carriedOut: 4396,
  /** 應追回 */ recoveryDemanded: 8110,
  /** contra of 8110 */ recoveryContra: 8120,
} as const;

/** Code of an account. */
export type AccountCode = (typeof ACCOUNT)[keyof typeof ACCOUNT];

/** Debit or credit. */
export type Side = 'D' | 'C';

interface AccountKind {
  readonly code: AccountCode;
  readonly normalSide: Side;
  /** One per programme line, one without line, or both (4395). */
  readonly scope: 'year' | 'line' | 'both';
}

/** Every account kind of a fiscal year. */
export const CHART: readonly AccountKind[] = [
  { code: ACCOUNT.appropriation, normalSide: 'D', scope: 'year' },
  { code: ACCOUNT.adjustment, normalSide: 'D', scope: 'year' },
  { code: ACCOUNT.carriedIn, normalSide: 'D', scope: 'line' },
  { code: ACCOUNT.receivedBack, normalSide: 'D', scope: 'year' },
  { code: ACCOUNT.unallotted, normalSide: 'C', scope: 'year' },
  { code: ACCOUNT.available, normalSide: 'C', scope: 'line' },
  { code: ACCOUNT.reserved, normalSide: 'C', scope: 'line' },
  { code: ACCOUNT.committed, normalSide: 'C', scope: 'line' },
  { code: ACCOUNT.disbursed, normalSide: 'C', scope: 'line' },
  { code: ACCOUNT.lapsed, normalSide: 'C', scope: 'both' },
  { code: ACCOUNT.carriedOut, normalSide: 'C', scope: 'line' },
  { code: ACCOUNT.recoveryDemanded, normalSide: 'D', scope: 'line' },
  { code: ACCOUNT.recoveryContra, normalSide: 'C', scope: 'line' },
];

/** Accounts by which money comes into a year (invariant 2, left side). */
export const RESOURCE_ACCOUNTS: readonly AccountCode[] = [4110, 4120, 4190, 4196];
