import type { BusinessDate } from '../../kernel/index.js';
import type { Agency } from './agency.entity.js';

/** What of an agency says who succeeds whom. */
export type Succession = Pick<Agency, 'code' | 'from' | 'successors'>;

/**
 * The agencies whose lines and awards an agency's officers reach: its own, and those that it succeeded, directly or by way of others, once
 * it has begun (domain §1).
 */
export function reachOf(code: string, agencies: readonly Succession[], today: BusinessDate): readonly string[] {
  const reached = new Set([code]);
  // A set is iterated over what is added meanwhile as well.
  for (const one of reached) {
    const from = agencies.find((agency) => agency.code === one)?.from ?? null;
    if (from !== null && from > today) continue;
    for (const agency of agencies) if (agency.successors.includes(one)) reached.add(agency.code);
  }
  return [...reached];
}

/** Whether some agency would succeed itself, directly or by way of others. */
export function hasCircle(agencies: readonly Succession[]): boolean {
  return agencies.some(({ code, successors }) => {
    const behind = new Set(successors);
    for (const one of behind)
      for (const next of agencies.find((agency) => agency.code === one)?.successors ?? []) behind.add(next);
    return behind.has(code);
  });
}
