import { problem, type Problem } from '../../kernel/index.js';
import { sqlState } from '../../platform/database/away.js';
import type { Database, Statement } from '../../platform/database/database.js';
import { AstrayAccount } from '../state/astray-account.js';
import { isVersionTwice } from './failures.js';

/*
 * The database refuses to move a balance that is not what its postings come to, or an award that is not what its entries say: somebody has
 * been at them behind the ledger's back. That is no fault of the request, and sending it again doesn't help.
 */

/** SQLSTATE of a guard by what it guards; the message names it by its second word: `Account 17 …`, `Award 2016-… …`. */
const DAMAGED: ReadonlyMap<string | null, 'account' | 'award'> = new Map([
  ['FL003', 'account'],
  ['FL006', 'award'],
]);

const NAME_ACCOUNT: Statement = {
  name: 'ledger.name-account',
  text: `SELECT a.code, a.fiscal_year AS "fiscalYear", l.code AS line, l.title_zh_hant AS "titleZh", l.title_en AS "titleEn"
           FROM account a LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id WHERE a.id = $1`,
};

interface NamedAccount {
  readonly code: number;
  readonly fiscalYear: number;
  readonly line: string | null;
  readonly titleZh: string | null;
  readonly titleEn: string | null;
}

/** The refusal that a guard's error comes to, `ledger-damaged`, with `account` or `award` where it is known; null: it is another error. */
export async function damageOf(database: Database, error: unknown): Promise<Problem | null> {
  if (error instanceof AstrayAccount) return damagedAccount(database, error.accountId);
  if (isVersionTwice(error)) {
    return damaged('扶持項目的版本與其憑證不符', 'The version of an award is not what its entries say', {});
  }
  const kind = DAMAGED.get(sqlState(error));
  const named = error instanceof Error ? (/^A\w+ (\S+) /.exec(error.message)?.[1] ?? null) : null;
  if (kind === undefined || named === null) return null;
  if (kind === 'award') {
    return damaged(`${named} 的金額與其憑證不符`, `The amounts of ${named} are not what its entries say`, { award: named });
  }
  return damagedAccount(database, named);
}

async function damagedAccount(database: Database, id: number | string): Promise<Problem | null> {
  const [account] = await database.rows<NamedAccount>(NAME_ACCOUNT, [id]);
  if (account === undefined) return null;
  const { code, fiscalYear, line, titleZh, titleEn } = account;
  const placeOf = (title: string | null): string => [code, title, fiscalYear].filter((part) => part !== null).join(' · ');
  const [zh, en] = [placeOf(titleZh), placeOf(titleEn)];
  return damaged(`科目 ${zh} 的餘額與其分錄不符`, `The balance of account ${en} is not what its postings come to`, {
    account: { code: String(code), line, fiscalYear },
  });
}

function damaged(zh: string, en: string, extras: Readonly<Record<string, unknown>>): Problem {
  return problem(
    'ledger-damaged',
    `${zh},未有任何變更。請通知系統管理人員按操作手冊查明`,
    `${en}: nothing was done. Tell whoever runs the system: \`npm run fund -- verify\` says what to do`,
    { extras },
  );
}
