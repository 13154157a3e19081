/**
 * Columns of rows for `unnest($n::type[])`, in PostgreSQL's binary form: pg sends a Buffer as it is, and PostgreSQL copies its elements
 * where it would have to parse the text of each. On the posting path that is a tenth of a reservation's time.
 */

type Get<R, V> = (row: R) => V | null;

/** For rows that are the column's values. */
export function rowAsValue<V>(value: V): V {
  return value;
}

/** Array header: dimensions, whether there are NULLs, the elements' type, their number, the first subscript. */
const HEADER = 20;
const OID = { boolean: 16, char: 18, bigint: 20, integer: 23, text: 25, date: 1082, uuid: 2950, jsonb: 3802 };
const NULL_LENGTH = -1;

/** `uuid[]`: hexadecimal digits, with hyphens or without. */
export function uuids<R>(rows: readonly R[], get: Get<R, string>): Buffer {
  return fixed(OID.uuid, 16, rows, get, putUuid);
}

/** `bigint[]` */
export function bigints<R>(rows: readonly R[], get: Get<R, bigint>): Buffer {
  return fixed(OID.bigint, 8, rows, get, (buffer, value, at) => buffer.writeBigInt64BE(value, at));
}

/** `integer[]` */
export function integers<R>(rows: readonly R[], get: Get<R, number>): Buffer {
  return fixed(OID.integer, 4, rows, get, (buffer, value, at) => buffer.writeInt32BE(value, at));
}

/** `boolean[]` */
export function booleans<R>(rows: readonly R[], get: Get<R, boolean>): Buffer {
  return fixed(OID.boolean, 1, rows, get, (buffer, value, at) => buffer.writeUInt8(value ? 1 : 0, at));
}

/** `"char"[]`: one ASCII character each. */
export function chars<R>(rows: readonly R[], get: Get<R, string>): Buffer {
  return fixed(OID.char, 1, rows, get, (buffer, value, at) => buffer.writeUInt8(value.charCodeAt(0), at));
}

const DAY_MS = 86_400_000;
/** PostgreSQL counts days from 2000-01-01. */
const EPOCH_DAYS = Date.UTC(2000, 0, 1) / DAY_MS;

/** `date[]`: `YYYY-MM-DD`. */
export function dates<R>(rows: readonly R[], get: Get<R, string>): Buffer {
  return fixed(OID.date, 4, rows, get, (buffer, value, at) => buffer.writeInt32BE(Date.parse(value) / DAY_MS - EPOCH_DAYS, at));
}

/** `text[]` */
export function texts<R>(rows: readonly R[], get: Get<R, string>): Buffer {
  return variable(OID.text, 0, rows, get);
}

/** `jsonb[]`: JSON texts. */
export function jsons<R>(rows: readonly R[], get: Get<R, string>): Buffer {
  return variable(OID.jsonb, 1, rows, get);
}

function fixed<R, V>(
  oid: number,
  size: number,
  rows: readonly R[],
  get: Get<R, V>,
  put: (buffer: Buffer, value: V, at: number) => unknown,
): Buffer {
  const buffer = Buffer.allocUnsafe(HEADER + rows.length * (4 + size));
  let nulls = 0;
  let at = HEADER;
  for (const row of rows) {
    const value = get(row);
    if (value === null) {
      nulls += 1;
      at = buffer.writeInt32BE(NULL_LENGTH, at);
    } else {
      at = buffer.writeInt32BE(size, at);
      put(buffer, value, at);
      at += size;
    }
  }
  return finished(buffer, oid, rows.length, nulls, at);
}

/** `version`: of the binary form, written before each element where it is not 0 (jsonb). */
function variable<R>(oid: number, version: number, rows: readonly R[], get: Get<R, string>): Buffer {
  const prefix = version === 0 ? 0 : 1;
  const values = rows.map(get);
  // UTF-8 takes at most three bytes for one unit of a JavaScript string.
  const room = values.reduce((total, value) => total + 4 + prefix + 3 * (value?.length ?? 0), HEADER);
  const buffer = Buffer.allocUnsafe(room);
  let nulls = 0;
  let at = HEADER;
  for (const value of values) {
    if (value === null) {
      nulls += 1;
      at = buffer.writeInt32BE(NULL_LENGTH, at);
    } else {
      if (version > 0) buffer.writeUInt8(version, at + 4);
      const bytes = prefix + buffer.write(value, at + 4 + prefix, 'utf8');
      buffer.writeInt32BE(bytes, at);
      at += 4 + bytes;
    }
  }
  return finished(buffer, oid, rows.length, nulls, at);
}

function finished(buffer: Buffer, oid: number, length: number, nulls: number, end: number): Buffer {
  buffer.writeInt32BE(1, 0);
  buffer.writeInt32BE(nulls > 0 ? 1 : 0, 4);
  buffer.writeInt32BE(oid, 8);
  buffer.writeInt32BE(length, 12);
  buffer.writeInt32BE(1, 16);
  return buffer.subarray(0, end);
}

const HYPHEN = 45;

function putUuid(buffer: Buffer, value: string, start: number): void {
  let at = start;
  for (let index = 0; index < value.length; index += 2) {
    if (value.charCodeAt(index) === HYPHEN) index += 1;
    buffer[at] = (nibble(value.charCodeAt(index)) << 4) | nibble(value.charCodeAt(index + 1));
    at += 1;
  }
  if (at !== start + 16) throw new Error(`"${value}" is not a UUID`);
}

/** The value of a hexadecimal digit's character code. */
function nibble(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const letter = code | 32;
  if (letter >= 97 && letter <= 102) return letter - 87;
  throw new Error(`${String.fromCharCode(code)} is no hexadecimal digit`);
}
