import type { SchemaObject } from '@nestjs/swagger';
import { propertyRule } from '../platform/http/index.js';

/** What an award's facts may come to: an immutable row keeps them for ever. */
export const FACTS_LIMITS = { bytes: 16 * 1024, textBytes: 2 * 1024, nameBytes: 64, names: 100 } as const;

/** UTF-8 bytes that one UTF-16 unit has at most. */
const BYTES_PER_UNIT = 3;

const SINGLE: SchemaObject[] = [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }];

/** Facts in the OpenAPI document: named single values. */
export const FACTS = {
  type: 'object' as const,
  additionalProperties: { oneOf: SINGLE },
  maxProperties: FACTS_LIMITS.names,
};

/** The facts that a line's rule asks for (GET …/lines: rule.facts): one value each, 16 KiB of JSON in all, 2 KiB a text. */
export const IsFacts = propertyRule(
  'isFacts',
  isWithinLimits,
  '事實須為物件，每項為一個值(文字、數字、是或否)，總計不得超過 16 KiB、100 項，每段文字不得超過 2 KiB，名稱不得超過 64 個位元組。',
  'must be an object of single values (text, number, true or false), at most 16 KiB and 100 facts in all, 2 KiB a text, 64 bytes a name',
);

function isWithinLimits(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const facts = Object.entries(value);
  if (facts.length > FACTS_LIMITS.names) return false;
  let units = 0;
  for (const [name, fact] of facts) {
    if (isLonger(name, FACTS_LIMITS.nameBytes) || (typeof fact === 'object' && fact !== null)) return false;
    units += name.length;
    if (typeof fact !== 'string') continue;
    if (isLonger(fact, FACTS_LIMITS.textBytes)) return false;
    units += fact.length;
  }
  // Quotes, colon, comma, and a number or word that is no text: 40 bytes at most.
  const atMost = units * BYTES_PER_UNIT + facts.length * 40;
  return atMost <= FACTS_LIMITS.bytes || Buffer.byteLength(JSON.stringify(value)) <= FACTS_LIMITS.bytes;
}

function isLonger(text: string, bytes: number): boolean {
  return text.length * BYTES_PER_UNIT > bytes && Buffer.byteLength(text) > bytes;
}
