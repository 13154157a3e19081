import type { IncomingMessage } from 'node:http';

/** Headers that say who asks, what is sent, and what it hangs on: by their length, so that most others are passed over at once. */
const ONCE: ReadonlyMap<number, string> = new Map(
  ['authorization', 'content-type', 'idempotency-key', 'if-match'].map((name) => [name.length, name]),
);

/** The first of these headers that a request has twice: Node takes one of them, a proxy before it perhaps the other. null: none. */
export function repeatedHeader({ rawHeaders }: Pick<IncomingMessage, 'rawHeaders'>): string | null {
  let seen = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const raw = rawHeaders[at] ?? '';
    const name = ONCE.get(raw.length);
    if (name === undefined || raw.toLowerCase() !== name) continue;
    const bit = 1 << name.length;
    if ((seen & bit) !== 0) return name;
    seen |= bit;
  }
  return null;
}
