import {
  boolean,
  cron,
  host,
  integer,
  oneOf,
  optional,
  proxies,
  required,
  serverUrl,
  text,
  type Setting,
  url,
} from './setting.js';

/** Levels of the log, most to least. */
const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;

const KIB = 1024;

/** Every setting: its environment variable, how it is read, its default, and why it is so. The only place that reads the environment. */
export const SETTINGS = {
  production: production(),
  host: host('HOST', '127.0.0.1', 'Loopback unless somebody asks for more.'),
  port: integer('PORT', 3000, { min: 0, max: 65_535 }, '0 takes a free port.'),
  trustedProxies: proxies(
    'TRUST_PROXY',
    'Only these are believed when X-Forwarded-For names the client; sign-in failures count by that address.',
  ),
  logLevel: oneOf('LOG_LEVEL', LOG_LEVELS, 'info', 'One line for each request and job.'),
  shutdownTimeoutMs: integer(
    'SHUTDOWN_TIMEOUT_MS',
    20_000,
    { min: 100, max: 600_000 },
    'Requests and jobs under way get so long to end.',
  ),

  databaseUrl: required(
    serverUrl(
      'DATABASE_URL',
      'PostgreSQL >= 15, as the run-time role, which owns nothing; several servers, of which one takes writes.',
    ),
  ),
  databaseMigrationUrl: serverUrl('DATABASE_MIGRATION_URL', 'As the owner; only `migrate` and `npm start` use it.'),
  databasePoolSize: integer(
    'DATABASE_POOL_SIZE',
    20,
    { min: 4, max: 200 },
    'The posting engine writes on one connection: more of them only read.',
  ),
  reportsAtOnce: integer(
    'REPORTS_AT_ONCE',
    1,
    { min: 1, max: 32 },
    'Reports that a process reads at once, in a thread of their own and on so many connections of their own; four times as many wait. Raise it with the cores: on two, a second report doubles what a reservation waits.',
  ),
  largeListsAtOnce: integer(
    'LARGE_LISTS_AT_ONCE',
    1,
    { min: 1, max: 64 },
    'Lists of more than 50 items that a process answers at once; ten times as many wait. Raise it with the cores.',
  ),
  databaseStatementTimeoutMs: integer(
    'DATABASE_STATEMENT_TIMEOUT_MS',
    15_000,
    { min: 1_000, max: 3_600_000 },
    'Nobody waits longer for a page or a report; the checks of a reconciliation have a limit of their own. Who hears nothing 3 s later has lost the connection.',
  ),
  databaseLockTimeoutMs: integer(
    'DATABASE_LOCK_TIMEOUT_MS',
    2_000,
    { min: 10, max: 60_000 },
    'A posting that waits longer for a lock is repeated.',
  ),
  databaseAnswerTimeoutMs: integer(
    'DATABASE_ANSWER_TIMEOUT_MS',
    10_000,
    { min: 100, max: 600_000 },
    'A posting that hears nothing for so long has lost its connection, and the server its locks: well above the lock timeout.',
  ),

  redisUrl: url('REDIS_URL', ['redis:', 'rediss:'], 'Redis or Valkey for the queue; without it the queue lives in PostgreSQL.'),
  queueConcurrency: integer(
    'QUEUE_CONCURRENCY',
    2,
    { min: 1, max: 64 },
    'Jobs that one worker process runs at once; one reads a whole year.',
  ),
  reconciliationSchedule: cron(
    'RECONCILIATION_SCHEDULE',
    '0 2 * * *',
    'Cron pattern in Asia/Shanghai: at night, when nobody posts.',
  ),

  secretKey: required(
    optional(
      'SECRET_KEY',
      { min: 32 },
      'Signs cursors and keys the hash of identity numbers; at least 32 characters, never changed.',
    ),
  ),
  metricsToken: optional('METRICS_TOKEN', { min: 16 }, 'Bearer token for /metrics from other than loopback, or through a proxy.'),
  workListDays: integer(
    'WORK_LIST_DAYS',
    30,
    { min: 0, max: 366 },
    'Work lists name what runs out within so many days: time for a meeting to decide on it.',
  ),
  sessionTtlHours: integer('SESSION_TTL_HOURS', 12, { min: 1, max: 720 }, 'A working day.'),
  signInFailureLimit: integer(
    'SIGN_IN_FAILURE_LIMIT',
    10,
    { min: 1, max: 1_000 },
    'Failed sign-ins of a user from one address (IPv6: its /64) before further ones come in one at a time, 1 to 30 s apart.',
  ),
  signInUserFailureLimit: integer(
    'SIGN_IN_USER_FAILURE_LIMIT',
    30,
    { min: 1, max: 1_000 },
    'The same of a user from all addresses; those from which the user has signed in within 30 days are not held up.',
  ),
  signInNetworkFailureLimit: integer(
    'SIGN_IN_ADDRESS_FAILURE_LIMIT',
    100,
    { min: 1, max: 1_000 },
    'The same of one address with whatever names: an office behind one address must be able to live with it.',
  ),
  sessionLimit: integer(
    'SESSION_LIMIT',
    50,
    { min: 1, max: 1_000 },
    'Sessions that a user has at once: one more ends the oldest.',
  ),
  signInFailureWindowMinutes: integer(
    'SIGN_IN_FAILURE_WINDOW_MINUTES',
    15,
    { min: 1, max: 1_440 },
    'How long a failed sign-in counts.',
  ),

  bodyLimitBytes: integer('BODY_LIMIT_BYTES', 256 * KIB, { min: KIB, max: 16 * KIB * KIB }, 'api.md, Limits.'),
  batchBodyLimitBytes: integer(
    'BATCH_BODY_LIMIT_BYTES',
    4 * KIB * KIB,
    { min: KIB, max: 64 * KIB * KIB },
    'api.md, Limits: 1,000 awards.',
  ),
  jsonDepthLimit: integer(
    'JSON_DEPTH_LIMIT',
    32,
    { min: 8, max: 256 },
    'api.md, Limits: deeper nesting overflows what reads it.',
  ),
  idempotencyWaitMs: integer(
    'IDEMPOTENCY_WAIT_MS',
    5_000,
    { min: 100, max: 60_000 },
    'How long a repeated request waits for the first one.',
  ),

  postingBatchLimit: integer(
    'POSTING_BATCH_LIMIT',
    1_000,
    { min: 1, max: 10_000 },
    'Events in one transaction (architecture §3).',
  ),
  postingQueueLimit: integer('POSTING_QUEUE_LIMIT', 10_000, { min: 1, max: 1_000_000 }, 'Events that may wait; beyond it 503.'),
  postingWaitMs: integer('POSTING_WAIT_MS', 5_000, { min: 100, max: 60_000 }, 'Longest wait of an event before 503.'),
  postingRetryLimit: integer(
    'POSTING_RETRY_LIMIT',
    5,
    { min: 0, max: 20 },
    'Repeats of a batch that met a deadlock or lost a race.',
  ),

  dataDir: text('DATA_DIR', '.data', 'Where `npm start` keeps its PostgreSQL and secrets.'),
  demonstration: boolean(
    'DEMONSTRATION',
    false,
    'Demonstration users and data; `npm start` sets it, a production start refuses it.',
  ),
  workerPort: integer('WORKER_PORT', 0, { min: 0, max: 65_535 }, 'A worker answers /health and /metrics there; 0: nowhere.'),
  workerInProcess: boolean('WORKER_IN_PROCESS', false, 'Run the jobs in the API process as well; `npm start` sets it.'),
} as const satisfies Record<string, Setting<unknown>>;

function production(): Setting<boolean> {
  const reason = '`production` is stricter: no demonstration, metrics for loopback alone.';
  const mode = oneOf('NODE_ENV', ['development', 'test', 'production'], 'development', reason);
  return { ...mode, read: (given) => mode.read(given) === 'production' };
}
