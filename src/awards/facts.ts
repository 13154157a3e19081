import { propertyRule } from '../platform/http/index.js';

/** What an award's facts may come to: an immutable row keeps them for ever. */
export const FACTS_LIMITS = { bytes: 16 * 1024, textBytes: 2 * 1024, nameBytes: 64, names: 100 } as const;

/** The facts that a line's rule asks for (GET …/lines: rule.facts): 16 KiB of JSON in all, 2 KiB a text. */
export const IsFacts = propertyRule(
  'isFacts',
  isWithinLimits,
  '事實須為物件，總計不得超過 16 KiB，每段文字不得超過 2 KiB，名稱不得超過 64 個位元組。',
  'must be an object of at most 16 KiB in all, 2 KiB a text, 100 facts, and 64 bytes a name',
);

function isWithinLimits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  if (names.length === 0) return true;
  if (names.length > FACTS_LIMITS.names || names.some((name) => Buffer.byteLength(name) > FACTS_LIMITS.nameBytes)) return false;
  return areShort(value) && Buffer.byteLength(JSON.stringify(value)) <= FACTS_LIMITS.bytes;
}

/** Whether no text in a value, whose depth is bounded, is too long. */
function areShort(value: unknown): boolean {
  if (typeof value === 'string') return Buffer.byteLength(value) <= FACTS_LIMITS.textBytes;
  return typeof value !== 'object' || value === null || Object.values(value).every(areShort);
}
