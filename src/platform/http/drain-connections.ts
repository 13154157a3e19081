import type { FastifyInstance } from 'fastify';

const SWEEP_MS = 50;

/**
 * Closing waits for answers under way, not for connections that clients keep for later: a connection whose last answer went out after
 * the close began is idle from then on, and Node closes only those that were idle before.
 */
export function drainConnections(instance: FastifyInstance): void {
  let sweeping: NodeJS.Timeout | null = null;
  instance.addHook('preClose', (done) => {
    sweeping = setInterval(() => instance.server.closeIdleConnections(), SWEEP_MS);
    done();
  });
  instance.addHook('onClose', (_, done) => {
    if (sweeping !== null) clearInterval(sweeping);
    done();
  });
}
