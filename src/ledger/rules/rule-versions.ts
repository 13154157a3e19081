import type { BusinessDate } from '../../kernel/index.js';
import type { LineRule } from './line-rule.js';

/** A rule of a line, and the day from which it holds: until the day of the next (domain §5, Line rules). */
export interface RuleVersion {
  /** Counted within the line, in the order in which they were stored. */
  readonly number: number;
  readonly from: BusinessDate;
  readonly rule: LineRule;
}

/** The versions that hold on some day: of one day the last that was stored, by day. */
export function inForce<V extends RuleVersion>(versions: readonly V[]): readonly V[] {
  const byDay = new Map<BusinessDate, V>();
  for (const version of versions) {
    const other = byDay.get(version.from);
    if (other === undefined || other.number < version.number) byDay.set(version.from, version);
  }
  return [...byDay.values()].sort((left, right) => (left.from < right.from ? -1 : 1));
}

/** Of versions in force, by day, the one that holds on a date; before the first day the first one does. */
export function versionOn<V extends RuleVersion>(versions: readonly V[], date: BusinessDate): V {
  const version = versions.findLast(({ from }) => from <= date) ?? versions[0];
  if (version === undefined) throw new Error('A line without a rule');
  return version;
}

/** Whether the rule lets nothing be reserved: a rate that finance has not set (domain §5). */
export function lacksRate({ amount }: LineRule): boolean {
  return amount.kind === 'rate' && amount.rate === undefined;
}
