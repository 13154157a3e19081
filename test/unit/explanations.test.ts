import type { Explained } from '../../src/reconciliation/findings/explanations/explained.js';
import { explanationOf } from '../../src/reconciliation/findings/explanations/index.js';
import { LANGUAGES, textIn } from '../../src/platform/http/problems/language.js';
import { RULE_NAMES } from '../../src/reconciliation/rules/rule.js';

type Finding = Explained['finding'];

const LINE = {
  code: 'training',
  section: '二(四)1',
  title: { zhHant: '支持電子商務培訓', zhHans: '支持电子商务培训', en: 'E-commerce training' },
};

const finding = (of: Partial<Finding>): Finding => ({
  rule: 'one-subsidy',
  evidence: {},
  fiscalYear: 2016,
  amountFen: 0n,
  line: null,
  status: 'open',
  resolvedBy: null,
  reason: null,
  until: null,
  ...of,
});

const award = (approvalRef: string, awarded: bigint, more: Partial<Explained['awards'][number]> = {}) => ({
  approvalRef,
  approvedOn: '2016-03-01',
  awarded,
  disbursed: 0n,
  onHold: false,
  ...more,
});

/** By rule: what is explained, and how it is told in each language. */
const CASES: Readonly<Record<string, readonly [Explained, Readonly<Record<(typeof LANGUAGES)[number], string>>]>> = {
  'one-subsidy': [
    {
      finding: finding({
        amountFen: 50_000_000n,
        evidence: {
          project: { title: '工廠直銷平臺' },
          enterprise: { id: '01900000-0000-7000-8000-000000000001', name: '示例電子商務有限公司', organizationCode: 'T00000001' },
          because: 'paid',
          meetings: [{ awards: ['a', 'b'], keys: [{ kind: 'title' }, { kind: 'fact', fact: 'patentNumber' }] }],
        },
      }),
      awards: [
        award('穗經貿〔2016〕1號', 123_456_789n, { disbursed: 100n }),
        award('穗經貿〔2016〕2號', 50_000_000n, { approvedOn: '2016-04-02', onHold: true }),
      ],
    },
    {
      'zh-Hant':
        '示例電子商務有限公司的「工廠直銷平臺」在 2016 年度獲批 2 項:穗經貿〔2016〕1號(2016-03-01 批准,1,234,567.89 元,已撥付 1.00 元)、穗經貿〔2016〕2號(2016-04-02 批准,500,000.00 元,未撥付)。各項的項目名稱、專利、證照、上市或債券號碼相同,而同一項目同一年度只扶持一項(政策二(九)2)。保留 穗經貿〔2016〕1號,因已有款項撥付。其餘 1 項尚有 500,000.00 元,已暫停支付。',
      'zh-Hans':
        '示例电子商务有限公司的「工厂直销平台」在 2016 年度获批 2 项:穗经贸〔2016〕1号(2016-03-01 批准,1,234,567.89 元,已拨付 1.00 元)、穗经贸〔2016〕2号(2016-04-02 批准,500,000.00 元,未拨付)。各项的项目名称、专利、证照、上市或债券号码相同,而同一项目同一年度只扶持一项(政策二(九)2)。保留 穗经贸〔2016〕1号,因已有款项拨付。其余 1 项尚有 500,000.00 元,已暂停支付。',
      en: '“工廠直銷平臺” of 示例電子商務有限公司 was approved 2 times in 2016: 穗經貿〔2016〕1號 (approved on 2016-03-01, 1,234,567.89 yuan, 1.00 paid); 穗經貿〔2016〕2號 (approved on 2016-04-02, 500,000.00 yuan, nothing paid). They share the title and the number of a patent, licence, listing or bond, and one project gets one subsidy a year (policy, section 2(9)2). 穗經貿〔2016〕1號 is kept, because money has been paid on it. The other 1, which still hold 500,000.00 yuan, may not be paid.',
    },
  ],
  'over-commitment': [
    {
      finding: finding({
        rule: 'over-commitment',
        line: LINE,
        amountFen: 200_000n,
        status: 'acknowledged',
        reason: '下年度補足。',
        until: '2016-12-31',
        evidence: {
          available: '-2000.00',
          overrides: [{ documentNo: '穗財〔2016〕3號', amount: '2000.00', outstanding: '1500.00', expiresOn: '2016-06-30' }],
          covered: '500.00',
          overrideExpired: true,
        },
      }),
      awards: [],
    },
    {
      'zh-Hant':
        '2016 年度「支持電子商務培訓」的可用指標不足 2,000.00 元(政策二(九)2)。穗財〔2016〕3號 准予透支 2,000.00 元,至 2016-06-30,尚有 1,500.00 元未補足。尚在有效期內的核准只及 500.00 元,其餘已到期。財政已知悉,至 2016-12-31:下年度補足。',
      'zh-Hans':
        '2016 年度「支持电子商务培训」的可用指标不足 2,000.00 元(政策二(九)2)。穗财〔2016〕3号 准予透支 2,000.00 元,至 2016-06-30,尚有 1,500.00 元未补足。尚在有效期内的核准只及 500.00 元,其余已到期。财政已知悉,至 2016-12-31:下年度补足。',
      en: 'In 2016 “E-commerce training” lacks 2,000.00 yuan of what it has given out (policy, section 2(9)2). 穗財〔2016〕3號 allowed 2,000.00 yuan until 2016-06-30; 1,500.00 of it are not made up. What is still in force covers 500.00 yuan; the rest has expired. Finance knows of it, until 2016-12-31: 下年度補足.',
    },
  ],
  'line-rule': [
    {
      finding: finding({
        rule: 'line-rule',
        line: LINE,
        amountFen: 50_000_001n,
        evidence: {
          rule: 'amount-rate',
          awarded: '500000.01',
          faults: [{ pointer: '/amount', zhHant: '金額不得超過 500,000.00 元', en: 'The amount must be at most 500,000.00' }],
        },
      }),
      awards: [award('穗發改〔2016〕9號', 50_000_001n)],
    },
    {
      'zh-Hant':
        '「支持電子商務培訓」(政策二(四)1)2016 年度:不符合規定:金額不得超過 500,000.00 元。涉及:穗發改〔2016〕9號(2016-03-01 批准,500,000.01 元,未撥付)。所涉金額 500,000.01 元。',
      'zh-Hans':
        '「支持电子商务培训」(政策二(四)1)2016 年度:不符合规定:金额不得超过 500,000.00 元。涉及:穗发改〔2016〕9号(2016-03-01 批准,500,000.01 元,未拨付)。所涉金额 500,000.01 元。',
      en: '“E-commerce training” (policy, section 2(4)1), 2016: it breaks the rule: The amount must be at most 500,000.00. It concerns 穗發改〔2016〕9號 (approved on 2016-03-01, 500,000.01 yuan, nothing paid). 500,000.01 yuan are at issue.',
    },
  ],
  'highest-of-three': [
    {
      finding: finding({
        rule: 'highest-of-three',
        amountFen: 100_000_000n,
        evidence: {
          enterprise: { id: 'x', name: '示例公司', organizationCode: 'T00000001' },
          reading: 'any-two',
          readingReason: null,
          programmes: [
            { programme: 'headquarters-reward', total: '1500000.00', paidOn: '2016-05-01' },
            { programme: 'ours', total: '1000000.00', paidOn: null },
          ],
          highest: 'headquarters-reward',
          demandBack: '400000.00',
        },
      }),
      awards: [award('穗發改〔2016〕7號', 100_000_000n)],
    },
    {
      'zh-Hant':
        '示例公司在 2016 年度有:總部企業獎勵 1,500,000.00 元、本專項資金獎勵 1,000,000.00 元。三項獎勵具備任何兩項時,只安排最高一項,即總部企業獎勵(政策二(九)2)。本專項資金的 穗發改〔2016〕7號(2016-03-01 批准,1,000,000.00 元,未撥付) 尚有 1,000,000.00 元,已暫停支付。其中已撥付的 400,000.00 元須追回。',
      'zh-Hans':
        '示例公司在 2016 年度有:总部企业奖励 1,500,000.00 元、本专项资金奖励 1,000,000.00 元。三项奖励具备任何两项时,只安排最高一项,即总部企业奖励(政策二(九)2)。本专项资金的 穗发改〔2016〕7号(2016-03-01 批准,1,000,000.00 元,未拨付) 尚有 1,000,000.00 元,已暂停支付。其中已拨付的 400,000.00 元须追回。',
      en: 'In 2016 示例公司 has a headquarters reward of 1,500,000.00 yuan, a reward of this fund of 1,000,000.00 yuan. Where it has any two of the three, only the highest is paid, the headquarters reward (policy, section 2(9)2). Of this fund, 穗發改〔2016〕7號 (approved on 2016-03-01, 1,000,000.00 yuan, nothing paid) may not be paid; 1,000,000.00 yuan are at issue. 400,000.00 yuan of it were paid and are to be demanded back.',
    },
  ],
  'ledger-integrity': [
    {
      finding: finding({
        rule: 'ledger-integrity',
        evidence: { invariant: 4, check: 'balances-follow-postings', count: 2, samples: [] },
      }),
      awards: [],
    },
    {
      'zh-Hant':
        '2016 年度的賬目不符:科目餘額與其分錄不符,共 2 處。這不是業務操作所致,須由系統管理人員按操作手冊「損壞」一節查明並恢復。',
      'zh-Hans':
        '2016 年度的账目不符:科目余额与其分录不符,共 2 处。这不是业务操作所致,须由系统管理人员按操作手册「损坏」一节查明并恢复。',
      en: 'The books of 2016 do not add up: balances that are not what their postings come to, 2 in all. No request does this: whoever runs the system looks into it and restores it by the manual’s section on damage.',
    },
  ],
};

