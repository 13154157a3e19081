import { readableYuan, type Text } from '../../../kernel/index.js';
import { lineName, type Explained } from './explained.js';
import { listOf, paragraph, textOf, yuanOf } from './parts.js';

/** Which line lacks how much, by which overrides, and which of them are over; or by how much a year is above its ceiling. */
export function explainOverCommitment(explained: Explained): Text {
  const { evidence, fiscalYear, amountFen } = explained.finding;
  const lacks = readableYuan(amountFen);
  if (explained.finding.line === null) {
    return paragraph({
      zh: `${fiscalYear} 年度批覆與調整合計 ${yuanOf(evidence, 'appropriated')} 元,超出年度上限 ${yuanOf(evidence, 'ceiling')} 元共 ${lacks} 元(政策二(九)2)。`,
      en: `Appropriations and adjustments of ${fiscalYear} come to ${yuanOf(evidence, 'appropriated')} yuan, ${lacks} above the year’s ceiling of ${yuanOf(evidence, 'ceiling')} (policy, section 2(9)2).`,
    });
  }
  const line = lineName(explained);
  const overrides = listOf(evidence, 'overrides');
  return paragraph(
    {
      zh: `${fiscalYear} 年度「${line.zh}」的可用指標不足 ${lacks} 元(政策二(九)2)。`,
      en: `In ${fiscalYear} “${line.en}” lacks ${lacks} yuan of what it has given out (policy, section 2(9)2).`,
    },
    ...overrides.map((override) => ({
      zh: `${textOf(override, 'documentNo')} 准予透支 ${yuanOf(override, 'amount')} 元,至 ${textOf(override, 'expiresOn')},尚有 ${yuanOf(override, 'outstanding')} 元未補足。`,
      en: `${textOf(override, 'documentNo')} allowed ${yuanOf(override, 'amount')} yuan until ${textOf(override, 'expiresOn')}; ${yuanOf(override, 'outstanding')} of it are not made up.`,
    })),
    evidence['overrideExpired'] === true
      ? {
          zh: `尚在有效期內的核准只及 ${yuanOf(evidence, 'covered')} 元,其餘已到期。`,
          en: `What is still in force covers ${yuanOf(evidence, 'covered')} yuan; the rest has expired.`,
        }
      : { zh: '全部在核准的有效期內。', en: 'All of it is covered by what is still in force.' },
  );
}
