import type { Sql } from './database.js';
import type { Tables } from './tables.js';

/** Present and in force: a disabled trigger, an unvalidated check and an invalid index are as good as none. */
const IN_FORCE = `
SELECT 'trigger' AS kind, tgrelid::regclass::text AS place, tgname::text AS name FROM pg_trigger WHERE tgenabled IN ('O', 'A')
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname::text FROM pg_constraint WHERE conrelid <> 0 AND convalidated
UNION ALL
SELECT 'index', indrelid::regclass::text, indexrelid::regclass::text FROM pg_index WHERE indisunique AND indisvalid`;

/** Whether a role that owns nothing may make temporary tables, which stand before ours. */
const MAY_MAKE_TEMPORARY = `
SELECT has_database_privilege(current_database(), 'TEMPORARY') AND NOT has_schema_privilege('public', 'CREATE') AS may`;

/** Guards of these tables that the database has lost, as `trigger posting.posting_stays`; none when all is well. */
export async function missingGuards(sql: Sql, tables: Tables): Promise<string[]> {
  const rows = await sql.rows<{ kind: string; place: string; name: string }>(IN_FORCE);
  const found = new Set(rows.map(({ kind, place, name }) => `${kind} ${place}.${name}`));
  const [temporary] = await sql.rows<{ may: boolean }>(MAY_MAKE_TEMPORARY);
  const lost = Object.entries(tables)
    .flatMap(([table, { guards = [] }]) => guards.map((guard) => guard.replace(' ', ` ${table}.`)))
    .filter((guard) => !found.has(guard));
  return temporary?.may === true ? [...lost, 'refusal of temporary tables to the run-time role'] : lost;
}
