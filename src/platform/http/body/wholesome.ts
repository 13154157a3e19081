import { invalid, type Problem } from '../../../kernel/index.js';

/** Control characters (C0, DEL, C1), and what turns the direction of a text: marks, embeddings, overrides, isolates. */
const ODD = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** The same without a line feed. */
const ODD_IN_FREE_TEXT = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** Members that take a text of several lines, wherever but in facts; a line ends with LF. */
const FREE_TEXTS: ReadonlySet<string> = new Set(['reason', 'notes', 'objections']);
/** What an officer states of an award: names in it are a line's, not ours. */
const FACTS = 'facts';

/** Whether a text of one line, like a name or a parameter, holds what no text should. */
export function isOddText(text: string): boolean {
  return ODD.test(text);
}

/**
 * The first text of a parsed JSON value that holds a control character, a direction override or half of a Unicode character, or a key that
 * would poison a prototype when it is copied; null: there is none. The value's depth is bounded by then.
 */
export function firstOddity(value: unknown, pointer = '', name = ''): Problem | null {
  if (typeof value === 'string') return oddityOf(value, pointer, name);
  if (typeof value !== 'object' || value === null) return null;
  const isList = Array.isArray(value);
  for (const [key, member] of Object.entries(value)) {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const inner = isList || name === FACTS ? name : key;
    const found = (isList ? null : oddKey(key, member, pointer)) ?? firstOddity(member, at, inner);
    if (found !== null) return found;
  }
  return null;
}

function oddityOf(text: string, pointer: string, name: string): Problem | null {
  if (!text.isWellFormed()) {
    return invalid(pointer, '文字含有不完整的 Unicode 字元。', 'The text holds half of a Unicode character.');
  }
  if (!(FREE_TEXTS.has(name) ? ODD_IN_FREE_TEXT : ODD).test(text)) return null;
  return invalid(
    pointer,
    '文字不得含有控制字元或改變文字方向的字元(說明文字可以換行)。',
    'Text may not hold control characters or direction overrides (a line of a free text ends with LF).',
  );
}

function oddKey(key: string, member: unknown, pointer: string): Problem | null {
  if (key.isWellFormed() && !ODD.test(key) && !poisons(key, member)) return null;
  return invalid(pointer, '內容含有不允許的欄位名稱。', 'The body holds a forbidden key.');
}

function poisons(key: string, member: unknown): boolean {
  if (key === '__proto__') return true;
  return key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype');
}
