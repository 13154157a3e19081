import { uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import { nameKey } from '../../rules/names.js';
import { payeeSubject } from '../../state/award-state.js';
import type { State } from '../../state/state.js';
import type { Foreseen } from '../foresee.js';
import { lockPayees } from '../locks.js';
import * as SQL from './payees.sql.js';

/** Reads by which names and accounts the payees of these awards are known; nothing where no payment names its payee. */
export async function loadPayees(tx: Tx, fundId: number, { payees }: Foreseen, state: State): Promise<void> {
  const awards = [...payees].flatMap((id) => state.awards.get(id) ?? []);
  if (awards.length === 0) return;
  const roots = [...new Set(awards.map(({ enterprise }) => enterprise.rootId))];
  await lockPayees(tx, fundId, roots);
  const rows = await tx.rows<PayeeRow>(SQL.READ_PAYEES, [
    fundId,
    uuids(awards, ({ id }) => id),
    uuids(awards, ({ enterprise }) => enterprise.id),
    uuids(awards, ({ enterprise }) => enterprise.rootId),
    uuids(awards, ({ person }) => person?.id ?? null),
  ]);
  for (const row of rows) {
    const award = state.award(row.awardId);
    const names = [...row.names, ...(award.person === null ? [] : [award.person.name])];
    state.payeeNames.set(award.id, new Set(names.map((name) => nameKey(name, state.simplify))));
    const subject = payeeSubject(award);
    if (row.lastHash !== null)
      state.payeeAccounts.set(subject, { hash: row.lastHash, masked: row.lastMasked ?? '', from: 'payment' });
    else if (row.detailsHash !== null)
      state.payeeAccounts.set(subject, { hash: row.detailsHash, masked: row.detailsMasked ?? '', from: 'details' });
  }
}

interface PayeeRow {
  readonly awardId: string;
  readonly names: readonly string[];
  readonly detailsHash: string | null;
  readonly detailsMasked: string | null;
  readonly lastHash: string | null;
  readonly lastMasked: string | null;
}
