import type { AwardRecord, Payee } from '../ledger/index.js';
import { bankAccountOf, creditCheck, identityCheck, organizationCheck, type PartiesRequest } from '../parties/index.js';

const PLACES = ['越秀', '荔灣', '海珠', '天河', '白雲', '黃埔', '花都', '番禺', '南沙', '從化', '增城'];
const WORDS = ['雲帆', '嶺南', '木棉', '珠水', '五羊', '南風', '榕樹', '沙面', '荔枝', '海絲', '白鵝', '千年', '商都'];
const KINDS = ['電子商務', '網絡科技', '供應鏈管理', '信息服務', '商貿'];
const SURNAMES = ['甲', '乙', '丙', '丁', '戊', '己', '庚', '辛', '壬', '癸'];
/** Registration authority and district (Guangzhou) of a credit code. */
const REGISTRATION = '91440101';
/** Credit codes were given out from October 2015 on. */
const FIRST_CREDIT_CODE_YEAR = 2016;

/**
 * An enterprise that doesn't exist, by its serial number, as an award request of a year names it: `示例` in its name and `EX` in its
 * organization code say so. Until 2015 it has its organization code alone.
 */
export function illustrativeEnterprise(serial: number, year: number): PartiesRequest['enterprise'] {
  const body = `EX${String(serial).padStart(6, '0')}`;
  const organizationCode = body + (organizationCheck(body) ?? '');
  const name = `示例${at(PLACES, serial)}${at(WORDS, serial * 3 + Math.floor(serial / 11))}${at(KINDS, serial * 2)}有限公司第${serial}號`;
  if (year < FIRST_CREDIT_CODE_YEAR) return { name, organizationCode };
  const credit = REGISTRATION + organizationCode;
  return { name, creditCode: credit + (creditCheck(credit) ?? '') };
}

/** A person who doesn't exist, with a valid identity number. */
export function illustrativePerson(serial: number): { readonly name: string; readonly identityNumber: string } {
  const body = `4401001980${String((serial % 12) + 1).padStart(2, '0')}01${String(900 + serial)}`;
  return { name: `示例${at(SURNAMES, serial)}`, identityNumber: body + (identityCheck(body) ?? '') };
}

/** Who is paid an award: its person, else its enterprise, by an account that no bank has. */
export function illustrativePayee({ person, enterprise }: AwardRecord, secret: string): Payee {
  const account = person === null ? enterprise.organizationCode : `P${person.identityMasked.slice(-SHOWN)}`;
  const { hash: accountHash, masked: accountMasked } = bankAccountOf(`EXAMPLE ${account}`, secret);
  return { name: person?.name ?? enterprise.name, bank: '示例銀行廣州分行', accountHash, accountMasked };
}

/** Characters of an identity number that its mask shows at the end. */
const SHOWN = 4;

function at(list: readonly string[], index: number): string {
  return list[index % list.length] ?? '';
}
