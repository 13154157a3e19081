import { propertyRule } from '../../platform/http/index.js';
import { readCreditCode, readIdentityNumber, readOrganizationCode } from './identity-codes.js';

/** Longest text that is looked at. */
const MAX_LENGTH = 64;

/** The property is a unified social credit code with a right check character (統一社會信用代碼, GB 32100). */
export const IsCreditCode = propertyRule(
  'isCreditCode',
  isReadBy(readCreditCode),
  '不是有效的統一社會信用代碼（GB 32100）。',
  'must be a unified social credit code (GB 32100) with right check characters',
);

/** The property is an organization code with a right check character (組織機構代碼, GB 11714). */
export const IsOrganizationCode = propertyRule(
  'isOrganizationCode',
  isReadBy(readOrganizationCode),
  '不是有效的組織機構代碼（GB 11714）。',
  'must be an organization code (GB 11714) with a right check character',
);

/** The property is a resident identity number with a right check character (身份證號碼, GB 11643). */
export const IsIdentityNumber = propertyRule(
  'isIdentityNumber',
  isReadBy(readIdentityNumber),
  '不是有效的身份證號碼（GB 11643）。',
  'must be an identity number (GB 11643) with a right check character',
);

function isReadBy(read: (text: string) => string | null): (value: unknown) => boolean {
  return (value) => typeof value === 'string' && value.length <= MAX_LENGTH && read(value) !== null;
}
