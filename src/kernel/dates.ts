/** A business date, `YYYY-MM-DD`; compares correctly as text. */
export type BusinessDate = string;

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Whether the text is a date that the calendar has, between the years 1900 and 2999. */
export function isBusinessDate(text: string): boolean {
  const match = DATE.exec(text);
  if (match === null) return false;
  const [year, month, day] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (year < 1900 || year > 2999 || month < 1 || month > 12 || day < 1) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return day <= (month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0));
}

const shanghai = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
});

/** The business date of an instant in Asia/Shanghai. */
export function businessDateOf(instant: Date): BusinessDate {
  return shanghai.format(instant);
}

/** The fiscal year (calendar year, 預算年度) a date lies in. */
export function fiscalYearOf(date: BusinessDate): number {
  return Number(date.slice(0, 4));
}

/** The day before a date. */
export function dayBefore(date: BusinessDate): BusinessDate {
  return daysLater(date, -1);
}

/** The date so many days later. */
export function daysLater(date: BusinessDate, days: number): BusinessDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

const DAY_MS = 86_400_000;
