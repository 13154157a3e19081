import { countOf, formatYuan, ProblemError } from '../../kernel/index.js';
import { asKnown } from '../../parties/index.js';
import { textIn } from '../../platform/http/index.js';
import { monthOf } from '../month.js';
import type { Column, ReportScope, Row, Table } from '../report.js';
import { lineOf } from './line-of.js';
import { inLanguage, titleIn } from './line-title.js';
import { paidByMonth } from './payments.sql.js';
import { columnsOf, ofYear } from './several-years.js';

const COLUMNS: readonly Column[] = [
  { key: 'month', title: { zh: '月份', en: 'Month' } },
  { key: 'agency', title: { zh: '主管部門', en: 'Agency' } },
  { key: 'agencyName', title: { zh: '主管部門名稱', en: 'Name of the agency' } },
  { key: 'line', title: { zh: '支出方向', en: 'Programme line' } },
  { key: 'lineTitle', title: { zh: '支出方向名稱', en: 'Line title' } },
  { key: 'count', title: { zh: '撥付筆數', en: 'Payments' } },
  { key: 'paid', title: { zh: '撥付', en: 'Paid' } },
  { key: 'returned', title: { zh: '退回', en: 'Returned' } },
  { key: 'recovered', title: { zh: '追回', en: 'Recovered' } },
  { key: 'net', title: { zh: '撥付淨額', en: 'Net' } },
];

/** Between the agencies of a line that several lead. */
const AND = { zh: '、', en: ', ' };

/**
 * 撥付表: payments by month and lead agencies, line by line. A line that several agencies lead has one row, which names them together, so
 * that nothing is counted twice; asked for one agency, the report has the lines that it leads, alone or with others. A payment stands in
 * the month of its business date with what came back of it so far; all nets of a year together are the position's disbursed (domain §4).
 */
export async function readPayments(scope: ReportScope): Promise<Table> {
  const { sql, fund, fiscalYears, asOf, recordedAsOf, language } = scope;
  const month = monthOf(scope)?.name ?? null;
  const line = await lineOf(scope);
  const agency = await agencyOf(scope);
  const months = await paidByMonth(sql, { fundId: fund.id, fiscalYears, asOf, recordedAsOf, month, agency, line });
  const total = { count: 0, paid: 0n, returned: 0n, recovered: 0n };
  const rows = months.map((row): Row => {
    const count = countOf(row.payments);
    total.count += count;
    total.paid += row.paid;
    total.returned += row.returned;
    total.recovered += row.recovered;
    return {
      ...ofYear(scope, row.fiscal_year),
      month: row.month,
      agency: row.lead_agencies.join(AND.zh),
      agencyName: row.agency_names.map((name) => inLanguage(name, language)).join(textIn(AND, language)),
      line: row.line,
      lineTitle: titleIn(row, language),
      count,
      ...amountsOf(row),
    };
  });
  return { columns: columnsOf(scope, COLUMNS), rows, totals: () => ({ count: total.count, ...amountsOf(total) }) };
}

function amountsOf({ paid, returned, recovered }: { paid: bigint; returned: bigint; recovered: bigint }): Row {
  return {
    paid: formatYuan(paid),
    returned: formatYuan(returned),
    recovered: formatYuan(recovered),
    net: formatYuan(paid - returned - recovered),
  };
}

/** Code of the agency that is asked for, which may be typed in Simplified characters; null: none. Refused where there is none of it. */
async function agencyOf({ sql, agency }: ReportScope): Promise<string | null> {
  if (agency === null) return null;
  const known = await asKnown(sql, [agency], () => '/query/agency');
  if (!known.ok) throw new ProblemError(known.problem);
  return known.value[0] ?? null;
}