it('has a case for every rule', () => expect(Object.keys(CASES).sort()).toEqual([...RULE_NAMES].sort()));

describe.each(Object.entries(CASES))('The explanation of %s', (_, [explained, paragraphs]) => {
  it.each(LANGUAGES)('in %s', (language) => {
    expect(textIn(explanationOf(explained), language)).toBe(paragraphs[language]);
  });

  it('holds no id, code or key', () => {
    const text = JSON.stringify(explanationOf(explained));
    expect(text).not.toMatch(
      /[0-9a-f]{8}-[0-9a-f]{4}-|T00000001|training\b(?<!E-commerce training)|title:|patentNumber|balances-follow/,
    );
  });
});

const RULES: readonly (readonly [string, Record<string, unknown>, string])[] = [
  [
    'annual-pool',
    { pool: '5000000.00', awarded: '5000000.01' },
    '5,000,000.01 yuan were awarded in the year, above its pool of 5,000,000.00.',
  ],
  ['once-per-enterprise', {}, 'one enterprise has more than one award'],
  ['unique-fact', {}, 'is used more than once'],
  ['consecutive-years', { from: 2013, to: 2016, maxConsecutiveYears: 3 }, 'from 2013 to 2016, beyond 3 consecutive years.'],
  ['quota', { enterprises: 51, quota: 50 }, '51 enterprises have awards, above its quota of 50.'],
];

it.each(RULES)('A line’s %s is told', (rule, evidence, said) => {
  const explained = { finding: finding({ rule: 'line-rule', line: LINE, evidence: { rule, ...evidence } }), awards: [] };
  expect(explanationOf(explained).en).toContain(said);
});

it('A year above its ceiling is told', () => {
  const evidence = { appropriated: '500000000.01', ceiling: '500000000.00' };
  const explained = { finding: finding({ rule: 'over-commitment', amountFen: 1n, evidence }), awards: [] };
  expect(explanationOf(explained).zh).toBe(
    '2016 年度批覆與調整合計 500,000,000.01 元,超出年度上限 500,000,000.00 元共 0.01 元(政策二(九)2)。',
  );
});
