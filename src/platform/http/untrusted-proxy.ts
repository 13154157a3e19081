import { Logger } from '@nestjs/common';
import type { FastifyInstance } from 'fastify';
import type { Config } from '../config/index.js';

const logger = new Logger('http');
/** Milliseconds between two warnings. */
const AGAIN_MS = 3_600_000;
const WHAT_TO_DO =
  'TRUST_PROXY names no proxy: every client has the address of the one before us, and failed sign-ins of one slow down all. Set TRUST_PROXY to the addresses of your reverse proxies (docs/operations.md)';

/** Says loudly, once an hour, that requests come through a proxy which nobody has named. */
export function warnOfUntrustedProxy(instance: FastifyInstance, { trustedProxies }: Config): void {
  if (trustedProxies.length > 0) return;
  let quietUntil = 0;
  instance.addHook('onRequest', (request, _reply, done) => {
    const { headers } = request;
    if ((headers['x-forwarded-for'] ?? headers['forwarded']) !== undefined && Date.now() >= quietUntil) {
      quietUntil = Date.now() + AGAIN_MS;
      logger.warn(`A request came through a proxy, and ${WHAT_TO_DO}`);
    }
    done();
  });
}

/** What a start has to say that is most likely behind a proxy; null: nothing. */
export function proxyAdvice({ production, host, trustedProxies }: Config): string | null {
  const isLoopback = host === 'localhost' || host === '::1' || host.startsWith('127.');
  return production && isLoopback && trustedProxies.length === 0
    ? `HOST is loopback, so a proxy stands before us; but ${WHAT_TO_DO}`
    : null;
}
