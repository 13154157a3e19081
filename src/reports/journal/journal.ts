import { agencyScope, formatYuan, problem, ProblemError, type Actor } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';
import { textIn, type Language } from '../../platform/http/index.js';
import { accountTitle } from '../tables/account-titles.js';
import type { EntryApprovalDto, EntryDto, PostingDto } from './journal.dto.js';
import { entries, postingsOf, type EntryApproval, type EntryRow, type PostingRow } from './journal.sql.js';
import { summaryOf } from './voucher.js';

/** One entry; `not-found` also where it belongs to a line of other agencies. */
export async function readEntry(sql: Sql, actor: Actor, id: string, language: Language): Promise<EntryDto> {
  const [entry] = await withPostings(sql, await entries(sql, agencyScope(actor), { id }, null, 1), language);
  if (entry === undefined) throw new ProblemError(problem('not-found', `沒有記賬憑證 ${id}`, `There is no journal entry ${id}`));
  return entry;
}

/** Entries as they are answered; the postings of all are read at once. */
export async function withPostings(sql: Sql, rows: readonly EntryRow[], language: Language): Promise<EntryDto[]> {
  const postings = await postingsOf(sql, rows);
  return rows.map((row) => entryView(row, postings.get(row.id) ?? [], language));
}

function entryView(row: EntryRow, postings: readonly PostingRow[], language: Language): EntryDto {
  return {
    id: row.id,
    fund: row.fund,
    fiscalYear: row.fiscal_year,
    kind: row.kind,
    summary: textIn(summaryOf(row), language),
    line: row.line,
    award: row.award_id === null || row.award_number === null ? null : { id: row.award_id, number: row.award_number },
    amount: formatYuan(row.amount_fen),
    effectiveOn: row.effective_on,
    recordedAt: row.recorded_at.toISOString(),
    recordedBy: row.recorded_by,
    approval: row.approval === null ? null : approvalView(row.approval),
    documentNo: row.document_no,
    reason: row.reason,
    details: row.details,
    postings: postings.map((posting) => postingView(posting, language)),
  };
}

function approvalView({ id, agreed }: EntryApproval): EntryApprovalDto {
  return { id, agreed: agreed.map(({ at, ...said }) => ({ ...said, at: new Date(at).toISOString() })) };
}

function postingView(posting: PostingRow, language: Language): PostingDto {
  return {
    account: String(posting.account),
    accountTitle: textIn(accountTitle(posting.account), language),
    line: posting.line,
    side: posting.side === 'D' ? 'debit' : 'credit',
    amount: formatYuan(posting.amount_fen),
    balanceAfter: formatYuan(posting.balance_after),
    version: posting.version.toString(),
  };
}
