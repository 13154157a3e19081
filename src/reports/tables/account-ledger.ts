import { formatYuan, invalid, ProblemError } from '../../kernel/index.js';
import { CHART, entryKindTitle, type AccountCode } from '../../ledger/index.js';
import { textIn } from '../../platform/http/index.js';
import { monthOf, type Month } from '../month.js';
import type { Column, ReportScope, Row, Table } from '../report.js';
import { ledgerAccounts, nextStretch, postingsAt, type LedgerAccountRow, type LedgerPostingRow } from './account-ledger.sql.js';
import { lineOf } from './line-of.js';
import { columnsOf, ofYear } from './several-years.js';

const COLUMNS: readonly Column[] = [
  { key: 'line', title: { zh: '支出方向', en: 'Programme line' } },
  { key: 'number', title: { zh: '序號', en: 'No.' } },
  { key: 'effectiveOn', title: { zh: '業務日期', en: 'Effective on' } },
  { key: 'recordedAt', title: { zh: '記賬時間', en: 'Recorded at' } },
  { key: 'entry', title: { zh: '記賬憑證', en: 'Journal entry' } },
  { key: 'kind', title: { zh: '類型', en: 'Kind' } },
  { key: 'kindTitle', title: { zh: '業務', en: 'Event' } },
  { key: 'award', title: { zh: '扶持項目', en: 'Award' } },
  { key: 'documentNo', title: { zh: '文號', en: 'Document' } },
  { key: 'reason', title: { zh: '事由', en: 'Reason' } },
  { key: 'counterpart', title: { zh: '對方科目', en: 'Counterpart' } },
  { key: 'debit', title: { zh: '借方', en: 'Debit' } },
  { key: 'credit', title: { zh: '貸方', en: 'Credit' } },
  { key: 'balance', title: { zh: '餘額', en: 'Balance' } },
];

/** Postings read in one statement: a page is about 1 MB at most, and a connection is held only while it is read. */
const PAGE = 1_000;

/** Numbers of postings read in one statement, some 10 MB: a million postings are read through for five of them. */
const STRETCH = 200_000;

/**
 * 明細賬 of one account, or of all lines' accounts with that code, one year and line after the other: by business date, so that the balance behind
 * a day's last posting is the account's of that date, or in the order of recording. The balance runs per account in its normal direction.
 * A year's ledger opens with nothing: what came from the year before is a posting. A month's opens with the balance before its first day.
 *
 * Postings are immutable and their versions have no gap, so reading page after page up to the version that the account had at the start
 * gives one consistent picture without a long transaction.
 */
export async function readAccountLedger(scope: ReportScope): Promise<Table> {
  const code = accountCodeOf(scope.account);
  const perLine = CHART.some((account) => account.code === code && account.scope !== 'year');
  const { sql, fund, fiscalYears, recordedAsOf } = scope;
  const line = perLine ? await lineOf(scope) : null;
  const month = monthOf(scope);
  const accounts = await ledgerAccounts(sql, {
    fundId: fund.id,
    fiscalYears: month === null ? fiscalYears : [month.fiscalYear],
    code,
    line,
    recordedAsOf,
    from: month?.from ?? null,
    asOf: scope.asOf,
  });

  const opening = accounts.reduce((sum, account) => sum + account.opening, 0n);
  const total = { debit: 0n, credit: 0n, balance: opening };
  async function* rows(): AsyncGenerator<Row> {
    for (const account of accounts) {
      let balance = account.opening;
      for await (const posting of postingsOf(scope, account, month)) {
        const debit = posting.side === 'D' ? posting.amount_fen : 0n;
        const credit = posting.side === 'C' ? posting.amount_fen : 0n;
        const moved = account.normal_side === 'D' ? debit - credit : credit - debit;
        balance += moved;
        total.debit += debit;
        total.credit += credit;
        total.balance += moved;
        yield {
          ...ofYear(scope, account.fiscal_year),
          line: account.line,
          number: posting.version.toString(),
          effectiveOn: posting.effective_on,
          recordedAt: posting.recorded_at.toISOString(),
          entry: posting.entry_id,
          kind: posting.kind,
          kindTitle: textIn(entryKindTitle(posting.kind), scope.language),
          award: posting.award,
          documentNo: posting.document_no,
          reason: posting.reason,
          counterpart: posting.counterpart,
          debit: formatYuan(debit),
          credit: formatYuan(credit),
          balance: formatYuan(balance),
        };
      }
    }
  }
  return {
    columns: columnsOf(scope, COLUMNS),
    rows: rows(),
    totals: () => ({
      opening: formatYuan(opening),
      debit: formatYuan(total.debit),
      credit: formatYuan(total.credit),
      balance: formatYuan(total.balance),
    }),
  };
}

async function* postingsOf(
  { sql, fund, asOf, order }: ReportScope,
  account: LedgerAccountRow,
  month: Month | null,
): AsyncGenerator<LedgerPostingRow> {
  const to = month !== null && (asOf === null || month.to < asOf) ? month.to : asOf;
  const days = { from: month?.from ?? null, to };
  const asked = { fundId: fund.id, accountId: account.id, lastVersion: account.last_version, ...days, order, limit: STRETCH };
  let after = { version: 0n, effectiveOn: '-infinity' };
  for (;;) {
    const { versions, last_on: effectiveOn } = await nextStretch(sql, { ...asked, after });
    for (let start = 0; start < versions.length; start += PAGE) {
      yield* await postingsAt(sql, fund.id, account.id, versions.slice(start, start + PAGE));
    }
    const version = versions.at(-1);
    if (version === undefined || effectiveOn === null || versions.length < STRETCH) return;
    after = { version, effectiveOn };
  }
}

function accountCodeOf(asked: string | null): AccountCode {
  const code = CHART.find((account) => String(account.code) === asked)?.code;
  if (code !== undefined) return code;
  const known = CHART.map((account) => account.code).join(', ');
  throw new ProblemError(
    asked === null
      ? invalid('/query/account', `明細賬須指定科目:${known}`, `An account ledger needs an account: ${known}`)
      : invalid('/query/account', `沒有這個科目;科目為 ${known}`, `There is no such account; the accounts are ${known}`),
  );
}
