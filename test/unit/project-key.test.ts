import { normalisedTitle, projectKeys } from '../../src/parties/projects/project-key.js';

/* Domain §6: what only looks different is one title, what really differs stays two. */

/** Of one project. */
const SAME: readonly (readonly [string, string, string])[] = [
  ['traditional and simplified', '跨境電子商務分揀系統', '跨境电子商务分拣系统'],
  ['brackets of another width', '跨境電商（一期）', '跨境電商(一期)'],
  ['spaces of another width', '跨境電商 一期', '跨境電商　一期'],
  ['other punctuation', '「跨境電商」·一期', '《跨境電商》—一期!'],
  ['full-width letters', 'ERP 系統', 'ｅｒｐ系統'],
  ['a zero-width space', '跨境\u200b電商', '跨境電商'],
  ['a soft hyphen', '跨境\u00ad電商', '跨境電商'],
  ['a variation selector', '跨境\ufe00電商', '跨境電商'],
  ['a supplementary variation selector', '跨\u{e0100}境電商', '跨境電商'],
  ['tags', '跨境電商\u{e0041}\u{e007f}', '跨境電商'],
  ['a Hangul filler', '跨境\u3164電商', '跨境電商'],
  ['a half-width Hangul filler', '跨境\uffa0電商', '跨境電商'],
  ['a combining mark on a Chinese character', '工̀廠直銷平臺', '工廠直銷平臺'],
  ['two combining marks', '工̀́廠直銷平臺', '工廠直銷平臺'],
  ['an enclosing mark', '工⃝廠直銷平臺', '工廠直銷平臺'],
  ['a braille blank', '工廠直銷平臺\u2800', '工廠直銷平臺'],
  ['a trailing emoji', '工廠直銷平臺🙂', '工廠直銷平臺'],
  ['an emoji of several', '工廠直銷平臺👨‍👩‍👧', '工廠直銷平臺'],
  ['a keycap', '工廠直銷平臺1️⃣', '工廠直銷平臺1'],
  ['a circled figure', '工廠直銷平臺①', '工廠直銷平臺1'],
  ['a figure in brackets', '工廠直銷平臺⑴', '工廠直銷平臺1'],
  ['a white figure on black', '工廠直銷平臺❶', '工廠直銷平臺1'],
  ['a Roman figure', '工廠直銷平臺Ⅱ', '工廠直銷平臺2'],
  ['a mathematical figure', '工廠直銷平臺𝟏', '工廠直銷平臺1'],
  ['an Arabic figure', '工廠直銷平臺٢', '工廠直銷平臺2'],
  ['a phase in Chinese', '跨境電商一期', '跨境電商1期'],
  ['a phase in Roman figures', '跨境電商Ⅱ期', '跨境電商二期'],
  ['a phase in Roman letters', '跨境電商III期', '跨境電商三期'],
  ['a phase with an ordinal', '跨境電商第二期', '跨境電商2期'],
  ['a phase of two figures', '跨境電商十二期', '跨境電商12期'],
  ['a phase of ten', '跨境電商二十期', '跨境電商20期'],
  ['a stage', '分揀系統第一階段', '分揀系統1阶段'],
  ['a batch', '電商人才第三批', '電商人才3批'],
  ['a katakana that looks like a character', 'エ廠直銷平臺', '工廠直銷平臺'],
  ['a katakana mouth', '出ロ平臺', '出口平臺'],
  ['a long vowel for one', '統ー平臺', '統一平臺'],
  ['a radical', '⼯廠直銷平臺', '工廠直銷平臺'],
  ['a compatibility ideograph', '\uf9dc江平臺', '隆江平臺'],
  ['a variant', '工厰直銷平臺', '工廠直銷平臺'],
  ['another variant', '羣眾平臺', '群众平台'],
  ['a variant of a summit', '電商峯會', '電商峰會'],
  ['the Japanese form', '広州示範平臺', '廣州示範平臺'],
  ['the Japanese word', '工場直銷平臺', '工廠直銷平臺'],
  ['a Japanese iron', '鉄路電商', '鐵路電商'],
  ['a leading city', '廣州市工廠直銷平臺', '工廠直銷平臺'],
  ['a leading city, simplified', '广州市工厂直销平台', '工廠直銷平臺'],
  ['a leading province and city', '廣東省廣州市工廠直銷平臺', '工廠直銷平臺'],
  ['a Cyrillic letter', 'Аpp平臺', 'App平臺'],
  ['Cyrillic capitals', 'СРМ平臺', 'CPM平臺'],
  ['a Cyrillic I', 'ІoT平臺', 'IoT平臺'],
  ['a Greek letter', 'Αpp平臺', 'App平臺'],
  ['bold letters', '𝐀𝐩𝐩平臺', 'App平臺'],
  ['letters in circles', 'Ⓐⓟⓟ平臺', 'App平臺'],
  ['small capitals of another case', 'app平臺', 'APP平臺'],
  ['a ligature', 'ﬁntech平臺', 'fintech平臺'],
  ['half-width katakana', 'ｻｰﾊﾞｰ', 'サーバー'],
  ['an accent written apart', 'cafe\u0301平臺', 'café平臺'],
  ['thousands', '1,000台設備', '1000台設備'],
  ['dashes of another width', '3—4號倉', '3-4號倉'],
  ['points of another width', '1．5版', '1.5版'],
  ['a unit of one sign', '㎏系統', 'kg系統'],
  ['a plus of another width', 'Ｃ＋＋平臺', 'c++平臺'],
  ['symbols between', '跨境★電商', '跨境電商'],
  ['a month in a circle', '㊀期工程', '一期工程'],
];

