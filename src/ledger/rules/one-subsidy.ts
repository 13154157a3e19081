import type { BusinessDate, Fen } from '../../kernel/index.js';

/*
 * One subsidy per project and year (§二(九)2, domain §5): by which keys awards are of the same project, and which of them stands. A key is
 * `code:…`, `title:…`, `fact:<name>:…` of a unique fact, or `person:…`.
 */

const TITLE = 'title:';
const FACT = 'fact:';
const PERSON = 'person:';

/** An award as far as it is told whether it is of the same project as another, and which of them is stronger. */
export interface Contender {
  readonly awardId: string;
  /** Organization code of its enterprise, or of the one that this was merged into. */
  readonly rootCode: string;
  readonly keys: readonly string[];
  /** The settlement that named it to be kept (id of its entry: a later one is greater); null: none. */
  readonly kept: string | null;
  /** Net, fen. */
  readonly disbursed: Fen;
  /** fen */
  readonly awarded: Fen;
  readonly approvedOn: BusinessDate;
}

/** Key of a unique fact, whatever the line; `value` as far as it tells one from another. */
export function factKey(name: string, value: string): string {
  return `${FACT}${name}:${value}`;
}

/** Key of a person, who is the project on a line that pays persons. */
export function personKey(identityHash: string): string {
  return `${PERSON}${identityHash}`;
}

/** What a key is of, as refusals and findings name it. */
export function keyKind(key: string): 'code' | 'title' | 'fact' | 'person' {
  if (key.startsWith(TITLE)) return 'title';
  if (key.startsWith(FACT)) return 'fact';
  return key.startsWith(PERSON) ? 'person' : 'code';
}

/** Name of a key's fact; null: it is of none. */
export function factOf(key: string): string | null {
  return key.startsWith(FACT) ? key.slice(FACT.length, key.indexOf(':', FACT.length)) : null;
}

/** Where the award that stands claims its key: within its enterprise and year, a person's wherever the person is employed. */
export function claimOfKey(rootCode: string, fiscalYear: number, key: string): string {
  return key.startsWith(PERSON) ? `${fiscalYear}|${key}` : `${fiscalYear}|${rootCode}|${key}`;
}

type Keyed = Pick<Contender, 'rootCode' | 'keys'>;

/**
 * The keys that make two awards of a year the same project; none: they are different. An equal title says nothing between two awards that
 * state a unique fact, or a person, of the same type with different values.
 */
export function sharedKeys(left: Keyed, right: Keyed): readonly string[] {
  const isSameEnterprise = left.rootCode === right.rootCode;
  const shared = left.keys.filter((key) => right.keys.includes(key) && (isSameEnterprise || key.startsWith(PERSON)));
  const [only] = shared;
  if (shared.length !== 1 || only?.startsWith(TITLE) !== true) return shared;
  return left.keys.some((key) => isOther(key, right.keys)) ? [] : shared;
}

/** Whether a unique fact is stated by the other as well, with other values alone. */
function isOther(key: string, others: readonly string[]): boolean {
  const kind = keyKind(key);
  if (kind !== 'fact' && kind !== 'person') return false;
  const type = key.slice(0, key.lastIndexOf(':') + 1);
  const ofType = others.filter((other) => other.startsWith(type));
  return ofType.length > 0 && !ofType.includes(key);
}

/** Kept by a settlement, the latest first; then with money disbursed; then the highest amount; then the earliest approval; then the earliest recorded. */
export function strongerFirst(left: Contender, right: Contender): number {
  if (left.kept !== right.kept) return (left.kept ?? '') > (right.kept ?? '') ? -1 : 1;
  if (left.disbursed > 0n !== right.disbursed > 0n) return left.disbursed > 0n ? -1 : 1;
  if (left.awarded !== right.awarded) return left.awarded > right.awarded ? -1 : 1;
  if (left.approvedOn !== right.approvedOn) return left.approvedOn < right.approvedOn ? -1 : 1;
  return left.awardId < right.awardId ? -1 : left.awardId > right.awardId ? 1 : 0;
}

/** Whether two awards are of the same project, and not an exempt pair. */
export type Meets = (left: Contender, right: Contender) => boolean;

/** Of live awards those that stand: in order of strength each that meets none already standing. `before`: others that stand in any case. */
export function whoStands<T extends Contender>(
  live: readonly T[],
  meets: Meets,
  before: readonly Contender[] = [],
): ReadonlySet<T> {
  const standing = new Set<T>();
  for (const one of [...live].sort(strongerFirst)) {
    if ([...before, ...standing].every((other) => !meets(one, other))) standing.add(one);
  }
  return standing;
}

/** A key as it is answered: its kind, and the name of its fact; never its text, which may be a person's. */
export function keyShown(key: string): { readonly kind: string; readonly fact?: string } {
  const fact = factOf(key);
  return { kind: keyKind(key), ...(fact === null ? {} : { fact }) };
}

/** Of a dismissal from before keys were recorded: exempt of whatever is shared. */
const WHATEVER = '*';

/** Whether a pair that is exempt of some keys is so of all that it shares: another key makes a question of it again. */
export function isExempt(shared: readonly string[], exempt: readonly string[] = []): boolean {
  return exempt.includes(WHATEVER) || shared.every((key) => exempt.includes(key));
}

/** Two awards that finance said to be different, in either order. */
export function pairOf(left: string, right: string): string {
  return left < right ? `${left}|${right}` : `${right}|${left}`;
}
