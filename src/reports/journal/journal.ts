import { agencyScope, formatYuan, problem, ProblemError, type Actor } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';
import { textIn, type Language } from '../../platform/http/index.js';
import { accountTitle } from '../tables/account-titles.js';
import type { EntryDto, EntryWithPostingsDto } from './journal.dto.js';
import { entries, entryPostings, type EntryRow } from './journal.sql.js';

/** One entry with its postings; `not-found` also where it belongs to a line of other agencies. */
export async function readEntry(sql: Sql, actor: Actor, id: string, language: Language): Promise<EntryWithPostingsDto> {
  const [row] = await entries(sql, agencyScope(actor), { id }, null, 1);
  if (row === undefined) throw new ProblemError(problem('not-found', `沒有記賬憑證 ${id}`, `There is no journal entry ${id}`));
  const postings = await entryPostings(sql, row.fund_id, row.id);
  return {
    ...entryOf(row),
    postings: postings.map((posting) => ({
      account: String(posting.account),
      accountTitle: textIn(accountTitle(posting.account), language),
      line: posting.line,
      side: posting.side === 'D' ? 'debit' : 'credit',
      amount: formatYuan(posting.amount_fen),
      balanceAfter: formatYuan(posting.balance_after),
      version: posting.version.toString(),
    })),
  };
}

/** An entry as it is answered. */
export function entryOf(row: EntryRow): EntryDto {
  return {
    id: row.id,
    fund: row.fund,
    fiscalYear: row.fiscal_year,
    kind: row.kind,
    line: row.line,
    award: row.award_id === null || row.award_number === null ? null : { id: row.award_id, number: row.award_number },
    amount: formatYuan(row.amount_fen),
    effectiveOn: row.effective_on,
    recordedAt: row.recorded_at.toISOString(),
    recordedBy: row.recorded_by,
    documentNo: row.document_no,
    reason: row.reason,
    details: row.details,
  };
}
