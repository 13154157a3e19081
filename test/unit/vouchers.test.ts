import { ENTRY_KINDS, entrySummary, type Voucher } from '../../src/ledger/index.js';
import { textIn } from '../../src/platform/http/index.js';

/*
 * Each voucher's summary (摘要) says who, what, and which document, in three languages.
 */

const award: Voucher['award'] = {
  enterprise: '示例電子商務有限公司',
  person: null,
  project: '跨境電子商務分揀系統',
  approvalRef: '穗經貿電商〔2016〕12號',
  outOf: 1,
};
const ofAward: Voucher = {
  fiscalYear: 2016,
  line: { zh: '市場應用', en: 'Markets' },
  toLine: null,
  award,
  documentNo: null,
  details: null,
};
const ofLine: Voucher = { ...ofAward, award: null };
const ofYear: Voucher = { ...ofLine, line: null };
const WHO = ['示例電子商務有限公司「跨境電子商務分揀系統」', '示例電子商務有限公司 “跨境電子商務分揀系統”: '] as const;
const DOCUMENT = '穗財〔2016〕1號';

/** Kind, voucher, what is said in Traditional and in English; `*` stands for whom an award is of. */
const SUMMARIES: readonly (readonly [kind: string, voucher: Voucher, zh: string, en: string])[] = [
  [
    'appropriation',
    { ...ofYear, documentNo: DOCUMENT },
    '2016 年度預算批覆,文號 穗財〔2016〕1號',
    '2016: appropriation, document 穗財〔2016〕1號',
  ],
  [
    'supplement',
    { ...ofYear, documentNo: DOCUMENT, details: { ceilingDocumentNo: '穗府〔2016〕2號' } },
    '2016 年度追加,提高上限的文號 穗府〔2016〕2號,文號 穗財〔2016〕1號',
    '2016: supplement, ceiling raised by 穗府〔2016〕2號, document 穗財〔2016〕1號',
  ],
  [
    'reduction',
    { ...ofLine, documentNo: DOCUMENT, details: { override: { documentNo: '紀要3號' } } },
    '2016 年度「市場應用」追減,越過指標的核准 紀要3號,文號 穗財〔2016〕1號',
    '2016 “Markets”: reduction, leave to go below zero 紀要3號, document 穗財〔2016〕1號',
  ],
  [
    'allotment',
    { ...ofLine, documentNo: DOCUMENT },
    '2016 年度「市場應用」指標分解,文號 穗財〔2016〕1號',
    '2016 “Markets”: allotted, document 穗財〔2016〕1號',
  ],
  ['allotment-return', ofLine, '2016 年度「市場應用」指標退回', '2016 “Markets”: allotment returned'],
  [
    'virement',
    { ...ofLine, toLine: { zh: '製造業應用', en: 'Manufacturing' }, documentNo: DOCUMENT },
    '2016 年度「市場應用」調劑至「製造業應用」,文號 穗財〔2016〕1號',
    '2016 “Markets”: virement to “Manufacturing”, document 穗財〔2016〕1號',
  ],
  ['reserve', ofAward, '*預留,批文 穗經貿電商〔2016〕12號', '*reserved, approval 穗經貿電商〔2016〕12號'],
  [
    'reserve',
    { ...ofAward, award: { ...award, person: '張三' } },
    '示例電子商務有限公司(張三)「跨境電子商務分揀系統」預留,批文 穗經貿電商〔2016〕12號',
    '示例電子商務有限公司 (張三) “跨境電子商務分揀系統”: reserved, approval 穗經貿電商〔2016〕12號',
  ],
  ['commit', { ...ofAward, documentNo: '協議-1' }, '*承諾,文號 協議-1', '*committed, document 協議-1'],
  [
    'disburse',
    { ...ofAward, details: { paymentRef: 'ZF-1', payee: { name: award.enterprise } } },
    '*撥付,支付編號 ZF-1',
    '*disbursed, payment ZF-1',
  ],
  [
    'disburse',
    { ...ofAward, details: { paymentRef: 'ZF-1', voucherNo: 'PZ-9', payee: { name: '示例園區' } } },
    '*撥付予「示例園區」,支付編號 ZF-1,支付憑證 PZ-9',
    '*disbursed to “示例園區”, payment ZF-1, payment voucher PZ-9',
  ],
  ['release', { ...ofAward, details: { from: 'reserved' } }, '*釋放預留', '*reservation released'],
  [
    'release',
    { ...ofAward, details: { from: 'committed' }, documentNo: DOCUMENT },
    '*釋放承諾,文號 穗財〔2016〕1號',
    '*commitment released, document 穗財〔2016〕1號',
  ],
  ['return', { ...ofAward, details: { paymentRef: 'ZF-1' } }, '*支付退回,支付編號 ZF-1', '*payment returned, payment ZF-1'],
  [
    'recovery-demand',
    { ...ofAward, details: { paymentRef: 'ZF-1' } },
    '*應追回,支付編號 ZF-1',
    '*recovery demanded, payment ZF-1',
  ],
  [
    'recovery',
    { ...ofAward, details: { receiptRef: 'SK-1' } },
    '*追回收訖,繳款書 SK-1',
    '*recovery received, receipt voucher SK-1',
  ],
  [
    'assign-hold',
    { ...ofAward, details: { onHold: true } },
    '*暫停支付(同一項目同一年度只扶持一項)',
    '*put on hold, another award of its project stands',
  ],
  [
    'assign-hold',
    { ...ofAward, details: { onHold: false } },
    '*解除暫停支付(同一項目同一年度只扶持一項)',
    '*no longer on hold, another award of its project stands',
  ],
  [
    'rule-hold',
    { ...ofAward, details: { onHold: true } },
    '*暫停支付(不符合支出方向的規定)',
    '*put on hold, by the rule of its line',
  ],
  [
    'reward-hold',
    { ...ofAward, details: { onHold: true } },
    '*暫停支付(三項獎勵只安排最高一項)',
    '*put on hold, by a higher reward of another programme',
  ],
  [
    'settle',
    { ...ofAward, details: { resolution: 'keep' }, documentNo: DOCUMENT },
    '*疑點處理:保留,文號 穗財〔2016〕1號',
    '*finding settled, kept, document 穗財〔2016〕1號',
  ],
  [
    'settle',
    { ...ofAward, award: { ...award, outOf: 3 }, details: { resolution: 'dismiss' } },
    '示例電子商務有限公司「跨境電子商務分揀系統」等 3 項疑點處理:並非同一項目',
    '示例電子商務有限公司 “跨境電子商務分揀系統” and 2 more: finding settled, not the same project',
  ],
  [
    'settle',
    { ...ofLine, details: { resolution: 'acknowledge', until: '2016-12-31', payable: true } },
    '2016 年度「市場應用」疑點處理:知悉至 2016-12-31,准予支付',
    '2016 “Markets”: finding settled, known until 2016-12-31, payable',
  ],
  [
    'publicity',
    { ...ofAward, details: { from: '2016-02-01', to: '2016-02-05', reference: '公示1號' } },
    '*公示 2016-02-01 至 2016-02-05,依據 公示1號',
    '*shown to the public from 2016-02-01 to 2016-02-05, by 公示1號',
  ],
  ['rekey', ofAward, '*項目識別更新', '*keys made anew'],
  [
    'merge',
    { ...ofYear, details: { enterprise: { name: '甲' }, into: { name: '乙' } } },
    '「甲」併入「乙」',
    '“甲”: merged into “乙”',
  ],
  [
    'unmerge',
    { ...ofYear, details: { enterprise: { name: '甲' }, from: { name: '乙' } } },
    '「甲」自「乙」拆分',
    '“甲”: parted from “乙”',
  ],
  [
    'external-award',
    {
      ...ofYear,
      details: { change: 'corrected', programme: 'headquarters-reward', enterprise: { name: '甲' }, reference: '穗總部1號' },
    },
    '「甲」2016 年度總部企業獎勵更正,依據 穗總部1號',
    '“甲”: headquarters reward of 2016 corrected, by 穗總部1號',
  ],
];

it.each(SUMMARIES)('%s', (kind, voucher, zh, en) => {
  const summary = entrySummary(kind, voucher);
  expect(summary).toEqual({ zh: zh.replace('*', WHO[0]), en: en.replace('*', WHO[1]) });
});

it('There is one for every kind, and one that is not known here is told by its name', () => {
  expect([...new Set(SUMMARIES.map(([kind]) => kind))].sort()).toEqual([...ENTRY_KINDS].sort());
  expect(entrySummary('carry-forward', { ...ofLine, documentNo: DOCUMENT }).en).toBe(
    '2016 “Markets”: carry-forward, document 穗財〔2016〕1號',
  );
});

it('Simplified follows', () => {
  expect(textIn(entrySummary('reserve', ofAward), 'zh-Hans')).toBe(
    '示例电子商务有限公司「跨境电子商务分拣系统」预留,批文 穗经贸电商〔2016〕12号',
  );
});
