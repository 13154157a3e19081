import { formatYuan } from '../../kernel/index.js';
import { textIn } from '../../platform/http/index.js';
import type { Column, ReportScope, Row, Table } from '../report.js';
import { accountTitle } from './account-titles.js';
import { titleIn } from './line-title.js';
import { columnsOf, ofYear } from './several-years.js';
import { turnover } from './trial-balance.sql.js';

const COLUMNS: readonly Column[] = [
  { key: 'account', title: { zh: '科目', en: 'Account' } },
  { key: 'accountTitle', title: { zh: '科目名稱', en: 'Account title' } },
  { key: 'line', title: { zh: '支出方向', en: 'Programme line' } },
  { key: 'lineTitle', title: { zh: '支出方向名稱', en: 'Line title' } },
  { key: 'debit', title: { zh: '借方發生額', en: 'Debits' } },
  { key: 'credit', title: { zh: '貸方發生額', en: 'Credits' } },
  { key: 'debitBalance', title: { zh: '借方餘額', en: 'Debit balance' } },
  { key: 'creditBalance', title: { zh: '貸方餘額', en: 'Credit balance' } },
];

/**
 * 試算平衡表: turnover and balance of every account of the years, summed up from the postings. A balance stands on the account's
 * normal side and may be negative there (4120, 4610). In the totals debits equal credits, turnover and balances alike.
 */
export async function readTrialBalance(scope: ReportScope): Promise<Table> {
  const accounts = await turnover(scope.sql, scope.fund.id, scope.fiscalYears, scope.asOf, scope.recordedAsOf);
  const total = { debit: 0n, credit: 0n, debitBalance: 0n, creditBalance: 0n };
  const rows = accounts.map((account): Row => {
    const balance = account.debit - account.credit;
    const onDebit = account.normal_side === 'D';
    total.debit += account.debit;
    total.credit += account.credit;
    if (onDebit) total.debitBalance += balance;
    else total.creditBalance -= balance;
    return {
      ...ofYear(scope, account.fiscal_year),
      account: String(account.code),
      accountTitle: textIn(accountTitle(account.code), scope.language),
      line: account.line,
      lineTitle: account.line === null ? null : titleIn(account, scope.language),
      debit: formatYuan(account.debit),
      credit: formatYuan(account.credit),
      debitBalance: formatYuan(onDebit ? balance : 0n),
      creditBalance: formatYuan(onDebit ? 0n : -balance),
    };
  });
  return {
    columns: columnsOf(scope, COLUMNS),
    rows,
    totals: () => ({
      debit: formatYuan(total.debit),
      credit: formatYuan(total.credit),
      debitBalance: formatYuan(total.debitBalance),
      creditBalance: formatYuan(total.creditBalance),
    }),
  };
}
