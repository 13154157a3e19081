import type { FastifyReply } from 'fastify';

/** Tells the client that this is the first answer again. */
export function answerReplayed(reply: FastifyReply, replayed: boolean): void {
  if (replayed) void reply.header('Idempotent-Replayed', 'true');
}
