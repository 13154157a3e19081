import type { Text } from '../../kernel/index.js';
import { ACCOUNT, type AccountCode } from '../../ledger/index.js';

const TITLES: Readonly<Record<AccountCode, Text>> = {
  [ACCOUNT.appropriation]: { zh: '預算批覆', en: 'Appropriation' },
  [ACCOUNT.adjustment]: { zh: '追加追減', en: 'Supplements and reductions' },
  [ACCOUNT.carriedIn]: { zh: '結轉轉入', en: 'Carried in' },
  [ACCOUNT.receivedBack]: { zh: '以前年度收回', en: 'Received back from earlier years' },
  [ACCOUNT.unallotted]: { zh: '待分配', en: 'Unallotted' },
  [ACCOUNT.available]: { zh: '可用', en: 'Available' },
  [ACCOUNT.reserved]: { zh: '預留', en: 'Reserved' },
  [ACCOUNT.committed]: { zh: '承諾', en: 'Committed' },
  [ACCOUNT.disbursed]: { zh: '撥付', en: 'Disbursed' },
  [ACCOUNT.lapsed]: { zh: '收回結餘', en: 'Lapsed' },
  [ACCOUNT.carriedOut]: { zh: '結轉轉出', en: 'Carried out' },
  [ACCOUNT.recoveryDemanded]: { zh: '應追回', en: 'Recovery demanded' },
  [ACCOUNT.recoveryContra]: { zh: '應追回對應科目', en: 'Recovery demanded (contra)' },
};

/** Title of an account (domain §2); the code itself where it is none of the chart. */
export function accountTitle(code: number): Text {
  return isAccountCode(code) ? TITLES[code] : { zh: String(code), en: String(code) };
}

/** Whether the chart of accounts has this code. */
export function isAccountCode(code: number): code is AccountCode {
  return code in TITLES;
}
