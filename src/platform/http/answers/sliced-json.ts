import { setTimeout } from 'node:timers/promises';

/** A list's items beyond which its text is made in slices. */
const SLICED_ABOVE = 50;
/** Milliseconds after which everybody else has a turn, and for how long: where cores are short, a turn of the loop alone gives none away. */
const SLICE_MS = 1;
const PAUSE_MS = 2;
/** Characters that are made bytes together: 3 MB at once would take 18 ms. */
const PART_CHARACTERS = 32 * 1024;

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

/** The bytes of the text that JSON.stringify makes, item by item, with turns of the event loop in between. */
export async function slicedJson(body: LongList): Promise<readonly Buffer[]> {
  const parts: Buffer[] = [];
  let text = '{';
  let since = performance.now();
  const say = async (more: string): Promise<void> => {
    text += more;
    if (text.length >= PART_CHARACTERS) {
      parts.push(Buffer.from(text));
      text = '';
    }
    if (performance.now() - since < SLICE_MS) return;
    await setTimeout(PAUSE_MS);
    since = performance.now();
  };
  let comma = '';
  for (const [name, value] of Object.entries(body)) {
    if (value === undefined) continue;
    await say(`${comma}${JSON.stringify(name)}:`);
    if (name === 'items') {
      for (const [index, item] of body.items.entries()) await say(`${index === 0 ? '[' : ','}${JSON.stringify(item)}`);
      await say(']');
    } else await say(JSON.stringify(value));
    comma = ',';
  }
  parts.push(Buffer.from(`${text}}`));
  return parts;
}
