import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { textIn, type Language } from '../../platform/http/index.js';
import type { Cell, Row, Table } from '../report.js';

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
/** First characters by which a spreadsheet takes a text for a formula, full-width forms included. */
const FORMULA_START = /^[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/;

/**
 * A table as CSV (RFC 4180, UTF-8 with a byte order mark, titles in the first row, no totals). Rows pass through as they are read: when
 * the reader is slow no further ones are fetched, and when it goes away the reading stops.
 */
export function csvOf(table: Table, language: Language): Readable {
  const writer = stringify({
    bom: true,
    header: true,
    columns: table.columns.map((column) => ({ key: column.key, header: textIn(column.title, language) })),
    record_delimiter: 'windows',
  });
  // A fault ends the answer in the middle; the reader sees a broken transfer, not a table that looks whole.
  pipeline(Readable.from(cellsOf(table)), writer, () => undefined);
  return writer;
}

async function* cellsOf(table: Table): AsyncGenerator<Row> {
  for await (const row of table.rows) {
    yield Object.fromEntries(table.columns.map(({ key }) => [key, withoutFormula(row[key] ?? null)]));
  }
}

/** Puts an apostrophe before a text that a spreadsheet would run as a formula; numbers, negative ones too, stay as they are. */
export function withoutFormula(cell: Cell): Cell {
  if (typeof cell !== 'string' || PLAIN_NUMBER.test(cell) || !FORMULA_START.test(cell)) return cell;
  return `'${cell}`;
}
