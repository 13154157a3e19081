import type { Sql } from './database.js';

/** What makes the database itself refuse (domain §4): triggers, checks and unique indexes, by table. */
const GUARDS: readonly (readonly [kind: 'trigger' | 'constraint' | 'index', table: string, name: string])[] = [
  ['trigger', 'journal_entry', 'journal_entry_stays'],
  ['trigger', 'journal_entry', 'journal_entry_not_truncated'],
  ['trigger', 'posting', 'posting_stays'],
  ['trigger', 'posting', 'posting_not_truncated'],
  ['trigger', 'posting', 'posting_balances'],
  ['trigger', 'posting', 'posting_moves_balance'],
  ['trigger', 'floor_override', 'floor_override_stays'],
  ['trigger', 'floor_override', 'floor_override_not_truncated'],
  ['trigger', 'account', 'account_not_truncated'],
  ['trigger', 'account', 'account_not_deleted'],
  ['trigger', 'account', 'account_starts_empty'],
  ['trigger', 'account', 'account_follows_postings'],
  ['trigger', 'account', 'floor_needs_override'],
  ['trigger', 'account', 'year_below_zero'],
  ['trigger', 'award', 'award_not_deleted'],
  ['constraint', 'account', 'account_not_below_floor'],
  ['constraint', 'account', 'account_floor_only_available'],
  ['constraint', 'award', 'award_adds_up'],
  ['constraint', 'claim', 'claim_once'],
  ['constraint', 'idempotency_key', 'idempotency_once'],
  ['constraint', 'posting', 'posting_pkey'],
  ['index', 'award', 'award_one_subsidy'],
];

/** Present and in force: a disabled trigger, an unvalidated check and an invalid index are as good as none. */
const IN_FORCE = `
SELECT 'trigger' AS kind, tgrelid::regclass::text AS place, tgname::text AS name FROM pg_trigger WHERE tgenabled IN ('O', 'A')
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname::text FROM pg_constraint WHERE conrelid <> 0 AND convalidated
UNION ALL
SELECT 'index', indrelid::regclass::text, indexrelid::regclass::text FROM pg_index WHERE indisunique AND indisvalid`;

/** Guards that the database has lost, as `trigger posting.posting_stays`; none when all is well. */
export async function missingGuards(sql: Sql): Promise<string[]> {
  const rows = await sql.rows<{ kind: string; place: string; name: string }>(IN_FORCE);
  const found = new Set(rows.map(({ kind, place, name }) => `${kind} ${place}.${name}`));
  return GUARDS.map(([kind, table, name]) => `${kind} ${table}.${name}`).filter((guard) => !found.has(guard));
}
