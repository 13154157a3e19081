import type { FastifyInstance } from 'fastify';

/** Nothing of an answer may be run, framed, sniffed or kept by a cache. */
const STRICT = {
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'",
  'Cache-Control': 'no-store',
};

/** The reader and the console run their own scripts, from here alone. */
const PAGES = {
  ...STRICT,
  'Content-Security-Policy':
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
  'Cache-Control': 'no-cache',
};

/** Headers of every answer. There is no CORS: other origins have no business here. */
export function secureAnswers(instance: FastifyInstance): void {
  instance.addHook('onRequest', (request, reply, done) => {
    void reply.headers(request.url.startsWith('/api/') ? STRICT : PAGES);
    done();
  });
}
