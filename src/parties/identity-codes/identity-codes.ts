/** Weights of the first eight characters of an organization code (GB 11714). */
const ORGANIZATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
/** Characters of a unified social credit code in the order of their values (GB 32100): no I, O, S, V, Z. */
const CREDIT_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** Weights of its first seventeen characters: 3^i mod 31. */
const CREDIT_WEIGHTS = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
/** Weights of the first seventeen digits of a resident identity number (GB 11643), and its check characters by remainder. */
const IDENTITY_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const IDENTITY_CHECKS = '10X98765432';

const ORGANIZATION_BODY = /^[0-9A-Z]{8}$/;
/** Authority and kind of body, six digits of the area, the organization code. */
const CREDIT_BODY = /^[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{9}$/;
const ORGANIZATION_CODE = /^([0-9A-Z]{8})-?([0-9X])$/;
const IDENTITY_NUMBER = /^\d{6}((?:18|19|20|21)\d{2})(\d{2})(\d{2})\d{3}[0-9X]$/;
const DAYS = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** Check character of the first eight characters of an organization code; null when they are not eight of `0-9A-Z`. */
export function organizationCheck(body: string): string | null {
  if (!ORGANIZATION_BODY.test(body)) return null;
  let sum = 0;
  for (const [index, weight] of ORGANIZATION_WEIGHTS.entries()) sum += organizationValue(body.charCodeAt(index)) * weight;
  const check = 11 - (sum % 11);
  return check === 10 ? 'X' : check === 11 ? '0' : String(check);
}

function organizationValue(charCode: number): number {
  return charCode <= 57 ? charCode - 48 : charCode - 55;
}

/** Check character of the first seventeen characters of a credit code; null when they are not of its form. */
export function creditCheck(body: string): string | null {
  if (!CREDIT_BODY.test(body)) return null;
  let sum = 0;
  for (const [index, weight] of CREDIT_WEIGHTS.entries()) sum += CREDIT_ALPHABET.indexOf(body.charAt(index)) * weight;
  return CREDIT_ALPHABET.charAt((31 - (sum % 31)) % 31);
}

/** Check character of the first seventeen digits of a resident identity number; null when they are not digits. */
export function identityCheck(body: string): string | null {
  if (!/^\d{17}$/.test(body)) return null;
  let sum = 0;
  for (const [index, weight] of IDENTITY_WEIGHTS.entries()) sum += (body.charCodeAt(index) - 48) * weight;
  return IDENTITY_CHECKS.charAt(sum % 11);
}

/**
 * The organization code (組織機構代碼, GB 11714) as nine characters; null when it is not one. `12345678-9` and lower case are accepted,
 * as are spaces around it.
 */
export function readOrganizationCode(text: string): string | null {
  const match = ORGANIZATION_CODE.exec(text.trim().toUpperCase());
  if (match === null) return null;
  const [, body = '', check = ''] = match;
  return organizationCheck(body) === check ? body + check : null;
}

/** The unified social credit code (統一社會信用代碼, GB 32100) as eighteen characters; null when it is not one. Its organization code must be valid too. */
export function readCreditCode(text: string): string | null {
  const code = text.trim().toUpperCase();
  if (code.length !== 18 || creditCheck(code.slice(0, 17)) !== code.charAt(17)) return null;
  return readOrganizationCode(organizationCodeOf(code)) === null ? null : code;
}

/** Characters 9–17 of a credit code: the organization code that it contains, the enterprise's key (domain §6). */
export function organizationCodeOf(creditCode: string): string {
  return creditCode.slice(8, 17);
}

/** The resident identity number (GB 11643) as eighteen characters; null when it is not one or its date of birth isn't in the calendar. */
export function readIdentityNumber(text: string): string | null {
  const number = text.trim().toUpperCase();
  const match = IDENTITY_NUMBER.exec(number);
  if (match === null || !isCalendarDay(Number(match[1]), Number(match[2]), Number(match[3]))) return null;
  return identityCheck(number.slice(0, 17)) === number.charAt(17) ? number : null;
}

function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > (DAYS[month - 1] ?? 0)) return false;
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month !== 2 || day <= 28 || leap;
}
