import type { Sql, Statement } from '../platform/database/database.js';

const MARK: Statement = { name: 'demonstration.mark-illustrative', text: 'UPDATE fund SET illustrative = true WHERE id = $1' };

/** Says of the fund itself that its data are made up. */
export async function markIllustrative(sql: Sql, fundId: number): Promise<void> {
  await sql.rows(MARK, [fundId]);
}
