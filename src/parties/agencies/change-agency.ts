import { accepted, invalid, problem, refused, type Problem, type Result } from '../../kernel/index.js';
import type { Tx } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { versionConflict } from '../../platform/http/index.js';
import { toSimplified } from '../../platform/simplified.js';
import { Agency } from './agency.entity.js';
import { asKnown } from './agency.js';
import { hasCircle } from './reach.js';

/** What is said of an agency. */
export type AgencyStated = Pick<Agency, 'names' | 'from' | 'to' | 'successors'>;

/** Agencies at most: all of them are read to say whom an officer reaches. */
const MOST_AGENCIES = 1_000;

/** Adds an agency. Refused: `already-exists`, in either script; `validation-failed`. */
export async function addAgency(tx: Tx, code: string, stated: AgencyStated): Promise<Result<Agency>> {
  const all = await lockAll(tx);
  if (all.some((agency) => toSimplified(agency.code) === toSimplified(code))) {
    return refused(problem('already-exists', `主管部門「${code}」已登記`, `The agency “${code}” is there already`));
  }
  if (all.length >= MOST_AGENCIES) {
    return refused(invalid('/code', `最多登記 ${MOST_AGENCIES} 個主管部門`, `There are at most ${MOST_AGENCIES} agencies`));
  }
  const sound = await soundOf(tx, all, code, stated);
  if (!sound.ok) return sound;
  await insertNew(tx.manager, Agency, { code, ...sound.value });
  return accepted(await tx.manager.findOneByOrFail(Agency, { code }));
}

/** Changes an agency that the caller has seen at `version`. Refused: `not-found`, `version-conflict`, `validation-failed`. */
export async function changeAgency(
  tx: Tx,
  code: string,
  version: number,
  change: { readonly [Name in keyof AgencyStated]?: AgencyStated[Name] | undefined },
): Promise<Result<Agency>> {
  const all = await lockAll(tx);
  const before = all.find((agency) => agency.code === code);
  if (before === undefined) return refused(noSuchAgency(code));
  if (before.version !== version) return refused(versionConflict(before.version).problem);
  const stated = {
    names: change.names ?? before.names,
    from: change.from === undefined ? before.from : change.from,
    to: change.to === undefined ? before.to : change.to,
    successors: change.successors ?? before.successors,
  };
  const sound = await soundOf(tx, all, code, stated);
  if (!sound.ok) return sound;
  await tx.manager.update(Agency, { code }, sound.value);
  return accepted(await tx.manager.findOneByOrFail(Agency, { code }));
}

/** There is no such agency. */
export function noSuchAgency(code: string): Problem {
  return problem('not-found', `沒有主管部門「${code}」`, `There is no agency “${code}”`);
}

/** One change of the succession at a time. */
function lockAll(tx: Tx): Promise<Agency[]> {
  return tx.manager.find(Agency, { order: { code: 'ASC' }, lock: { mode: 'pessimistic_write' } });
}

/** As stated, with successors by their codes; refused where the succession would not be sound. */
async function soundOf(tx: Tx, all: readonly Agency[], code: string, stated: AgencyStated): Promise<Result<AgencyStated>> {
  if (stated.from !== null && stated.to !== null && stated.to < stated.from) {
    return refused(invalid('/to', '不得早於起始日期', 'Must not be before its first day'));
  }
  const successors = await asKnown(tx, stated.successors, (index) => `/successors/${index}`);
  if (!successors.ok) return successors;
  const after = { ...stated, successors: successors.value };
  const others = all.filter((agency) => agency.code !== code);
  if (hasCircle([...others, { code, ...after }])) {
    return refused(invalid('/successors', '承接關係不得循環', 'An agency must not succeed itself, directly or by way of others'));
  }
  const starts = new Map<string, string | null>([
    ...others.map(({ code: other, from }) => [other, from] as const),
    [code, after.from],
  ]);
  const early = (from: string | null, successor: string): boolean => from !== null && (starts.get(successor) ?? '') < from;
  const index = after.successors.findIndex((successor) => early(after.from, successor));
  if (index >= 0) return refused(beginsBefore(`/successors/${index}`));
  const precedes = others.some((agency) => agency.successors.includes(code) && early(agency.from, code));
  return precedes ? refused(beginsBefore('/from')) : accepted(after);
}

function beginsBefore(pointer: string): Problem {
  return invalid(pointer, '承接者不得早於被承接者成立', 'A successor must not begin before the agency that it succeeds');
}
