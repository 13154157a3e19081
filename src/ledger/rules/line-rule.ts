/** The three languages of whatever people read (domain §1). */
export interface Title {
  readonly zhHant: string;
  readonly zhHans: string;
  readonly en: string;
}

/** Type of a fact: money is a yuan string, decimal a decimal string or JSON number (no money), date `YYYY-MM-DD`. */
export const FACT_TYPES = ['boolean', 'integer', 'decimal', 'money', 'text', 'date'] as const;
export type FactType = (typeof FACT_TYPES)[number];

/** A plain JSON value that a fact is compared with. */
export type FactValue = boolean | number | string;

/** Something that the officer states on reservation. */
export interface FactRule {
  /** Key in the award's `facts`. */
  readonly name: string;
  readonly title: Title;
  readonly type: FactType;
  readonly required: boolean;
  /** Lower and upper bound, inclusive, written like the fact (text: bounds on its length). */
  readonly min?: FactValue;
  readonly max?: FactValue;
  /** The only value allowed, or the list of those allowed. */
  readonly equals?: FactValue | readonly FactValue[];
  /** What people call each value allowed. */
  readonly labels?: Readonly<Record<string, Title>>;
  /** The fact is asked for only when another fact has this value, or one of these; else it is refused. */
  readonly when?: { readonly fact: string; readonly equals: FactValue | readonly FactValue[] };
}

/** How much an award of the line may be. */
export type AmountRule =
  | { readonly kind: 'fixed'; readonly amount: string }
  /** At most `rate` of the money fact `of`, cut down to the fen, and at most `cap`. Without `rate` (not yet set) nothing can be reserved. */
  | { readonly kind: 'rate'; readonly rate?: string; readonly of: string; readonly cap?: string }
  | { readonly kind: 'discretionary' };

/** A line's rule, as data (domain §5). Amounts are yuan strings. */
export interface LineRule {
  readonly amount: AmountRule;
  /** Most that all awards of the line may come to in one fiscal year, yuan. */
  readonly annualPool?: string;
  readonly oncePerEnterprise?: boolean;
  /** Enterprises over the fund's life; beyond it reconciliation warns. */
  readonly quota?: number;
  /** Awards to the same person: only in years that lie within so many consecutive ones. */
  readonly maxConsecutiveYears?: number;
  /** Facts whose value may be used once in the fund's life, whatever the line; in one enterprise and year they make one project. */
  readonly uniqueFacts?: readonly string[];
  readonly facts: readonly FactRule[];
}
