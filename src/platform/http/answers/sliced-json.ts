import { setImmediate } from 'node:timers/promises';

/** A list's items beyond which its text is made in slices. */
const SLICED_ABOVE = 50;
/** Milliseconds after which everybody else has a turn. */
const SLICE_MS = 1;

/** A body whose items are many. */
export interface LongList {
  readonly items: readonly unknown[];
}

/** Whether making the body's text at once could hold everybody else up: 200 awards with all facts that they may have are 3 MB. */
export function isLongList(body: unknown): body is LongList {
  return (
    typeof body === 'object' && body !== null && 'items' in body && Array.isArray(body.items) && body.items.length > SLICED_ABOVE
  );
}

/** The same text as JSON.stringify makes, item by item, with turns of the event loop in between. */
export async function slicedJson(body: LongList): Promise<string> {
  const items: string[] = [];
  let since = performance.now();
  for (const item of body.items) {
    items.push(JSON.stringify(item));
    if (performance.now() - since < SLICE_MS) continue;
    await setImmediate();
    since = performance.now();
  }
  const members = Object.entries(body).flatMap(([name, value]) => {
    const text = name === 'items' ? `[${items.join(',')}]` : (JSON.stringify(value) as string | undefined);
    return text === undefined ? [] : [`${JSON.stringify(name)}:${text}`];
  });
  return `{${members.join(',')}}`;
}
