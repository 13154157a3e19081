import { parseYuan, readableYuan, type Text } from '../../../kernel/index.js';
import { OURS, programmeName, PROGRAMMES } from '../../../ledger/index.js';
import type { Explained } from './explained.js';
import { awardsText, listOf, paragraph, textOf, yuanOf } from './parts.js';

/** Which rewards an enterprise has in the year, which is the highest, what of ours is held and what is to be demanded back. */
export function explainHighestOfThree({ finding, awards }: Explained): Text {
  const { evidence, fiscalYear, amountFen } = finding;
  const who = textOf(evidence['enterprise'], 'name');
  const programmes = listOf(evidence, 'programmes').map((one) => ({
    name: nameOf(textOf(one, 'programme')),
    total: yuanOf(one, 'total'),
  }));
  const highest = nameOf(textOf(evidence, 'highest'));
  const named = awardsText(awards);
  const demandBack = parseYuan(textOf(evidence, 'demandBack')) ?? 0n;
  const readingReason = textOf(evidence, 'readingReason');
  const isAllThree = textOf(evidence, 'reading') === 'all-three';
  return paragraph(
    {
      zh: `${who}在 ${fiscalYear} 年度有:${programmes.map(({ name, total }) => `${name.zh} ${total} 元`).join('、')}。`,
      en: `In ${fiscalYear} ${who} has ${programmes.map(({ name, total }) => `a ${name.en} of ${total} yuan`).join(', ')}.`,
    },
    {
      zh: `三項獎勵${isAllThree ? '同時具備' : '具備任何兩項'}時,只安排最高一項,即${highest.zh}(政策二(九)2)${readingReason === '' ? '' : `;此理解的理由:${readingReason}`}。`,
      en: `Where it has ${isAllThree ? 'all three' : 'any two of the three'}, only the highest is paid, the ${highest.en} (policy, section 2(9)2)${readingReason === '' ? '' : `; it is read so because ${readingReason}`}.`,
    },
    {
      zh: `本專項資金的 ${named.zh} 尚有 ${readableYuan(amountFen)} 元,已暫停支付。`,
      en: `Of this fund, ${named.en} may not be paid; ${readableYuan(amountFen)} yuan are at issue.`,
    },
    demandBack === 0n
      ? null
      : {
          zh: `其中已撥付的 ${readableYuan(demandBack)} 元須追回。`,
          en: `${readableYuan(demandBack)} yuan of it were paid and are to be demanded back.`,
        },
  );
}

function nameOf(programme: string): Text {
  const known = ([...PROGRAMMES, OURS] as const).find((one) => one === programme);
  return known === undefined ? { zh: '', en: '' } : programmeName(known);
}
