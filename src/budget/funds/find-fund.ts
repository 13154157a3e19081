import { found, problem, type Result } from '../../kernel/index.js';
import type { Sql, Tx } from '../../platform/database/database.js';
import { Fund } from './fund.entity.js';

/** The fund with this code. */
export async function findFund(sql: Sql, code: string): Promise<Fund | null> {
  return sql.manager.findOneBy(Fund, { code });
}

/** The fund with this code, else `not-found`. */
export async function fundNamed(sql: Sql, code: string): Promise<Result<Fund>> {
  return found(await findFund(sql, code), problem('not-found', `沒有專項資金 ${code}。`, `There is no fund ${code}.`));
}

/** Lines and years of a fund are added one after the other, so that a new line has accounts in every open year. */
export async function lockFund(tx: Tx, id: number): Promise<void> {
  await tx.manager.findOne(Fund, { where: { id }, select: { id: true }, lock: { mode: 'for_no_key_update' } });
}
