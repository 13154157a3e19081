import type { EntityClass } from '../platform/database/entities.js';
import { Agency } from './agencies/agency.entity.js';
import { ExternalAward } from './external-awards/external-award.entity.js';
import { Enterprise } from './enterprises/enterprise.entity.js';

/** What TypeORM maps of this room. */
export const PARTIES_ENTITIES: readonly EntityClass[] = [Enterprise, Agency, ExternalAward];
