import { positionsOf, type Position } from '../../budget/index.js';
import { fenOf, formatYuan, ratio, type Fen, type Text } from '../../kernel/index.js';
import type { Title } from '../../ledger/index.js';
import type { Statement } from '../../platform/database/database.js';
import { textIn } from '../../platform/http/index.js';
import type { Column, Part, ReportScope, Row, Table } from '../report.js';
import { inLanguage } from './line-title.js';
import { columnsOf, ofYear } from './several-years.js';

const AMOUNTS = {
  allotted: { zh: '指標', en: 'Allotted' },
  available: { zh: '可用', en: 'Available' },
  reserved: { zh: '預留', en: 'Reserved' },
  committed: { zh: '承諾', en: 'Committed' },
  disbursed: { zh: '撥付', en: 'Disbursed' },
  lapsed: { zh: '收回結餘', en: 'Lapsed' },
  carriedIn: { zh: '結轉轉入', en: 'Carried in' },
  carriedOut: { zh: '結轉轉出', en: 'Carried out' },
  overCommitted: { zh: '超指標承諾', en: 'Over-committed' },
  executionRate: { zh: '執行率', en: 'Execution rate' },
} as const satisfies Record<string, Text>;

const COLUMNS: readonly Column[] = [
  { key: 'line', title: { zh: '支出方向', en: 'Programme line' } },
  { key: 'lineTitle', title: { zh: '支出方向名稱', en: 'Line title' } },
  ...Object.entries(AMOUNTS).map(([key, title]) => ({ key, title })),
  { key: 'pays', title: { zh: '扶持內容', en: 'What is paid' } },
  { key: 'reading', title: { zh: '條文理解', en: 'How the clause is read' } },
];

/** What the year has of its own: where its money comes from, and where it is, lines and year together (domain §4). */
const YEAR = {
  appropriated: { zh: '預算批覆', en: 'Appropriation' },
  adjusted: { zh: '追加追減', en: 'Supplements and reductions' },
  carriedIn: AMOUNTS.carriedIn,
  receivedBack: { zh: '以前年度收回', en: 'Received back from earlier years' },
  resources: { zh: '資金合計', en: 'Total of its money' },
  unallotted: { zh: '待分配', en: 'Unallotted' },
  available: AMOUNTS.available,
  reserved: AMOUNTS.reserved,
  committed: AMOUNTS.committed,
  disbursed: AMOUNTS.disbursed,
  lapsed: AMOUNTS.lapsed,
  carriedOut: AMOUNTS.carriedOut,
  allotted: AMOUNTS.allotted,
  overCommitted: AMOUNTS.overCommitted,
  executionRate: AMOUNTS.executionRate,
} as const satisfies Record<string, Text>;

const YEAR_COLUMNS: readonly Column[] = [
  { key: 'item', title: { zh: '項目', en: 'Item' } },
  { key: 'itemTitle', title: { zh: '項目名稱', en: 'Item title' } },
  { key: 'amount', title: { zh: '金額', en: 'Amount' } },
];

const ALL_YEARS: Text = { zh: '合計', en: 'All years' };

/** What can be summed up. */
type Amount = Exclude<keyof typeof YEAR, 'resources' | 'executionRate'>;

/** $1 fund: what its lines pay, and how we read them. */
const WORDS: Statement = {
  name: 'reports.line-words',
  text: 'SELECT code, pays, reading FROM programme_line WHERE fund_id = $1',
};

interface LineWords {
  readonly code: string;
  readonly pays: Title | null;
  readonly reading: Title | null;
}

/**
 * 預算執行表: where each line's money is (domain §4). The totals are the year's position, so that they add up to its resources; what
 * lapsed without a line is in them alone. Formats without totals have them as a second table, item by item. Of several years the totals
 * are the sums: money that was carried from one to the next is in both.
 */
export async function readBudgetExecution(scope: ReportScope): Promise<Table> {
  const positions = await positionsOf(scope.sql, scope.fund, scope.fiscalYears, {
    asOf: scope.asOf ?? undefined,
    recordedAsOf: scope.recordedAsOf ?? undefined,
  });
  const words = new Map((await scope.sql.rows<LineWords>(WORDS, [scope.fund.id])).map((line) => [line.code, line]));
  const inWords = (title: Title | null | undefined): string | null => (title ? inLanguage(title, scope.language) : null);
  const rows = positions.flatMap(({ fiscalYear, lines }) =>
    lines.map((line): Row => ({
      ...ofYear(scope, fiscalYear),
      line: line.line,
      lineTitle: inLanguage(line.title, scope.language),
      ...amountsOf(line),
      pays: inWords(words.get(line.line)?.pays),
      reading: inWords(words.get(line.line)?.reading),
    })),
  );
  const totals = totalsOf(positions);
  return { columns: columnsOf(scope, COLUMNS), rows, totals: () => totals, further: [yearsPart(scope, positions, totals)] };
}

/** What the years have together. */
function totalsOf(positions: readonly Position[]): Record<keyof typeof YEAR, string> {
  const sum = (key: Amount): Fen => positions.reduce((total, position) => total + fenOf(position[key]), 0n);
  const yuan = (key: Amount): string => formatYuan(sum(key));
  return {
    appropriated: yuan('appropriated'),
    adjusted: yuan('adjusted'),
    carriedIn: yuan('carriedIn'),
    receivedBack: yuan('receivedBack'),
    resources: formatYuan(sum('appropriated') + sum('adjusted') + sum('carriedIn') + sum('receivedBack')),
    unallotted: yuan('unallotted'),
    available: yuan('available'),
    reserved: yuan('reserved'),
    committed: yuan('committed'),
    disbursed: yuan('disbursed'),
    lapsed: yuan('lapsed'),
    carriedOut: yuan('carriedOut'),
    allotted: yuan('allotted'),
    overCommitted: yuan('overCommitted'),
    executionRate: ratio(sum('disbursed'), sum('allotted')),
  };
}

/** Each year's own rows, and those of all years behind them. */
function yearsPart(scope: ReportScope, positions: readonly Position[], totals: Row): Part {
  const rowsOf = (year: number | string, amounts: Row): Row[] =>
    Object.entries(YEAR).map(([item, title]) => ({
      ...ofYear(scope, year),
      item,
      itemTitle: textIn(title, scope.language),
      amount: amounts[item] ?? null,
    }));
  const years = positions.length === 1 ? [] : positions.flatMap((one) => rowsOf(one.fiscalYear, totalsOf([one])));
  return { columns: columnsOf(scope, YEAR_COLUMNS), rows: [...years, ...rowsOf(textIn(ALL_YEARS, scope.language), totals)] };
}

function amountsOf(position: Pick<Position, keyof typeof AMOUNTS>): Record<keyof typeof AMOUNTS, string> {
  const { allotted, available, reserved, committed, disbursed, lapsed, carriedIn, carriedOut, overCommitted, executionRate } =
    position;
  return { allotted, available, reserved, committed, disbursed, lapsed, carriedIn, carriedOut, overCommitted, executionRate };
}
