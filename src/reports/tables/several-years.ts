import type { Column, ReportScope, Row } from '../report.js';

const YEAR: Column = { key: 'fiscalYear', title: { zh: '預算年度', en: 'Fiscal year' } };

type Years = Pick<ReportScope, 'fiscalYears'>;

/** Columns of a report: where it is of several years, each row says first which of them it is of. */
export function columnsOf({ fiscalYears }: Years, columns: readonly Column[]): readonly Column[] {
  return fiscalYears.length === 1 ? columns : [YEAR, ...columns];
}

/** The cell of that column. */
export function ofYear({ fiscalYears }: Years, year: number | string): Row {
  return fiscalYears.length === 1 ? {} : { fiscalYear: year };
}
