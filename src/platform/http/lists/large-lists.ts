import type { FastifyInstance, FastifyRequest } from 'fastify';
import { problem, ProblemError } from '../../../kernel/index.js';
import type { Config } from '../../config/index.js';
import { Gate } from '../../gate.js';
import { isRecord } from '../is-record.js';

/** Items that anybody may ask for without waiting. */
const SMALL = 50;

/** Lets so many lists of many items, or with totals, be read at once; the others wait 5 s at most, or are sent away. */
export function gateLargeLists(instance: FastifyInstance, { largeListsAtOnce: places }: Config): Gate {
  const gate = new Gate({ places, waiting: places * 10, waitMs: 5_000, share: places * 8 });
  instance.addHook('preHandler', (request, reply, done) => {
    if (!isLarge(request)) {
      done();
      return;
    }
    void gate.enter(request.actor?.id ?? '').then((leave) => {
      if (leave === null) {
        done(new ProblemError(tooMany()));
        return;
      }
      if (reply.raw.closed) leave();
      else reply.raw.once('close', leave);
      done();
    });
  });
  return gate;
}

function isLarge({ method, query }: FastifyRequest): boolean {
  return method === 'GET' && isRecord(query) && (Number(query['limit'] ?? 0) > SMALL || query['totals'] === 'true');
}

function tooMany() {
  return problem(
    'unavailable',
    '同時讀取的長列表過多,請稍後再試,或縮小每頁筆數',
    'Too many long lists at once: try again shortly, or with a smaller limit',
    { retryAfterSeconds: 1 },
  );
}
