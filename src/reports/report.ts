import type { BusinessDate, Text } from '../kernel/index.js';
import type { Fund } from '../budget/index.js';
import type { Language } from '../platform/http/index.js';
import type { Sql } from '../platform/database/database.js';

/** What a report cell holds: money is a yuan string, a date or an instant is text. */
export type Cell = string | number | null;

/** One row of a report, or its totals, by column key. */
export type Row = Readonly<Record<string, Cell>>;

/** A column: its stable key and the title that people read. */
export interface Column {
  readonly key: string;
  readonly title: Text;
}

/** Columns, and the rows under them. */
export interface Part {
  readonly columns: readonly Column[];
  readonly rows: AsyncIterable<Row> | Iterable<Row>;
}

/** A report as a table, the same for every format. Rows come as they are read, so that none is kept longer than needed. */
export interface Table extends Part {
  /** Totals; whole once all rows have been read. */
  readonly totals: () => Row;
  /**
   * What a format without totals shows behind the rows, each part with titles of its own: what the report is about as a whole, where
   * the rows alone don't say it. JSON has it in the totals.
   */
  readonly further?: readonly Part[];
}

/** In which orders an account ledger is read: by business date and within a day as recorded, or as recorded throughout. */
export const LEDGER_ORDERS = ['effective', 'recorded'] as const;

/** One of those orders. */
export type LedgerOrder = (typeof LEDGER_ORDERS)[number];

/** What a report is asked about. */
export interface ReportScope {
  readonly sql: Sql;
  readonly fund: Fund;
  /** Ascending, each once. */
  readonly fiscalYears: readonly number[];
  /** Only what took effect on or before this date; null: everything posted. */
  readonly asOf: BusinessDate | null;
  /** Only what had been recorded by this instant, which is settled; null: everything until now. */
  readonly recordedAsOf: Date | null;
  readonly language: Language;
  /** Agency (its code, also in Simplified) and month (`YYYY-MM`) as they were asked for; reports that have no use for them ignore them. */
  readonly agency: string | null;
  readonly month: string | null;
  /** Account code and line code as they were asked for; reports that have no use for them ignore them. */
  readonly account: string | null;
  readonly line: string | null;
  /** In which order an account ledger is read: by business date, or as it was recorded. */
  readonly order: LedgerOrder;
}

/** Reads one report. Refusals (an unknown account or line) are thrown before the first row. */
export type ReadTable = (scope: ReportScope) => Promise<Table>;
