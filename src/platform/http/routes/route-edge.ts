import type { Actor, Role } from '../../../kernel/index.js';

/** What the edge has to know of a route before its handler runs. */
export interface RouteEdge {
  /** Open without signing in. */
  readonly open: boolean;
  /** Who may call it; empty for an open route. */
  readonly roles: readonly Role[];
  readonly takesBody: boolean;
  readonly takesQuery: boolean;
  readonly largeBody: boolean;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    edge?: RouteEdge;
  }
  interface FastifyRequest {
    /** Who is signed in; null on open routes. */
    actor: Actor | null;
  }
}
