import { Matches } from 'class-validator';
import { isBusinessDate, parseYuan } from '../../../kernel/index.js';
import { propertyRule, withMessage } from './property-rule.js';

const INSTANT = /^(\d{4}-\d{2}-\d{2})T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?Z$/;

/** Money of the contract: a yuan string above zero, 1 to 13 digits and at most two decimals. */
export const IsYuan = propertyRule(
  'isYuan',
  (value) => typeof value === 'string' && (parseYuan(value) ?? 0n) > 0n,
  '金額須為大於零的人民幣元字串，例如 "2000000.00"，最多 13 位整數與兩位小數。',
  'must be an amount in yuan above zero, as a string like "2000000.00": at most 13 digits and two decimals',
  { pattern: String.raw`^\d{1,13}(?:\.\d{1,2})?$` },
);

/** The same, but zero as well: a threshold, which is no payment. */
export const IsYuanOrZero = propertyRule(
  'isYuanOrZero',
  (value) => typeof value === 'string' && parseYuan(value) !== null,
  '金額須為人民幣元字串，可以是零，最多 13 位整數與兩位小數。',
  'must be an amount in yuan or zero, as a string like "2000000.00": at most 13 digits and two decimals',
  { pattern: String.raw`^\d{1,13}(?:\.\d{1,2})?$` },
);

/** `YYYY-MM-DD`, a day that the calendar has. */
export const IsBusinessDate = propertyRule(
  'isBusinessDate',
  (value) => typeof value === 'string' && isBusinessDate(value),
  '須為存在的日期,格式如 2016-03-01。',
  'must be a date of the calendar, written YYYY-MM-DD',
  { format: 'date' },
);

/** RFC 3339 in UTC (`…Z`). */
export const IsInstant = propertyRule(
  'isInstant',
  (value) => typeof value === 'string' && isBusinessDate(INSTANT.exec(value)?.[1] ?? ''),
  '須為 RFC 3339 的 UTC 時刻，例如 2016-03-01T08:00:00Z。',
  'must be an instant in UTC by RFC 3339, like 2016-03-01T08:00:00Z',
  { format: 'date-time', pattern: 'Z$' },
);

/** Either of both: from when, until when. */
export const IsInstantOrDate = propertyRule(
  'isInstantOrDate',
  (value) => typeof value === 'string' && (isBusinessDate(value) || isBusinessDate(INSTANT.exec(value)?.[1] ?? '')),
  '須為存在的日期,或 RFC 3339 的 UTC 時刻,例如 2016-03-01 或 2016-03-01T08:00:00Z。',
  'must be a date of the calendar, or an instant in UTC by RFC 3339, like 2016-03-01 or 2016-03-01T08:00:00Z',
  { pattern: String.raw`^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?Z)?$` },
);

const SHOWS = /[^\s\p{Cc}\p{Cf}\p{Cs}\p{Z}\p{Default_Ignorable_Code_Point}]/u;

/** A text that a reader can see: what is recorded stays, and a document number of spaces names no document. */
export const IsVisible = (): PropertyDecorator => Matches(SHOWS, withMessage('須含可見字元。', 'must hold something that shows'));