/** Of two. */
const DIFFERENT: readonly (readonly [string, string, string])[] = [
  ['phases', '分揀系統一期', '分揀系統二期'],
  ['phases beyond ten', '分揀系統十二期', '分揀系統二期'],
  ['phases in Roman letters', '分揀系統II期', '分揀系統III期'],
  ['no phase and one', '分揀系統', '分揀系統一期'],
  ['languages', 'C平臺', 'C++平臺'],
  ['languages with a sharp', 'C平臺', 'C#平臺'],
  ['warehouses', '3-4號倉', '34號倉'],
  ['a range and a decimal', '3-4號倉', '3.4號倉'],
  ['versions', '1.5版', '15版'],
  ['versions by a digit', '1.5版', '1.6版'],
  ['versions and ranges', '1.5版', '1-5版'],
  ['figures apart by a space', '3 4號倉', '34號倉'],
  ['figures that are no thousands', '1,5號倉', '15號倉'],
  ['years', '電商大會2015', '電商大會2016'],
  ['years in Chinese', '二〇一五年大會', '二〇一六年大會'],
  ['an ordinal that is no phase', '第三倉', '三倉'],
  ['a figure that is no phase', '一體化平臺', '1體化平臺'],
  ['points of the compass', '東區倉儲', '西區倉儲'],
  ['districts', '天河區電商園', '海珠區電商園'],
  ['letters', 'A區平臺', 'B區平臺'],
  ['an accent', 'cafe平臺', 'café平臺'],
  ['voiced kana', 'か平臺', 'が平臺'],
  ['earth and scholar', '土產平臺', '士產平臺'],
  ['not yet and end', '未端配送', '末端配送'],
  ['self and already', '自己平臺', '自已平臺'],
  ['day and say', '日用平臺', '曰用平臺'],
  ['thousand and dry', '千果平臺', '干果平臺'],
  ['big and too', '大平臺', '太平臺'],
  ['enter and person', '入口平臺', '人口平臺'],
  ['a city that leads to another', '廣州市場平臺', '場平臺'],
  ['another city', '深圳市工廠平臺', '工廠平臺'],
  ['a word', '分揀系統', '分揀平臺'],
  ['a part of it', '跨境電商分揀系統', '分揀系統'],
  ['modules', '分揀系統甲模塊', '分揀系統乙模塊'],
  ['an order of words', '電商跨境系統', '跨境電商系統'],
  ['figures', '平臺1', '平臺2'],
  ['figures and letters', '平臺1', '平臺l'],
  ['nought and O', '平臺0', '平臺O'],
  ['Roman figures', '平臺Ⅰ', '平臺Ⅱ'],
  ['Thai words', 'น้ำ', 'นำ'],
  ['Hangul', '가평臺', '나평臺'],
  ['floors', '12樓', '1-2樓'],
  ['hall and hall', '一號館', '十號館'],
  ['buy and sell', '買賣平臺', '賣買平臺'],
  ['villages', '上村電商', '下村電商'],
  ['five and six', '五號倉', '六號倉'],
  ['two halves', '上半年培訓', '下半年培訓'],
  ['spring and autumn', '春季培訓', '秋季培訓'],
  ['morning and night', '早市平臺', '夜市平臺'],
  ['import and export', '進口平臺', '出口平臺'],
  ['B2B and B2C', 'B2B平臺', 'B2C平臺'],
  ['O2O and 020', 'O2O平臺', '020平臺'],
  ['editions', '第一屆電商節', '第二屆電商節'],
  ['4.0 and 40', '工業4.0', '工業40'],
  ['two dates', '6-18促銷', '61-8促銷'],
  ['a sum', '1+1平臺', '11平臺'],
  ['a colon', '24:7服務', '247服務'],
  ['mills', '磨坊一號', '磨坊二號'],
  ['tables and tables', '表格平臺', '錶格平台2'],
  ['up and down', '線上平臺', '線下平臺'],
];

it.each(SAME)('%s: one title', (_, one, other) => expect(normalisedTitle(one)).toBe(normalisedTitle(other)));
it.each(DIFFERENT)('%s: two titles', (_, one, other) => expect(normalisedTitle(one)).not.toBe(normalisedTitle(other)));

it('has at least sixty pairs on both sides', () => {
  expect(Math.min(SAME.length, DIFFERENT.length)).toBeGreaterThanOrEqual(60);
});

it('folds what is folded no further', () => {
  for (const [, one, other] of [...SAME, ...DIFFERENT]) {
    for (const title of [one, other]) expect(normalisedTitle(normalisedTitle(title))).toBe(normalisedTitle(title));
  }
});

describe('the keys of a project (domain §5)', () => {
  it('are its code and its title', () => {
    expect(projectKeys({ title: '分揀系統', code: ' p-2016-001 ' })).toEqual(['code:p2016-001', 'title:分拣系统']);
    expect(projectKeys({ title: '倉儲系統', code: 'Ｐ‐2016—001' })[0]).toBe('code:p2016-001');
  });

  it('are its title where the code is blank', () => {
    expect(projectKeys({ title: '分揀系統', code: '　' })).toEqual(projectKeys({ title: '分揀系統', code: null }));
  });

  it('are none for a title of punctuation alone', () => {
    expect(projectKeys({ title: '——（）·', code: 'P-1' })).toEqual([]);
  });
});
