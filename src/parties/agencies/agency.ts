import { accepted, refused, problem, type ProblemPlace, type Result } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';
import { withMessage } from '../../platform/http/index.js';
import { toSimplified } from '../../platform/simplified.js';
import { Agency } from './agency.entity.js';

/** Form of a 主管部門's code, with 市 (`市經貿委`). */
export const AGENCY = /^市\S{1,49}$/u;
export const IS_AN_AGENCY = withMessage(
  '須為以「市」開頭的主管部門名稱,不含空格,最多 50 個字元,例如「市經貿委」',
  'must be the code of an agency as it is listed: it begins with the character for city, has no spaces and at most 50 characters',
);

/**
 * Agencies by their code, which may be typed in Simplified characters: 市经贸委 is 市經貿委. Each once. Refused where there is none of it:
 * a misspelt one would be nobody's.
 */
export async function asKnown(
  sql: Sql,
  agencies: readonly string[],
  pointerOf: (index: number) => string,
): Promise<Result<string[]>> {
  const rows = await sql.manager.find(Agency, { select: { code: true } });
  const known = new Map(rows.map(({ code }) => [toSimplified(code), code]));
  const faults: ProblemPlace[] = [];
  const found = agencies.flatMap((agency, index) => {
    const code = known.get(toSimplified(agency));
    if (code !== undefined) return [code];
    const detail = {
      zh: `沒有主管部門「${agency}」,請系統管理人員先登記`,
      en: `There is no agency “${agency}”: an administrator adds it first`,
    };
    faults.push({ pointer: pointerOf(index), detail });
    return [];
  });
  if (faults.length === 0) return accepted([...new Set(found)]);
  return refused(problem('validation-failed', '有未登記的主管部門', 'Some agency is not known', { errors: faults }));
}
