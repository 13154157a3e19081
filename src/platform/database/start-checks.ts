import { connectionOptions } from './connection-options.js';
import { OperatorError } from '../operator-error.js';
import { PoolClient } from './pool-client.js';

/** Milliseconds until an answer of a check counts as none. */
const ANSWER_MS = 3_000;
/** Transactions held open while another connection is looked at: a pooler that shares connections gives it another one then. */
const HELD = 3;

/**
 * Refuses a pooler that gives each transaction another connection (PgBouncer's `pool_mode = transaction`): prepared statements, what is set
 * for a session, LISTEN and advisory locks would be lost, without a word. One in session mode is fine. Throws OperatorError.
 */
export async function refuseSharedConnections(databaseUrl: string): Promise<void> {
  const one = await open(databaseUrl);
  const held: PoolClient[] = [];
  try {
    const pid = await backendOf(one);
    // What the server greets with is its process; a pooler greets with a number of its own.
    if (Reflect.get(one, 'processID') === pid) return;
    for (let count = 0; count < HELD; count += 1) {
      const other = await open(databaseUrl);
      held.push(other);
      await other.query('BEGIN');
      await other.query('SELECT 1');
    }
    if ((await backendOf(one)) === pid) return;
    throw shared();
  } catch (error) {
    if (error instanceof Error && error.message === 'Query read timeout') throw shared();
    throw error;
  } finally {
    await Promise.all([one, ...held].map((client) => client.end().catch(() => undefined)));
  }
}

/** Connections as the server counts them. */
interface ServerConnections {
  /** Connections that ordinary roles may have. */
  readonly most: number;
  /** Connections that there are now. */
  readonly open: number;
}

const CONNECTIONS = `
  SELECT current_setting('max_connections')::integer - current_setting('superuser_reserved_connections')::integer AS most,
         (SELECT count(*)::integer FROM pg_stat_activity WHERE backend_type = 'client backend') AS open`;

/** What there is to say about a process that may ask for so many connections; null: the server has them to give. */
export async function connectionAdvice(databaseUrl: string, wanted: number): Promise<string | null> {
  const client = await open(databaseUrl);
  try {
    const { rows } = await client.query<ServerConnections>(CONNECTIONS);
    const { most, open: taken } = rows[0] ?? { most: 0, open: 0 };
    if (taken + wanted <= most) return null;
    return `This process may ask for ${wanted} connections; the server gives ${most}, of which ${taken} are taken: raise max_connections, or lower DATABASE_POOL_SIZE (docs/operations.md, Connections)`;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function open(databaseUrl: string): Promise<PoolClient> {
  const client = new PoolClient({
    ...connectionOptions(databaseUrl),
    application_name: 'fund-ledger-check',
    connectionTimeoutMillis: ANSWER_MS,
    query_timeout: ANSWER_MS,
  });
  await client.connect();
  return client;
}

async function backendOf(client: PoolClient): Promise<number> {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
  return rows[0]?.pid ?? 0;
}

function shared(): OperatorError {
  return new OperatorError(
    'DATABASE_URL leads to a pooler that gives each transaction another connection (PgBouncer with pool_mode = transaction, or too small a pool). ' +
      'Use pool_mode = session with a pool as large as DATABASE_POOL_SIZE asks for, or connect to PostgreSQL directly (docs/operations.md, Connections)',
  );
}
