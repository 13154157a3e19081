import { SYSTEM_ACTOR } from '../kernel/index.js';
import type { Ledger, RekeyEvent } from '../ledger/index.js';
import { projectKeys } from '../parties/index.js';
import { FOLDING_VERSION } from '../platform/folding/folding-table.js';
import type { Sql, Statement } from '../platform/database/database.js';

/** Awards whose keys are made anew by one transaction. */
const PAGE = 1_000;

const FUNDS: Statement = { name: 'awards.funds-to-rekey', text: 'SELECT id, code FROM fund ORDER BY id' };

/** $1 fund, $2 the last award read, $3 version. */
const READ: Statement = {
  name: 'awards.to-rekey',
  plannedEachTime: true,
  text: `SELECT a.id, p.title, p.code
           FROM (SELECT id, project_id FROM award WHERE fund_id = $1 AND id > $2::uuid AND folding < $3 ORDER BY id LIMIT ${PAGE}) a
          CROSS JOIN LATERAL (SELECT title, code FROM project WHERE fund_id = $1 AND id = a.project_id LIMIT 1) p ORDER BY a.id`,
};

const FINISH: Statement = {
  name: 'awards.finish-rekeying',
  text: `UPDATE folding SET finished = true WHERE version = $1 AND NOT finished AND NOT EXISTS (SELECT FROM award WHERE folding < $1)`,
};

const UNFINISHED: Statement = {
  name: 'awards.is-rekeying-unfinished',
  text: 'SELECT EXISTS (SELECT FROM folding WHERE NOT finished) AS "isUnfinished"',
};

const REASON = '項目識別資料更新';

/**
 * Makes the keys of awards whose titles and codes were folded by other data (domain §6), a page of a thousand at a time, as the owner of the
 * database. Whoever then meets an award that stands is held. Started again after a kill it goes on; answers how many awards it keyed.
 */
export async function rekeyAwards(sql: Sql, ledger: Ledger, progress: (done: number) => void): Promise<number> {
  const [state] = await sql.rows<{ isUnfinished: boolean }>(UNFINISHED);
  if (state?.isUnfinished !== true) return 0;
  let done = 0;
  for (const fund of await sql.rows<{ id: number; code: string }>(FUNDS)) {
    let after = '00000000-0000-0000-0000-000000000000';
    for (;;) {
      const awards = await sql.rows<{ id: string; title: string; code: string | null }>(READ, [fund.id, after, FOLDING_VERSION]);
      const last = awards.at(-1);
      if (last === undefined) break;
      const events = awards.map(({ id, ...project }): RekeyEvent => ({
        kind: 'rekey',
        award: id,
        // A title of which nothing is left, recorded by older rules, meets none.
        keys: orNone(projectKeys(project), id),
        folding: FOLDING_VERSION,
        effectiveOn: null,
        reason: REASON,
      }));
      const results = await ledger.post({ fund: fund.code, actor: SYSTEM_ACTOR, mode: 'each', request: null, events });
      for (const result of results) if (!result.ok) throw new Error(`An award was not keyed: ${result.problem.detail.en}`);
      after = last.id;
      done += awards.length;
      progress(done);
    }
  }
  await sql.rows(FINISH, [FOLDING_VERSION]);
  return done;
}

function orNone(keys: readonly string[], awardId: string): readonly string[] {
  return keys.length > 0 ? keys : [`title:${awardId}`];
}
