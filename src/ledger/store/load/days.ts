import type { Fen } from '../../../kernel/index.js';
import { integers, rowAsValue, uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { AwardDay } from '../../state/model.js';
import type { Need } from '../../state/more.js';
import type { State } from '../../state/state.js';
import * as SQL from './read.sql.js';

/** Reads the days that backdated events ask for: of accounts from their daily nets, of awards from their entries. */
export async function loadDays(tx: Tx, fundId: number, needs: readonly Need[], state: State): Promise<void> {
  const accountIds = needs.flatMap((need) => (need.kind === 'account-days' ? need.accountIds : []));
  if (accountIds.length > 0) {
    const accounts = [...state.accounts.values()].filter((account) => accountIds.includes(account.id));
    for (const account of accounts) account.days = new Map();
    const rows = await tx.rows<{ account_id: number; effective_on: string; net_fen: Fen }>(SQL.READ_ACCOUNT_DAYS, [
      fundId,
      integers(accountIds, rowAsValue),
    ]);
    const byId = new Map(accounts.map((account) => [account.id, account]));
    for (const row of rows) byId.get(row.account_id)?.days?.set(row.effective_on, row.net_fen);
  }
  const awardIds = needs.flatMap((need) => (need.kind === 'award-days' ? [need.awardId] : []));
  if (awardIds.length === 0) return;
  const rows = await tx.rows<{ award_id: string; effective_on: string; award_after: bigint[] }>(SQL.READ_AWARD_DAYS, [
    fundId,
    uuids(awardIds, rowAsValue),
  ]);
  for (const awardId of awardIds) {
    const award = state.awards.get(awardId);
    if (award !== undefined) award.days = daysOf(rows.filter((row) => row.award_id === awardId));
  }
}

function daysOf(
  entries: readonly { readonly effective_on: string; readonly award_after: readonly bigint[] }[],
): Map<string, AwardDay> {
  const days = new Map<string, AwardDay>();
  let [reserved, committed] = [0n, 0n];
  for (const entry of entries) {
    const [, reservedAfter = 0n, committedAfter = 0n] = entry.award_after;
    const day = days.get(entry.effective_on) ?? { reserved: 0n, committed: 0n };
    day.reserved += reservedAfter - reserved;
    day.committed += committedAfter - committed;
    days.set(entry.effective_on, day);
    [reserved, committed] = [reservedAfter, committedAfter];
  }
  return days;
}
