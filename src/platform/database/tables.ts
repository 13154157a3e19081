/** What the run-time role may do with whole tables. It owns nothing, deletes nothing, and so can lock no table against others either. */
export type Right = 'SELECT' | 'INSERT';

export const READ: readonly Right[] = ['SELECT'];
export const APPEND: readonly Right[] = ['SELECT', 'INSERT'];

/** What a room says of a table of its own. */
export interface TableDeclaration {
  readonly rights: readonly Right[];
  /** Columns that the run-time role may change. To lock a row it needs one at least. */
  readonly updates?: readonly string[];
  /** Functions of the database, by name, through which it deletes rows: they decide by themselves which may go. */
  readonly functions?: readonly string[];
  /** Functions that its triggers ask. A trigger runs with the rights of who writes: it may ask only what the run-time role may. */
  readonly askedByTriggers?: readonly string[];
  /** By which the database itself refuses (domain §4): triggers, checks and unique indexes that must be there and in force. */
  readonly guards?: readonly string[];
}

/** Tables by name. A guard is `trigger posting_stays`, `constraint claim_once`, `index award_one_subsidy`. */
export type Tables = Readonly<Record<string, TableDeclaration>>;

/** Tables of the platform itself. */
export const PLATFORM_TABLES: Tables = {
  idempotency_key: { rights: APPEND, functions: ['forget_keys'], guards: ['constraint idempotency_once'] },
  outbox: { rights: APPEND, updates: ['relayed_at'], functions: ['take_outbox'] },
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
