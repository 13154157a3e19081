import { existsSync } from 'node:fs';
import { chmod, mkdir, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { isReachable, locateBinaries, postgresUser, SHARED_STATE_DIRECTORY } from './binaries.js';
import {
  type Cluster,
  findRunning,
  initialise,
  type RunningPostmaster,
  startPostmaster,
  stopPostmaster,
  SUPERUSER,
  urlOf,
} from './cluster.js';
import { ensureDatabase, ensureRoles, OWNER_ROLE, RUN_TIME_ROLE } from './roles.js';
import { keepSecrets, readSecrets, type Secrets } from './secrets.js';

/** The product's database in the embedded cluster. */
const DATABASE = 'fund_ledger';
/** Advisory lock that the one start that uses the cluster holds ('FLST'). */
const START_LOCK = 0x464c5354;
/** The sessions of a killed start take a moment to end. */
const LOCK_TRIES = 12;
const LOCK_PAUSE_MS = 250;
/** After a crash old processes may still hold the shared memory for a moment. */
const RESTART_TRIES = 40;
const RESTART_PAUSE_MS = 500;

/** PostgreSQL's defaults keep every answered write (fsync); these only fit it to a desk. */
const SETTINGS = { shared_buffers: '256MB', max_connections: '200', max_wal_size: '2GB', checkpoint_timeout: '15min' } as const;

/** Another start uses the directory. */
export class AlreadyRunningError extends Error {
  constructor(dataDirectory: string) {
    super(`Another start is running on ${dataDirectory}. Stop it first, or give this one a DATA_DIR and PORT of its own.`);
    this.name = 'AlreadyRunningError';
  }
}

/** Where to connect. */
export interface EmbeddedUrls {
  readonly databaseUrl: string;
  readonly databaseMigrationUrl: string;
}

/** The embedded PostgreSQL of one start. If its postmaster dies it is started again, on the same port. */
export class EmbeddedPostgres {
  private guard: pg.Client | null = null;
  private stopping = false;

  private constructor(
    private readonly cluster: Cluster,
    private readonly secrets: Secrets,
    private readonly running: RunningPostmaster,
    /** A postmaster that an earlier, killed start left behind. */
    readonly adopted: boolean,
    private readonly report: (message: string) => void,
  ) {}

  /**
   * Starts or adopts the PostgreSQL of the directory. Throws `AlreadyRunningError` when another start uses it; rejects when aborted
   * before PostgreSQL runs (making its directory takes a busy disk half a minute).
   */
  static async start(dataDirectory: string, report: (message: string) => void, signal?: AbortSignal): Promise<EmbeddedPostgres> {
    const home = resolve(dataDirectory);
    const secrets = await keepSecrets(home);
    const cluster = await clusterOf(home, secrets);
    await initialise(cluster, [], signal);
    signal?.throwIfAborted();
    const found = await findRunning(cluster);
    const running = found ?? (await startOrJoin(cluster));
    const embedded = new EmbeddedPostgres(cluster, secrets, running, found !== null, report);
    if (!(await embedded.takeLock(LOCK_TRIES))) throw new AlreadyRunningError(home);
    await embedded.prepare();
    return embedded;
  }

  get urls(): EmbeddedUrls {
    return urlsOf(this.running.port, this.secrets);
  }

  get directory(): string {
    return this.cluster.directory;
  }

  /** Fast shutdown: call it when nothing of ours is connected any more. */
  async stop(): Promise<void> {
    this.stopping = true;
    await this.guard?.end().catch(() => undefined);
    await stopPostmaster(this.cluster);
  }

  private async prepare(): Promise<void> {
    if (this.guard === null) throw new Error('The start lock is not held');
    await ensureRoles(this.guard, { owner: this.secrets.ownerPassword, runTime: this.secrets.runTimePassword });
    await ensureDatabase(this.guard, DATABASE);
  }

  private async takeLock(tries: number): Promise<boolean> {
    const url = urlOf(this.running.port, SUPERUSER, this.secrets.superuserPassword, 'postgres');
    const guard = new pg.Client({ connectionString: url, application_name: 'fund-ledger-start', keepAlive: true });
    guard.on('error', () => undefined);
    await guard.connect();
    for (let attempt = 0; attempt < tries; attempt++) {
      const { rows } = await guard.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [START_LOCK]);
      if (rows[0]?.taken === true) {
        this.guard = guard;
        guard.once('end', () => void this.revive());
        return true;
      }
      await sleep(LOCK_PAUSE_MS);
    }
    await guard.end();
    return false;
  }

  /** The guard's connection broke: PostgreSQL went down or restarted itself. */
  private async revive(): Promise<void> {
    for (let attempt = 0; attempt < RESTART_TRIES && !this.stopping; attempt++) {
      try {
        if ((await findRunning(this.cluster)) === null) {
          this.report('PostgreSQL has died; starting it again');
          await startPostmaster(this.cluster, this.running.port);
        }
        if (await this.takeLock(1)) return;
      } catch (error) {
        this.report(`PostgreSQL is away: ${error instanceof Error ? error.message : 'unknown'}`);
      }
      await sleep(RESTART_PAUSE_MS);
    }
  }
}

/** Where the embedded PostgreSQL of the directory listens, if one runs; for the command line beside a running start. */
export async function findEmbedded(dataDirectory: string): Promise<(EmbeddedUrls & { readonly secretKey: string }) | null> {
  const home = resolve(dataDirectory);
  const secrets = await readSecrets(home);
  if (secrets === null) return null;
  const running = await findRunning(await clusterOf(home, secrets));
  return running === null ? null : { ...urlsOf(running.port, secrets), secretKey: secrets.secretKey };
}

async function clusterOf(home: string, secrets: Secrets): Promise<Cluster> {
  const user = postgresUser();
  const binaries = await locateBinaries(user);
  let place = home;
  // A strict umask must not shut PostgreSQL's own user out: it may pass through, not look around.
  if (user !== null) await chmod(home, (await stat(home)).mode | 0o011);
  if (!isReachable(home, user)) {
    place = join(SHARED_STATE_DIRECTORY, secrets.clusterId);
    await mkdir(place, { recursive: true });
    for (const directory of [SHARED_STATE_DIRECTORY, place]) await chmod(directory, 0o755);
    if (!isReachable(place, user)) {
      throw new Error(
        `The user ${user?.name ?? ''} that PostgreSQL runs as can go neither into ${home} nor into ${place}; set DATA_DIR`,
      );
    }
  }
  const directory = join(place, 'postgres');
  if (existsSync(join(home, 'postgres', 'PG_VERSION')) && place !== home) {
    throw new Error(`${home} holds data, but the user ${user?.name ?? ''} that PostgreSQL runs as can no longer go there`);
  }
  return {
    directory,
    binaries,
    user,
    superuserPassword: secrets.superuserPassword,
    logFile: join(home, 'postgres.log'),
    settings: SETTINGS,
  };
}

/** Of two starts at once one starts the postmaster; the other finds it, and then that the lock is taken. */
async function startOrJoin(cluster: Cluster): Promise<RunningPostmaster> {
  try {
    return await startPostmaster(cluster);
  } catch (error) {
    const other = await findRunning(cluster);
    if (other === null) throw error;
    return other;
  }
}

function urlsOf(port: number, secrets: Secrets): EmbeddedUrls {
  return {
    databaseUrl: urlOf(port, RUN_TIME_ROLE, secrets.runTimePassword, DATABASE),
    databaseMigrationUrl: urlOf(port, OWNER_ROLE, secrets.ownerPassword, DATABASE),
  };
}
