import { accepted, problem, refused, type ProblemPlace, type Result } from '../kernel/index.js';
import type { ReserveEvent } from '../ledger/index.js';
import { organizationCodeOf, readCreditCode, readIdentityNumber, readOrganizationCode } from './identity-codes/identity-codes.js';
import { bankAccountOf } from './enterprises/bank-account.js';
import { personIdentity } from './persons/person-identity.js';
import { FOLDING_VERSION } from '../platform/folding/folding-table.js';
import { projectKeys } from './projects/project-key.js';

/** The parties as an award request names them (api.md). */
export interface PartiesRequest {
  readonly enterprise: {
    readonly name: string;
    readonly creditCode?: string | undefined;
    readonly organizationCode?: string | undefined;
    readonly details?:
      | {
          readonly address?: string | undefined;
          readonly legalRepresentative?: string | undefined;
          readonly phone?: string | undefined;
          readonly bankAccount?: string | undefined;
        }
      | undefined;
  };
  readonly project: { readonly title: string; readonly code?: string | undefined };
  readonly person?: { readonly name: string; readonly identityNumber: string } | undefined;
}

/** The parties as the ledger takes them: codes checked and normalised, the project's key formed, the person's number hashed. */
export type Parties = Pick<ReserveEvent, 'enterprise' | 'project' | 'person'>;

/**
 * Reads the parties of an award request. Refused with `validation-failed` and the place of every fault; `at` is the pointer of the
 * request within the body (`/awards/3`).
 */
export function partiesOfRequest(request: PartiesRequest, secret: string, at = ''): Result<Parties> {
  const faults: ProblemPlace[] = [];
  const codes = enterpriseCodes(request.enterprise, `${at}/enterprise`, faults);
  const { title } = request.project;
  const code = request.project.code ?? null;
  const keys = projectKeys({ title, code });
  if (keys.length === 0) faults.push(place(`${at}/project/title`, '須含文字', 'must have a letter or a digit'));
  const person = personOf(request.person, secret, `${at}/person`, faults);
  if (codes === null || faults.length > 0) {
    return refused(problem('validation-failed', '企業、項目或個人的資料不正確', 'The parties are not valid', { errors: faults }));
  }
  return accepted({
    enterprise: { name: request.enterprise.name, ...codes, ...detailsOf(request.enterprise.details, secret) },
    project: { title, code, keys, folding: FOLDING_VERSION },
    person,
  });
}

/** Details as they are stored: an account number never is. */
function detailsOf(
  details: PartiesRequest['enterprise']['details'],
  secret: string,
): Pick<ReserveEvent['enterprise'], 'details'> {
  if (details === undefined) return {};
  const { address = null, legalRepresentative = null, phone = null, bankAccount } = details;
  const account = bankAccount === undefined ? null : bankAccountOf(bankAccount, secret);
  return {
    details: {
      address,
      legalRepresentative,
      phone,
      bankAccountHash: account?.hash ?? null,
      bankAccountMasked: account?.masked ?? null,
    },
  };
}

/** The codes of an enterprise, checked. Refused with the places of every fault. */
export function enterpriseCodesOf(
  enterprise: Pick<PartiesRequest['enterprise'], 'creditCode' | 'organizationCode'>,
  at: string,
): Result<{ readonly organizationCode: string; readonly creditCode: string | null }> {
  const faults: ProblemPlace[] = [];
  const codes = enterpriseCodes(enterprise, at, faults);
  if (codes !== null && faults.length === 0) return accepted(codes);
  return refused(
    problem('validation-failed', '企業的代碼不正確', 'The codes of the enterprise are not valid', { errors: faults }),
  );
}

/** Organization code, from the credit code where that is given; both must name the same enterprise. */
function enterpriseCodes(
  enterprise: Pick<PartiesRequest['enterprise'], 'creditCode' | 'organizationCode'>,
  at: string,
  faults: ProblemPlace[],
): { organizationCode: string; creditCode: string | null } | null {
  const creditCode = enterprise.creditCode === undefined ? null : readCreditCode(enterprise.creditCode);
  const organizationCode = enterprise.organizationCode === undefined ? null : readOrganizationCode(enterprise.organizationCode);
  if (enterprise.creditCode !== undefined && creditCode === null) {
    faults.push(
      place(`${at}/creditCode`, '不是有效的統一社會信用代碼（GB 32100）', 'is not a valid unified social credit code (GB 32100)'),
    );
  }
  if (enterprise.organizationCode !== undefined && organizationCode === null) {
    faults.push(
      place(`${at}/organizationCode`, '不是有效的組織機構代碼（GB 11714）', 'is not a valid organization code (GB 11714)'),
    );
  }
  if (enterprise.creditCode === undefined && enterprise.organizationCode === undefined) {
    faults.push(place(at, '須有統一社會信用代碼或組織機構代碼', 'needs a credit code or an organization code'));
  }
  if (creditCode === null) return organizationCode === null ? null : { organizationCode, creditCode };
  const contained = organizationCodeOf(creditCode);
  if (organizationCode !== null && organizationCode !== contained) {
    faults.push(
      place(
        `${at}/organizationCode`,
        `與統一社會信用代碼所含的 ${contained} 不一致`,
        `is not that of the credit code, ${contained}`,
      ),
    );
  }
  return { organizationCode: contained, creditCode };
}

function personOf(person: PartiesRequest['person'], secret: string, at: string, faults: ProblemPlace[]): Parties['person'] {
  if (person === undefined) return null;
  const identityNumber = readIdentityNumber(person.identityNumber);
  if (identityNumber === null) {
    faults.push(place(`${at}/identityNumber`, '不是有效的身份證號碼（GB 11643）', 'is not a valid identity number (GB 11643)'));
    return null;
  }
  return { name: person.name, ...personIdentity(identityNumber, secret) };
}

function place(pointer: string, zh: string, en: string): ProblemPlace {
  return { pointer, detail: { zh, en } };
}
