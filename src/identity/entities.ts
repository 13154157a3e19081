import type { EntityClass } from '../platform/database/entities.js';
import { Session } from './sessions/session.entity.js';
import { User } from './users/user.entity.js';

/** What TypeORM maps of this room. */
export const IDENTITY_ENTITIES: readonly EntityClass[] = [User, Session];
