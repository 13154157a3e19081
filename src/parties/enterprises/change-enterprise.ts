import { accepted, problem, refused, type Problem, type Result } from '../../kernel/index.js';
import type { Statement, Tx } from '../../platform/database/database.js';
import { versionConflict } from '../../platform/http/index.js';
import { indexEnterpriseAnew } from '../../search/index.js';
import { bankAccountOf } from './bank-account.js';
import type { EnterpriseChangeDto } from './enterprise.dto.js';
import { Enterprise } from './enterprise.entity.js';

/** $1 fund, $2 enterprise, $3 name: what it was called until now. */
const KEEP_NAME: Statement = {
  name: 'parties.keep-former-name',
  text: `INSERT INTO enterprise_alias (fund_id, enterprise_id, kind, value, recorded_at) VALUES ($1, $2, 'former-name', $3, now())
             ON CONFLICT DO NOTHING`,
};

/**
 * Changes name and details of an enterprise that the caller has seen at `version`. The name that it had is kept as a former one; of the
 * bank account only a keyed hash and a mask are. Refused: `not-found`, `version-conflict`.
 */
export async function changeEnterprise(
  tx: Tx,
  id: string,
  version: number,
  change: EnterpriseChangeDto,
  secret: string,
): Promise<Result<Enterprise>> {
  const [before] = await tx.manager.find(Enterprise, { where: { id } });
  if (before === undefined) return refused(noSuchEnterprise());
  const { fundId } = before;
  const { name = before.name, bankAccount, ...details } = change;
  const account =
    bankAccount === undefined ? {} : accountColumns(bankAccount === null ? null : bankAccountOf(bankAccount, secret));
  const written = await tx.manager.update(Enterprise, { fundId, id, version }, { ...details, name, ...account });
  if (written.affected !== 1) return refused(versionConflict(before.version).problem);
  if (name !== before.name) {
    await tx.rows(KEEP_NAME, [fundId, id, before.name]);
    await indexEnterpriseAnew(tx, fundId, id);
  }
  return accepted(await tx.manager.findOneOrFail(Enterprise, { where: { id }, relations: { fund: true } }));
}

function accountColumns(account: { readonly hash: string; readonly masked: string } | null) {
  return { bankAccountHash: account?.hash ?? null, bankAccountMasked: account?.masked ?? null };
}

/** There is no such enterprise. */
export function noSuchEnterprise(): Problem {
  return problem('not-found', '沒有這家企業', 'There is no such enterprise');
}
