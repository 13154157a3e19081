import { readableYuan, type Text } from '../../../kernel/index.js';
import type { Explained } from './explained.js';
import { awardsText, listOf, paragraph, textOf } from './parts.js';

const KEYS: Readonly<Record<string, Text>> = {
  title: { zh: '項目名稱', en: 'title' },
  code: { zh: '企業的項目編號', en: 'enterprise’s own number of the project' },
  fact: { zh: '專利、證照、上市或債券號碼', en: 'number of a patent, licence, listing or bond' },
  person: { zh: '受獎人', en: 'person' },
};

/** Why the first one goes before the others (domain §5, Who stands). */
const REASONS: Readonly<Record<string, Text>> = {
  kept: { zh: '財政已決定保留', en: 'finance decided to keep it' },
  paid: { zh: '已有款項撥付', en: 'money has been paid on it' },
  amount: { zh: '金額最高', en: 'its amount is the highest' },
  approval: { zh: '批准最早', en: 'it was approved first' },
  recorded: { zh: '登記最早', en: 'it was recorded first' },
};

/** What meets and by which key, who is kept and why, what is paid. */
export function explainOneSubsidy({ finding, awards }: Explained): Text {
  const { evidence, fiscalYear, amountFen } = finding;
  const standing = awards.filter((award) => !award.onHold);
  const held = awards.filter((award) => award.onHold);
  const who = textOf(evidence['enterprise'], 'name');
  const what = textOf(evidence['project'], 'title');
  const keys = [
    ...new Set(listOf(evidence, 'meetings').flatMap((meeting) => listOf(meeting, 'keys').map((key) => textOf(key, 'kind')))),
  ];
  const names = keys.flatMap((key) => KEYS[key] ?? []);
  const why = REASONS[textOf(evidence, 'because')];
  const [kept] = standing;
  const all = awardsText(awards);
  return paragraph(
    {
      zh: `${who}的「${what}」在 ${fiscalYear} 年度獲批 ${awards.length} 項:${all.zh}。`,
      en: `“${what}” of ${who} was approved ${awards.length} times in ${fiscalYear}: ${all.en}.`,
    },
    {
      zh: `各項${names.length === 0 ? '為同一項目' : `的${names.map(({ zh }) => zh).join('、')}相同`},而同一項目同一年度只扶持一項(政策二(九)2)。`,
      en: `They share the ${names.map(({ en }) => en).join(' and the ')}, and one project gets one subsidy a year (policy, section 2(9)2).`,
    },
    kept === undefined
      ? { zh: '目前沒有一項可以撥付。', en: 'None of them may be paid at present.' }
      : {
          zh: `保留 ${kept.approvalRef}${why === undefined ? '' : `,因${why.zh}`}。`,
          en: `${kept.approvalRef} is kept${why === undefined ? '' : `, because ${why.en}`}.`,
        },
    held.length === 0
      ? null
      : {
          zh: `其餘 ${held.length} 項尚有 ${readableYuan(amountFen)} 元,已暫停支付。`,
          en: `The other ${held.length}, which still hold ${readableYuan(amountFen)} yuan, may not be paid.`,
        },
  );
}
