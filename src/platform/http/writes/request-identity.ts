import { hash } from 'node:crypto';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Secrets } from '../../secrets/secrets.js';
import { canonicalJson, invalid, ProblemError, type RequestIdentity } from '../../../kernel/index.js';

const KEY = /^[\x21-\x7e]{1,255}$/;
const HASH_HEX_DIGITS = 32;

/** By which a route is known to take an Idempotency-Key. */
export function readRequestIdentity(_: unknown, context: ExecutionContext): RequestIdentity {
  return requestIdentityOf(context.switchToHttp().getRequest<FastifyRequest>());
}

/** Parameter decorator of every write: who sends the same request again gets the same answer (api.md, Writes). */
export const RequestIdentityOf = createParamDecorator(readRequestIdentity);

declare module 'fastify' {
  interface FastifyInstance {
    /** What keys the digests of requests. */
    requestHashKey: () => string;
  }
}

/**
 * Digests are keyed, because they are stored: a body may hold a password or an identity number, which a plain digest would let
 * somebody find by trying.
 */
export function keyRequestHashes(instance: FastifyInstance, secrets: Secrets): void {
  let key: string | null = null;
  instance.decorate('requestHashKey', () => (key ??= secrets.keyFor('request').toString('hex')));
}

/** The Idempotency-Key and the keyed digest of method, path, query and canonical body. Throws a 400 when the key is missing or malformed. */
export function requestIdentityOf(request: FastifyRequest): RequestIdentity {
  const key = request.headers['idempotency-key'];
  if (typeof key !== 'string' || !KEY.test(key)) {
    throw new ProblemError(
      invalid(
        '/headers/Idempotency-Key',
        '寫入請求須帶 Idempotency-Key：1 至 255 個可見 ASCII 字元。',
        'A write needs an Idempotency-Key: 1 to 255 visible ASCII characters.',
      ),
    );
  }
  const body = request.body === undefined ? '' : canonicalJson(request.body);
  return { key, requestHash: digest(request, body) };
}

function digest({ server, method, url }: FastifyRequest, body: string): string {
  // Half of the digest is kept, so a key in front is as good as an HMAC, in a fifth of its time.
  return hash('sha256', `${server.requestHashKey()} ${method} ${url}\n${body}`, 'hex').slice(0, HASH_HEX_DIGITS);
}
