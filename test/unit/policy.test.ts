import { toSimplified } from '../../src/platform/simplified.js';
import { parseYuan } from '../../src/kernel/index.js';
import { fundSeed, lineSeeds, type LineSeed } from '../../src/budget/seed/seed-policy.js';

/** Domain §5 and the policy, written out by hand: section, clause title, lead agencies, form, limits, required facts. */
const TABLE: readonly [
  code: string,
  section: string,
  title: string,
  agencies: string,
  form: string,
  limits: string,
  facts: string,
][] = [
  [
    'cluster-park',
    '二(一)1',
    '加快建設電子商務產業集聚區',
    '市發展改革委、市經貿委',
    'competitive',
    'discretionary',
    'parkManagementBody=true callReference (parkArea 0..) (parkTenants 0..)',
  ],
  [
    'platform-top3',
    '二(一)2',
    '分類發展電子商務平臺',
    '市發展改革委、市經貿委',
    'reward',
    'discretionary pool 5000000.00',
    'nationalRank 1..3 (tradeVolume 0..)',
  ],
  [
    'demo-enterprise',
    '二(一)3',
    '培育50家示範龍頭企業',
    '市經貿委',
    'reward',
    'fixed 2000000.00 once quota 50',
    'certified=true growthYear1 30.. growthYear2 30.. growthYear3 30..',
  ],
  [
    'headquarters',
    '二(一)4',
    '加大力度引進高端項目',
    '市發展改革委',
    'reward',
    'discretionary',
    'standing=national-top-50|internationally-known nationalRank 1..50 if standing=national-top-50 regionalHeadquarters=true registrationMoved=true taxSeatMoved=true settlesInCity=true listedCompanyMove=false',
  ],
  ['manufacturing-app', '二(二)1', '推動製造企業電子商務應用', '市經貿委', 'subsidy', 'discretionary', '(manufacturer=true)'],
  ['market-app', '二(二)2', '推進商貿企業電子商務應用', '市經貿委', 'subsidy', 'discretionary', 'specialisedMarket=true'],
  ['online-marketing', '二(二)3', '加快發展網絡營銷', '市經貿委', 'none', 'discretionary', ''],
  [
    'mobile-innovation',
    '二(二)4',
    '推動移動電子商務發展',
    '市科技和信息化局、市經貿委',
    'subsidy',
    'discretionary',
    '(keyInnovationProject=true)',
  ],
  [
    'payment-licence',
    '二(三)2',
    '健全電子商務支付體系',
    '市金融辦',
    'reward',
    'discretionary unique licenceNumber',
    'licenceNumber businessKind=internet|mobile|telephone|digital-tv registeredInGuangzhou=true',
  ],
  [
    'training',
    '二(四)1',
    '建設人才培養高地',
    '市發展改革委',
    'subsidy',
    'rate 0.3 of trainingCost cap 500000.00',
    'trainingCost 0.01.. heldByCityOrAbove=true payeeOrganises=true',
  ],
  [
    'talent',
    '二(四)2',
    '構建人才引進激勵機制',
    '市人力資源和社會保障局',
    'reward',
    'rate of annualSalary years 3',
    'annualSalary 300000.00.. postKind=senior-management|senior-operations|core-technology employerQualification=certified-demonstration-enterprise|in-cluster (planReference)',
  ],
  [
    'listing-otc-bond',
    '二(五)2',
    '扶持電子商務企業創業',
    '市發展改革委、市金融辦',
    'subsidy',
    'discretionary unique eventReference',
    'eventKind=national-share-transfer|guangzhou-equity-exchange|exchange-bond|interbank-bond eventReference newlyIssued=true if eventKind=exchange-bond|interbank-bond guangzhouEnterprise=true',
  ],
  [
    'ipo',
    '二(五)3',
    '推動電子商務企業上市',
    '市金融辦',
    'subsidy',
    'fixed 3000000.00 once unique exchangeAndCode',
    'newlyListed=true exchangeAndCode guangzhouEnterprise=true',
  ],
  [
    'rd-centre',
    '二(六)2',
    '落實電子商務研發優惠和獎勵政策',
    '市科技和信息化局',
    'subsidy',
    'discretionary unique patentNumber',
    'kind=technology-centre|domestic-patent|pct-invention recognised=true if kind=technology-centre patentNumber if kind=domestic-patent|pct-invention',
  ],
  ['exhibition', '二(七)2', '組織電子商務會展活動', '市經貿委', 'none', 'discretionary', ''],
  [
    'crossborder-platform',
    '二(八)1',
    '建設跨境貿易電子商務公共服務平臺',
    '市外經貿局',
    'subsidy',
    'discretionary',
    'platformKind=public-service|self-built (tradeVolume 0..)',
  ],
  [
    'crossborder-logistics',
    '二(八)2',
    '完善跨境電商倉儲物流體系',
    '市外經貿局',
    'subsidy',
    'discretionary',
    'operatesInCrossBorderCentre=true',
  ],
  ['standards', '二(八)3', '推動制訂電子商務國際業務合作與行業標準', '市外經貿局', 'none', 'discretionary', ''],
  [
    'third-party-platform',
    '二(八)4',
    '提升跨境電商的第三方服務',
    '市外經貿局',
    'subsidy',
    'discretionary',
    'platformKind=trading|customs-clearance (tradeGrowth if platformKind=trading) (members 0.. if platformKind=trading) (monthlyVisits 0.. if platformKind=trading) (customsDeclarations 0.. if platformKind=customs-clearance)',
  ],
];

