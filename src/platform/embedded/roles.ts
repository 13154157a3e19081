import pg from 'pg';

/** Role that owns the schema and migrates it. */
export const OWNER_ROLE = 'fund_owner';
/** Role that the product runs as: owns nothing. */
export const RUN_TIME_ROLE = 'fund_app';

/** Makes the two roles, or gives them these passwords. Asked of a superuser. */
export async function ensureRoles(
  admin: pg.Client,
  passwords: { readonly owner: string; readonly runTime: string },
): Promise<void> {
  for (const [role, password] of [
    [OWNER_ROLE, passwords.owner],
    [RUN_TIME_ROLE, passwords.runTime],
  ] as const) {
    const { rows } = await admin.query('SELECT FROM pg_roles WHERE rolname = $1', [role]);
    const verb = rows.length === 0 ? 'CREATE' : 'ALTER';
    await admin.query(`${verb} ROLE ${pg.escapeIdentifier(role)} LOGIN PASSWORD ${pg.escapeLiteral(password)}`);
  }
}

/** Makes the database of the owner unless it is there; only the two roles may connect. */
export async function ensureDatabase(admin: pg.Client, name: string): Promise<void> {
  const database = pg.escapeIdentifier(name);
  const { rows } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
  if (rows.length === 0) await admin.query(`CREATE DATABASE ${database} OWNER ${pg.escapeIdentifier(OWNER_ROLE)}`);
  await admin.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`);
  await admin.query(`GRANT CONNECT ON DATABASE ${database} TO ${pg.escapeIdentifier(RUN_TIME_ROLE)}`);
}
