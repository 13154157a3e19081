import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, ProblemError, type Problem } from '../../../kernel/index.js';
import { unsupportedMediaType } from '../problems/fault-problem.js';
import { countMembers } from './count-members.js';
import { isExactNumber } from './exact-number.js';
import { duplicateKey, pointerAt } from './json-places.js';
import { scanJson } from './json-scan.js';
import { firstOddity } from './wholesome.js';

/** Digits of a refused number that its refusal shows. */
const SHOWN_DIGITS = 40;
/** Numbers of a body that are so long, or have so large an exponent, that they must be looked at one by one. */
const LONG_NUMBERS = 10_000;

/**
 * A body that could not be read. It stands in the body's place until the access guard has spoken, because a role is refused (403)
 * before a malformed body is (400).
 */
export class FaultyBody {
  constructor(readonly problem: Problem) {}
}

/** Takes `application/json` in UTF-8 alone; every other media type is 415. An empty body is no body. */
export function acceptJsonBodies(instance: FastifyInstance, depthLimit: number): void {
  instance.removeAllContentTypeParsers();
  instance.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    if (!isPlainUtf8(request)) {
      done(new ProblemError(unsupportedMediaType()));
      return;
    }
    done(null, bytes.length === 0 ? undefined : readJson(bytes, depthLimit));
  });
}

/**
 * The value of a JSON text, or why it is refused. What the bytes alone don't show is looked for where they hint at it: a text with escapes
 * or odd characters, a long number, an object with fewer members than are written.
 */
function readJson(bytes: Buffer, depthLimit: number): unknown {
  if (!isUtf8(bytes)) return faulty('內容不是有效的 UTF-8。', 'The body is not valid UTF-8.');
  const scan = scanJson(bytes);
  if (scan.depth > depthLimit) {
    return faulty(`JSON 巢狀不得超過 ${depthLimit} 層。`, `JSON may be nested at most ${depthLimit} levels deep.`);
  }
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty('內容不是有效的 JSON。', 'The body is not valid JSON.');
  }
  if (scan.numbers.length > LONG_NUMBERS) {
    const most = `${LONG_NUMBERS}`;
    return faulty(`超過 15 位的數字不得多於 ${most} 個。`, `The body may hold at most ${most} numbers of more than 15 digits.`);
  }
  const inexact = scan.numbers.find(([from, to]) => !isExactNumber(bytes.toString('latin1', from, to)));
  if (inexact !== undefined) {
    const [from, to] = inexact;
    const shown = bytes.toString('latin1', from, Math.min(to, from + SHOWN_DIGITS));
    const pointer = pointerAt(text, bytes.toString('utf8', 0, from).length);
    const detail = [`數字 ${shown} 超出可精確保存的範圍。`, `The number ${shown} can't be kept exactly.`] as const;
    return new FaultyBody(invalid(pointer, ...detail));
  }
  if (countMembers(value) !== scan.members) {
    const pointer = duplicateKey(text) ?? '';
    return new FaultyBody(invalid(pointer, '同一物件內的欄位名稱不得重複。', 'An object may name a member once.'));
  }
  const isSuspect = scan.isSuspect || text.includes('__proto__') || text.includes('constructor');
  const oddity = isSuspect ? firstOddity(value) : null;
  return oddity === null ? value : new FaultyBody(oddity);
}

function faulty(zh: string, en: string): FaultyBody {
  return new FaultyBody(invalid('', zh, en));
}

function isPlainUtf8(request: FastifyRequest): boolean {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return false;
  const charset = /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(request.headers['content-type'] ?? '')?.[1];
  return charset === undefined || /^utf-?8$/i.test(charset);
}
