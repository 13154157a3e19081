import { SetMetadata } from '@nestjs/common';
import type { ProblemCode } from '../../../kernel/index.js';

/** Metadata key of the refusals that a route states. */
export const REFUSES_KEY = 'fund-ledger:refuses';

/**
 * States, for the OpenAPI document, the refusals that come of what the route does. What comes of how it is called (roles, body, keys, path,
 * versions) is derived and not stated.
 */
export const Refuses = (...codes: readonly ProblemCode[]): MethodDecorator => SetMetadata(REFUSES_KEY, codes);
