import type { Sql, Statement } from '../../platform/database/database.js';
import { withMessage } from '../../platform/http/index.js';
import { toSimplified } from '../../platform/simplified.js';

/** 主管部門, with 市 (`市經貿委`): officers and lines are matched by the name as it is written. */
export const AGENCY = /^市\S{1,49}$/u;
export const IS_AN_AGENCY = withMessage(
  '須為以「市」開頭的主管部門名稱，不含空格，最多 50 個字元，例如「市經貿委」。',
  'must be the name of an agency, beginning with 市 and without spaces, at most 50 characters, like 市經貿委',
);

const KNOWN: Statement = {
  name: 'identity.known-agencies',
  text: `SELECT unnest(lead_agencies) AS agency FROM programme_line UNION SELECT agency FROM app_user WHERE agency IS NOT NULL`,
};

/** Agencies as lines and officers know them already: one in Simplified characters is the same agency (市经贸委 is 市經貿委). Each once. */
export async function asKnown(sql: Sql, agencies: readonly string[]): Promise<string[]> {
  const rows = await sql.rows<{ agency: string }>(KNOWN);
  const known = new Map(rows.map(({ agency }) => [toSimplified(agency), agency]));
  return [...new Set(agencies.map((agency) => known.get(toSimplified(agency)) ?? agency))];
}
