/** One string, one bracket, comma or colon; whatever else is a bare value. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/gu;

interface Level {
  readonly keys: Set<string> | null;
  /** Key or index of what is read now. */
  at: string | number;
}

/** Walks the members and items of a valid JSON text until one is the wanted; its JSON pointer, null: none is. */
function pointerWhere(text: string, isWanted: (token: RegExpExecArray, isKey: boolean, level: Level) => boolean): string | null {
  const levels: Level[] = [];
  let last = '';
  for (const match of text.matchAll(TOKEN)) {
    const [token] = match;
    const level = levels.at(-1);
    if (token === '{') levels.push({ keys: new Set(), at: '' });
    else if (token === '[') levels.push({ keys: null, at: 0 });
    else if (token === '}' || token === ']') levels.pop();
    else if (token === ',' && level !== undefined && typeof level.at === 'number') level.at += 1;
    else if (token === ':' && level !== undefined) {
      level.at = String(JSON.parse(last));
      if (isWanted(match, true, level)) return pointerOf(levels);
      level.keys?.add(level.at);
    } else if (level !== undefined && isWanted(match, false, level)) return pointerOf(levels);
    last = token;
  }
  return null;
}

/** JSON pointer of the first member that a valid JSON text names twice in one object; null: there is none. */
export function duplicateKey(text: string): string | null {
  return pointerWhere(text, (_token, isKey, { keys, at }) => isKey && keys?.has(String(at)) === true);
}

/** JSON pointer of the value that stands at a place of a valid JSON text; `''`: the whole. */
export function pointerAt(text: string, index: number): string {
  return pointerWhere(text, (token, isKey) => !isKey && token.index === index) ?? '';
}

function pointerOf(levels: readonly Level[]): string {
  return levels.map(({ at }) => `/${String(at).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
