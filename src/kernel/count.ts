/**
 * A count, a year or a version that the database gave as bigint. Money never goes this way: it stays bigint from end to end, and the
 * linter lets no other file make numbers of bigints.
 */
export function countOf(value: bigint): number {
  const count = Number(value);
  if (!Number.isSafeInteger(count)) throw new RangeError(`${value} is no count`);
  return count;
}
