import type { Text } from '../../../kernel/index.js';
import type { Explained } from './explained.js';
import { paragraph, textOf } from './parts.js';

const CHECKS: Readonly<Record<string, Text>> = {
  'entries-balance': { zh: '憑證的借貸不相等', en: 'entries whose debits are not their credits' },
  'entries-have-postings': { zh: '憑證沒有分錄', en: 'entries without postings' },
  'resources-equal-status': { zh: '資金來源與去向不相等', en: 'years whose resources are not where the money is' },
  'not-below-floor': { zh: '科目低於其下限', en: 'accounts below their floor' },
  'balances-follow-postings': { zh: '科目餘額與其分錄不符', en: 'balances that are not what their postings come to' },
  'awards-follow-entries': { zh: '扶持項目與其憑證不符', en: 'awards that are not what their entries say' },
  'stages-are-open-amounts': {
    zh: '預留或承諾與各項目的未結金額不符',
    en: 'reserved or committed amounts that are not those of the awards',
  },
  'disbursed-is-paid': { zh: '撥付與支付記錄不符', en: 'disbursed amounts that are not what was paid' },
  'awards-follow-payments': {
    zh: '扶持項目的撥付與其支付不符',
    en: 'awards whose disbursed amount is not that of their payments',
  },
  'claimed-keys': {
    zh: '可撥付的項目與其識別的登記不符',
    en: 'awards that stand without a claim on what they are told apart by',
  },
};

/** What of the books does not add up, and how often. */
export function explainLedgerIntegrity({ finding: { evidence, fiscalYear } }: Explained): Text {
  const what = CHECKS[textOf(evidence, 'check')] ?? { zh: '賬目不符', en: 'books that do not add up' };
  const count = textOf(evidence, 'count');
  return paragraph(
    {
      zh: `${fiscalYear} 年度的賬目不符:${what.zh},共 ${count} 處。`,
      en: `The books of ${fiscalYear} do not add up: ${what.en}, ${count} in all.`,
    },
    {
      zh: '這不是業務操作所致,須由系統管理人員按操作手冊「損壞」一節查明並恢復。',
      en: 'No request does this: whoever runs the system looks into it and restores it by the manual’s section on damage.',
    },
  );
}
