import { invalid, ProblemError } from '../../kernel/index.js';
import { textIn, type Language } from '../../platform/http/index.js';
import type { AskedReport, OpenReport } from '../read-report.js';
import type { ReportDto } from '../report.dto.js';
import type { Row, Table } from '../report.js';

/** A JSON answer is built whole, so its rows have a limit: about 5 MB of an account ledger. CSV has none. */
export const JSON_ROW_LIMIT = 10_000;

/** A table as the members of a JSON answer. */
export interface JsonTable {
  readonly columns: readonly { readonly key: string; readonly title: string }[];
  readonly rows: readonly Row[];
  readonly totals: Row;
}

/** The whole JSON answer of a report, as text. */
export async function jsonReport(
  asked: AskedReport,
  { table, illustrative, recordedAsOf }: OpenReport,
  generatedAt: Date,
): Promise<string> {
  const answer: ReportDto = {
    report: asked.report,
    fund: asked.fund,
    fiscalYear: asked.fiscalYears.length === 1 ? (asked.fiscalYears[0] ?? null) : null,
    fiscalYears: asked.fiscalYears,
    illustrative,
    asOf: asked.asOf,
    recordedAsOf: recordedAsOf?.toISOString() ?? null,
    generatedAt: generatedAt.toISOString(),
    ...(await jsonOf(table, asked.language)),
  };
  return JSON.stringify(answer);
}

/** Reads the whole table; more than the limit is refused and sent to CSV. */
export async function jsonOf(table: Table, language: Language): Promise<JsonTable> {
  const rows: Row[] = [];
  for await (const row of table.rows) {
    if (rows.length === JSON_ROW_LIMIT) {
      throw new ProblemError(
        invalid(
          '/query/format',
          `超過 ${JSON_ROW_LIMIT} 列,請改用 CSV 格式`,
          `The report has more than ${JSON_ROW_LIMIT} rows: ask for format=csv`,
        ),
      );
    }
    rows.push(row);
  }
  return {
    columns: table.columns.map(({ key, title }) => ({ key, title: textIn(title, language) })),
    rows,
    totals: table.totals(),
  };
}
