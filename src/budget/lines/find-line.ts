import type { Text } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';
import { ProgrammeLine } from './programme-line.entity.js';

/** The fund's line with this code. */
export async function findLine(sql: Sql, fundId: number, code: string): Promise<ProgrammeLine | null> {
  return sql.manager.findOneBy(ProgrammeLine, { fundId, code });
}

/** Why nothing can be reserved on the line, in the languages that it is kept in; null: something can. */
export function reasonOf({ reason, reasonEn }: Pick<ProgrammeLine, 'reason' | 'reasonEn'>): Text | null {
  return reason === null || reasonEn === null ? null : { zh: reason, en: reasonEn };
}
