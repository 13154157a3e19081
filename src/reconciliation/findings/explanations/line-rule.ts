import { readableYuan, type Text } from '../../../kernel/index.js';
import { lineName, lineSection, type Explained } from './explained.js';
import { awardsText, listOf, paragraph, textOf, yuanOf } from './parts.js';

/** Which awards break which limit of their line, and what is paid of them. */
export function explainLineRule(explained: Explained): Text {
  const { finding, awards } = explained;
  const line = lineName(explained);
  const section = lineSection(explained);
  const named = awardsText(awards);
  return paragraph(
    {
      zh: `「${line.zh}」(政策${section.zh})${finding.fiscalYear} 年度:${breach(explained).zh}`,
      en: `“${line.en}” (policy, section ${section.en}), ${finding.fiscalYear}: ${breach(explained).en}`,
    },
    awards.length === 0 ? null : { zh: `涉及:${named.zh}。`, en: `It concerns ${named.en}.` },
    { zh: `所涉金額 ${readableYuan(finding.amountFen)} 元。`, en: `${readableYuan(finding.amountFen)} yuan are at issue.` },
  );
}

function breach({ finding: { evidence } }: Explained): Text {
  switch (textOf(evidence, 'rule')) {
    case 'annual-pool':
      return {
        zh: `全年共批 ${yuanOf(evidence, 'awarded')} 元,超出年度總額 ${yuanOf(evidence, 'pool')} 元。`,
        en: `${yuanOf(evidence, 'awarded')} yuan were awarded in the year, above its pool of ${yuanOf(evidence, 'pool')}.`,
      };
    case 'once-per-enterprise':
      return {
        zh: '同一企業獲批超過一次,而本方向每家企業只扶持一次。',
        en: 'one enterprise has more than one award, and the line gives one only.',
      };
    case 'unique-fact':
      return {
        zh: '同一專利、證照、上市或債券號碼用於超過一項。',
        en: 'the number of one patent, licence, listing or bond is used more than once.',
      };
    case 'consecutive-years': {
      const most = textOf(evidence, 'maxConsecutiveYears');
      return {
        zh: `同一人在 ${textOf(evidence, 'from')} 至 ${textOf(evidence, 'to')} 年獲獎,超出連續 ${most} 年。`,
        en: `one person is rewarded from ${textOf(evidence, 'from')} to ${textOf(evidence, 'to')}, beyond ${most} consecutive years.`,
      };
    }
    case 'quota':
      return {
        zh: `共扶持 ${textOf(evidence, 'enterprises')} 家企業,超出名額 ${textOf(evidence, 'quota')} 家。`,
        en: `${textOf(evidence, 'enterprises')} enterprises have awards, above its quota of ${textOf(evidence, 'quota')}.`,
      };
    default: {
      const faults = listOf(evidence, 'faults');
      return {
        zh: `不符合規定:${faults.map((fault) => textOf(fault, 'zhHant')).join(';')}。`,
        en: `it breaks the rule: ${faults.map((fault) => textOf(fault, 'en')).join('; ')}.`,
      };
    }
  }
}
