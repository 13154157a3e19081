import { pipeline, Readable } from 'node:stream';
import { stringify } from 'csv-stringify';
import { textIn, type Language } from '../../platform/http/index.js';
import type { Cell, Part, Table } from '../report.js';

const PLAIN_NUMBER = /^-?\d+(?:\.\d+)?$/;
/**
 * How a text begins that a spreadsheet takes for a formula, full-width forms included. Some drop blanks before it, and tab and line
 * breaks are what others take for the end of a cell.
 */
const FORMULA_START = /^(?:[\t\r\n]|\s*[=+\-@\uFF1D\uFF0B\uFF0D\uFF20])/;

/**
 * A table as CSV (RFC 4180, UTF-8 with a byte order mark, titles in the first row, no totals). Further parts follow behind an empty
 * line, each with its titles. Rows pass through as they are read: when the reader is slow no further ones are fetched, and when it goes
 * away the reading stops.
 */
export function csvOf(table: Table, language: Language): Readable {
  const writer = stringify({
    bom: true,
    record_delimiter: 'windows',
    // Readers end a row at a lone LF or CR as well. Without this only the two together are quoted.
    quote_record_delimiter: true,
  });
  // A fault ends the answer in the middle; the reader sees a broken transfer, not a table that looks whole.
  pipeline(Readable.from(recordsOf(table, language)), writer, () => undefined);
  return writer;
}

/** One part after the other, with an empty line between. */
async function* recordsOf({ further = [], ...first }: Table, language: Language): AsyncGenerator<readonly Cell[]> {
  yield* recordsOfPart(first, language);
  for (const part of further) {
    yield [];
    yield* recordsOfPart(part, language);
  }
}

async function* recordsOfPart({ columns, rows }: Part, language: Language): AsyncGenerator<readonly Cell[]> {
  yield columns.map(({ title }) => textIn(title, language));
  for await (const row of rows) yield columns.map(({ key }) => withoutFormula(row[key] ?? null));
}

/** Puts an apostrophe before a text that a spreadsheet would run as a formula; numbers, negative ones too, stay as they are. */
export function withoutFormula(cell: Cell): Cell {
  if (typeof cell !== 'string' || PLAIN_NUMBER.test(cell) || !FORMULA_START.test(cell)) return cell;
  return `'${cell}`;
}
