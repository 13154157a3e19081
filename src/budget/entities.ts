import type { EntityClass } from '../platform/database/entities.js';
import { Fund } from './funds/fund.entity.js';
import { RewardReadingVersion } from './funds/reward-reading.entity.js';
import { LineRuleVersion } from './lines/line-rule-version.entity.js';
import { ProgrammeLine } from './lines/programme-line.entity.js';
import { FiscalYear } from './years/fiscal-year.entity.js';

/** What TypeORM maps of this room. */
export const BUDGET_ENTITIES: readonly EntityClass[] = [Fund, FiscalYear, ProgrammeLine, LineRuleVersion, RewardReadingVersion];
