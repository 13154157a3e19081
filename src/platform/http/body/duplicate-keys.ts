/** Members of all objects of a parsed JSON value: fewer than the text has where an object names one twice. */
export function countMembers(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let count = 0;
  if (Array.isArray(value)) {
    for (const item of value) if (typeof item === 'object') count += countMembers(item);
    return count;
  }
  for (const member of Object.values(value)) {
    count++;
    if (typeof member === 'object') count += countMembers(member);
  }
  return count;
}

/** One string, one bracket, comma or colon; whatever else is a bare value. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gu;

interface Level {
  readonly keys: Set<string> | null;
  /** Key or index of what is read now. */
  at: string | number;
}

/** JSON pointer of the first member that a valid JSON text names twice in one object; null: there is none. */
export function duplicateKey(text: string): string | null {
  const levels: Level[] = [];
  let last = '';
  for (const [token] of text.matchAll(TOKEN)) {
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), at: '' });
    else if (token === '[') levels.push({ keys: null, at: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level !== undefined && typeof level.at === 'number') level.at += 1;
    else if (token === ':' && level !== undefined) {
      const key = String(JSON.parse(last));
      level.at = key;
      if (level.keys?.has(key) === true) return pointerOf(levels);
      level.keys?.add(key);
    }
    last = token;
  }
  return null;
}

function pointerOf(levels: readonly Level[]): string {
  return levels.map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
