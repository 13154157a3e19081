import { createParamDecorator, SetMetadata, type ExecutionContext } from '@nestjs/common';
import type { Actor, Role } from '../../kernel/index.js';

/** Metadata key of a route's roles; a route without it is refused to everybody (deny by default). */
export const ROLES_KEY = 'fund-ledger:roles';
/** Metadata key of a route that is open without signing in. */
export const PUBLIC_KEY = 'fund-ledger:public';

/** States who may call the route. */
export const Roles = (...roles: readonly Role[]): MethodDecorator & ClassDecorator => SetMetadata(ROLES_KEY, roles);

/** The route is open without signing in (health, metrics, sign-in, OpenAPI). */
export const Public = (): MethodDecorator & ClassDecorator => SetMetadata(PUBLIC_KEY, true);

/** A request that the access guard has let in. */
export interface AuthenticatedRequest {
  actor: Actor;
}

/** The signed-in user of the request. */
export const CurrentActor = createParamDecorator(
  (_: unknown, context: ExecutionContext): Actor => context.switchToHttp().getRequest<AuthenticatedRequest>().actor,
);

/** Finds out who holds a bearer token. The identity module provides it under AUTHENTICATOR; platform knows no module. */
export interface Authenticator {
  /** The user behind a live token, else null. */
  authenticate(token: string): Promise<Actor | null>;
}

/** Injection token of the Authenticator. */
export const AUTHENTICATOR = Symbol('AUTHENTICATOR');
