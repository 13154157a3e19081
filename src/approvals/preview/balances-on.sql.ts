import { fenOf, formatYuan, type Fen } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import type { Preview, PreviewBalance } from './preview.js';

/** $1 fund, $2 accounts as JSON: what was posted to each with a later date than its own. */
const LATER: Statement = {
  name: 'approvals.posted-later',
  plannedEachTime: true,
  text: `
    SELECT v.place, coalesce(sum(d.net_fen), 0)::bigint AS later
      FROM jsonb_to_recordset($2::jsonb) AS v (place integer, code smallint, year integer, line text, on_day date)
      JOIN account a ON a.fund_id = $1 AND a.fiscal_year = v.year AND a.code = v.code
       AND a.line_id IS NOT DISTINCT FROM (SELECT id FROM programme_line WHERE fund_id = $1 AND code = v.line)
      JOIN account_day d ON d.fund_id = a.fund_id AND d.account_id = a.id AND d.effective_on > v.on_day
     GROUP BY v.place`,
};

/** The preview with each account's balances as of the day of its entry, which later dated postings don't count towards. */
export async function onItsDate(sql: Sql, fundId: number, preview: Preview): Promise<Preview> {
  const { balances } = preview;
  if (balances.length === 0) return preview;
  const places = balances.map(({ account, fiscalYear, line, on }, place) => ({
    place,
    code: account,
    year: fiscalYear,
    line,
    on_day: on,
  }));
  const rows = await sql.rows<{ place: number; later: Fen }>(LATER, [fundId, JSON.stringify(places)]);
  const later = new Map(rows.map((row) => [row.place, row.later]));
  return { ...preview, balances: balances.map((balance, place) => less(balance, later.get(place) ?? 0n)) };
}

function less(balance: PreviewBalance, later: Fen): PreviewBalance {
  const minus = (yuan: string): string => formatYuan(fenOf(yuan) - later);
  return { ...balance, before: minus(balance.before), after: minus(balance.after) };
}
