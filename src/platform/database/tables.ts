/** What the run-time role may do with a table. It owns nothing and can never TRUNCATE. */
export type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

export const READ: readonly Right[] = ['SELECT'];
export const APPEND: readonly Right[] = ['SELECT', 'INSERT'];
export const KEEP: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE'];
export const PASS: readonly Right[] = ['SELECT', 'INSERT', 'DELETE'];
export const ALL: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** What a room says of a table of its own. */
export interface TableDeclaration {
  readonly rights: readonly Right[];
  /** By which the database itself refuses (domain §4): triggers, checks and unique indexes that must be there and in force. */
  readonly guards?: readonly string[];
}

/** Tables by name. A guard is `trigger posting_stays`, `constraint claim_once`, `index award_one_subsidy`. */
export type Tables = Readonly<Record<string, TableDeclaration>>;

/** Tables of the platform itself. */
export const PLATFORM_TABLES: Tables = {
  idempotency_key: { rights: PASS, guards: ['constraint idempotency_once'] },
  outbox: { rights: ALL },
  outbox_consumer: { rights: READ },
  sealed_secret: { rights: READ },
  typeorm_migrations: { rights: READ },
};

/** All tables together; a table that two rooms claim is a fault. */
export function gatherTables(...rooms: readonly Tables[]): Tables {
  const all: Record<string, TableDeclaration> = {};
  for (const [name, declaration] of rooms.flatMap((room) => Object.entries(room))) {
    if (all[name] !== undefined) throw new Error(`Two rooms claim the table ${name}`);
    all[name] = declaration;
  }
  return all;
}
