/** Member that stands for a bigint in stored JSON; no request has one of this name, as nothing of it may hold an object of its own making. */
const FEN = '$fen';

/** Events as JSON: bigint is kept as what it is. */
export function pack<T>(value: T): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? { [FEN]: String(member) } : member)),
  );
}

/** What `pack` has made JSON of. */
export function unpack<T>(stored: unknown): T {
  return JSON.parse(JSON.stringify(stored), (_, member: unknown) => {
    if (typeof member !== 'object' || member === null || !(FEN in member)) return member;
    return BigInt(String(member[FEN]));
  }) as T;
}
