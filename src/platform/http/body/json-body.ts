import { isUtf8 } from 'node:buffer';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { invalid, ProblemError, type Problem } from '../../../kernel/index.js';
import { unsupportedMediaType } from '../problems/fault-problem.js';
import { isWholesome, scanJson } from './json-scan.js';

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

function readJson(bytes: Buffer, depthLimit: number): unknown {
  if (!isUtf8(bytes)) return faulty('內容不是有效的 UTF-8。', 'The body is not valid UTF-8.');
  const scan = scanJson(bytes);
  if (scan.depth > depthLimit) {
    return faulty(`JSON 巢狀不得超過 ${depthLimit} 層。`, `JSON may be nested at most ${depthLimit} levels deep.`);
  }
  if (scan.hasNul) return faulty('文字不得含有 NUL 字元。', 'Text may not contain the NUL character.');
  const text = bytes.toString('utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return faulty('內容不是有效的 JSON。', 'The body is not valid JSON.');
  }
  const suspect = scan.hasUnicodeEscapes || text.includes('__proto__') || text.includes('constructor');
  if (suspect && !isWholesome(value)) {
    return faulty(
      '內容含有不完整的 Unicode 字元或不允許的欄位名稱。',
      'The body holds half of a Unicode character or a forbidden key.',
    );
  }
  return value;
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