const lines = lineSeeds();

describe('the seeds of the policy (domain §5)', () => {
  it('hold the fund: five hundred million yuan a year from 2013 on, five years (§二(九)2)', () => {
    const { code, annualAmount, firstYear, lastYear } = fundSeed();
    expect({ code, firstYear, lastYear }).toEqual({ code: 'gz-ecommerce', firstYear: 2013, lastYear: 2017 });
    expect(parseYuan(annualAmount)).toBe(50_000_000_000n);
  });

  it('hold the nineteen lines in the order of the policy', () => {
    expect(lines.map((line) => line.code)).toEqual(TABLE.map(([code]) => code));
  });

  it.each(TABLE)('%s stands as in the policy', (code, section, title, agencies, form, limits, facts) => {
    const line = lineOf(code);
    expect(line.section).toBe(section);
    expect(line.title.zhHant).toBe(title);
    expect(line.leadAgencies.join('、')).toBe(agencies);
    expect(line.form).toBe(form);
    expect(limitsOf(line)).toBe(limits);
    expect(factsOf(line)).toBe(facts);
  });

  it('pay persons on the line for talent alone', () => {
    expect(lines.filter((line) => line.payee === 'person').map((line) => line.code)).toEqual(['talent']);
  });

  it('give a reason where, and only where, nothing can be reserved', () => {
    const closed = lines.filter((line) => !line.reservable);
    expect(closed.map((line) => line.code)).toEqual(['online-marketing', 'exhibition', 'standards']);
    for (const line of lines) expect(line.reservable).toBe(line.reason === undefined);
    for (const line of lines) expect(line.reservable).toBe(line.form !== 'none');
  });

  it('name everything in three languages', () => {
    const titles = lines.flatMap((line) => [
      line.title,
      ...line.rule.facts.flatMap((fact) => [fact.title, ...Object.values(fact.labels ?? {})]),
    ]);
    const texts = lines.flatMap((line) => [line.pays, line.reading]);
    expect(texts.every((text) => text !== undefined)).toBe(true);
    for (const title of [...titles, ...texts.filter((text) => text !== undefined)]) {
      expect(title.zhHant).toMatch(/\p{Script=Han}/u);
      expect(title.zhHans).toMatch(/\p{Script=Han}/u);
      // Each in its own script: what the other one writes otherwise is not in it.
      expect(toSimplified(title.zhHans)).toBe(title.zhHans);
      expect(toSimplified(title.zhHant)).toBe(title.zhHans);
      expect(title.zhHant).not.toMatch(/示范|制造|注冊/u);
      expect(title.en).toMatch(/^[ -~’]+$/);
    }
  });
});

function lineOf(code: string): LineSeed {
  const line = lines.find((candidate) => candidate.code === code);
  if (line === undefined) throw new Error(`No line ${code}`);
  return line;
}

function limitsOf({ rule }: LineSeed): string {
  const { amount } = rule;
  return [
    amount.kind,
    amount.kind === 'fixed' ? amount.amount : '',
    amount.kind === 'rate' ? `${amount.rate === undefined ? '' : `${amount.rate} `}of ${amount.of}` : '',
    amount.kind === 'rate' && amount.cap !== undefined ? `cap ${amount.cap}` : '',
    rule.annualPool === undefined ? '' : `pool ${rule.annualPool}`,
    rule.oncePerEnterprise === true ? 'once' : '',
    rule.quota === undefined ? '' : `quota ${rule.quota}`,
    rule.maxConsecutiveYears === undefined ? '' : `years ${rule.maxConsecutiveYears}`,
    rule.uniqueFacts === undefined ? '' : `unique ${rule.uniqueFacts.join(' ')}`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

/** Every fact with its bounds, an optional one in brackets; a text's bounds on its length are left out. */
function factsOf({ rule }: LineSeed): string {
  return rule.facts
    .map((fact) => {
      const equals = fact.equals === undefined ? '' : `=${[fact.equals].flat().join('|')}`;
      const bounds = fact.type === 'text' || (fact.min ?? fact.max) === undefined ? '' : ` ${fact.min ?? ''}..${fact.max ?? ''}`;
      const condition = fact.when === undefined ? '' : ` if ${fact.when.fact}=${[fact.when.equals].flat().join('|')}`;
      const text = fact.name + equals + bounds + condition;
      return fact.required ? text : `(${text})`;
    })
    .join(' ');
}
