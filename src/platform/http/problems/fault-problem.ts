import { HttpException } from '@nestjs/common';
import { invalid, outcomeUnknown, problem, ProblemError, type Problem } from '../../../kernel/index.js';
import { CommitLost, isDatabaseAway, sqlState } from '../../database/away.js';
import { isRecord } from '../is-record.js';

/** SQLSTATEs that say: another transaction was in the way, or it took too long, or awards are being keyed anew; nothing was done, the same may be sent again. */
const AGAIN_STATES: ReadonlySet<string | null> = new Set(['40001', '40P01', '55P03', '57014', 'FL007']);
const RETRY_AFTER_SECONDS = 1;

/** Whatever was thrown, as the refusal that it is told as. A fault tells nothing of itself. */
export function problemOf(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  if (thrown instanceof HttpException) return ofStatus(thrown.getStatus());
  if (isAborted(thrown)) return ofStatus(400);
  const status = frameworkStatus(thrown);
  if (status !== null) return ofStatus(status);
  if (thrown instanceof CommitLost) return outcomeUnknown();
  if (isDatabaseAway(thrown) || AGAIN_STATES.has(sqlState(thrown))) {
    return problem(
      'unavailable',
      '資料庫暫時無法使用，請稍後以相同內容再試。',
      'The database is away; send the same again later.',
      {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      },
    );
  }
  return problem('internal', '發生未預期的錯誤，已記錄。', 'An unexpected fault; it has been recorded.');
}

/** The client went away while it sent: Node's own error for that, no fault of ours. */
function isAborted(thrown: unknown): boolean {
  return isRecord(thrown) && thrown['code'] === 'ECONNRESET' && thrown['message'] === 'aborted';
}

/** Status of an error that Fastify made of a faulty request; null for a fault of ours. */
function frameworkStatus(thrown: unknown): number | null {
  if (!isRecord(thrown)) return null;
  const { code, statusCode } = thrown;
  if (typeof code !== 'string' || typeof statusCode !== 'number') return null;
  return code.startsWith('FST_') && statusCode >= 400 && statusCode < 500 ? statusCode : null;
}

/** 405: the path takes these methods alone. */
export function methodNotAllowed(methods: readonly string[]): Problem {
  const shown = methods.join(', ');
  return problem(
    'method-not-allowed',
    `此路徑不支援這個方法${shown === '' ? '' : `,可用 ${shown}`}。`,
    `This path does not support the method${shown === '' ? '' : `; it takes ${shown}`}.`,
  );
}

/** 400: a header of which only one can be meant. */
export function headerTwice(name: string): Problem {
  return invalid(`/headers/${name}`, `標頭 ${name} 只能有一個。`, `The header ${name} may be given once.`);
}

function ofStatus(status: number): Problem {
  switch (status) {
    case 401:
      return unauthenticated();
    case 403:
      return problem('forbidden', '你的角色不可執行此操作。', 'Your role may not do this.');
    case 404:
    case 414:
      return problem('not-found', '沒有這個路徑或資源。', 'There is no such path or resource.');
    case 405:
      return methodNotAllowed([]);
    case 413:
      return problem('payload-too-large', '請求內容超過上限。', 'The body is over the limit.');
    case 415:
      return unsupportedMediaType();
    case 429:
      return problem('too-many-requests', '請稍後再試。', 'Try again later.', { retryAfterSeconds: RETRY_AFTER_SECONDS });
    case 503:
      return problem('unavailable', '請稍後以相同內容再試。', 'Send the same again later.', {
        retryAfterSeconds: RETRY_AFTER_SECONDS,
      });
    default:
      return status >= 400 && status < 500
        ? problem('validation-failed', '請求的格式不正確。', 'The request is malformed.')
        : problem('internal', '發生未預期的錯誤，已記錄。', 'An unexpected fault; it has been recorded.');
  }
}

/** Nobody is signed in, or the token is not alive. */
export function unauthenticated(): Problem {
  return problem('unauthenticated', '請先登入；存取權杖無效或已過期。', 'Sign in first: there is no live access token.');
}

/** Signed in, but the role may not. */
export function forbidden(): Problem {
  return ofStatus(403);
}

/** The body is of another kind than the route takes. */
export function unsupportedMediaType(): Problem {
  return problem(
    'unsupported-media-type',
    '請求內容須為未壓縮的 JSON(UTF-8)。',
    'The body must be application/json in UTF-8, not compressed.',
  );
}
