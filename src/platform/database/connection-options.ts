import pg from 'pg';
import { readServerUrl, type Host } from './hosts.js';
import { PrimarySocket } from './primary-socket.js';

/** Milliseconds that one server is given to say whether it takes writes. */
const PROBE_MS = 1_000;
/** How long a server that was found is believed to take writes, milliseconds: connections that are opened together ask once. */
const BELIEVED_MS = 500;

const TAKES_WRITES = `SELECT NOT (pg_is_in_recovery() OR current_setting('transaction_read_only')::boolean) AS writes`;

/**
 * How a connection is opened: every one of the product's is. Where the URL means the server that takes writes, each connection looks for it
 * anew, so that after a promotion the next ones lead to the new primary.
 */
export function connectionOptions(databaseUrl: string): {
  readonly connectionString: string;
  readonly stream?: () => PrimarySocket;
} {
  const server = readServerUrl(databaseUrl);
  if (server === null) return { connectionString: databaseUrl };
  if (!server.isPrimaryMeant) return { connectionString: server.url };
  let primary = primaries.get(databaseUrl);
  if (primary === undefined) {
    primary = primaryAmong(server.url, server.hosts);
    primaries.set(databaseUrl, primary);
  }
  const find = primary;
  return { connectionString: server.url, stream: () => new PrimarySocket(find) };
}

type FindPrimary = () => Promise<Host>;

/** One for each URL: all pools of the process ask together. */
const primaries = new Map<string, FindPrimary>();

function primaryAmong(url: string, hosts: readonly Host[]): FindPrimary {
  let found: Promise<Host> | null = null;
  return () => {
    if (found === null) {
      found = Promise.any(hosts.map((host) => takesWrites(url, host))).catch(() => {
        throw Object.assign(new Error('None of the servers of DATABASE_URL takes writes'), {
          code: 'ECONNREFUSED',
          syscall: 'connect',
        });
      });
      const forget = (): void => {
        found = null;
      };
      found.then(() => setTimeout(forget, BELIEVED_MS).unref(), forget);
    }
    return found;
  };
}

/** The host, if it takes writes; else rejects. */
async function takesWrites(url: string, host: Host): Promise<Host> {
  const own = new URL(url);
  own.hostname = host.host.includes(':') ? `[${host.host}]` : host.host;
  own.port = String(host.port);
  const client = new pg.Client({
    connectionString: own.href,
    application_name: 'fund-ledger-probe',
    connectionTimeoutMillis: PROBE_MS,
    query_timeout: PROBE_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query<{ writes: boolean }>(TAKES_WRITES);
    if (rows[0]?.writes !== true) throw new Error(`${host.host} takes no writes`);
    return host;
  } finally {
    void client.end().catch(() => undefined);
  }
}
