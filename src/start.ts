import { resolve } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from './application.js';
import { seedApprovalPolicy } from './approvals/index.js';
import { findFund, seedPolicy } from './budget/index.js';
import { seedDemonstration } from './demonstration/index.js';
import { DEMONSTRATION_USERS, seedDemonstrationUsers } from './identity/index.js';
import { Ledger } from './ledger/index.js';
import { type Config, loadConfig } from './platform/config/index.js';
import { Database } from './platform/database/database.js';
import { JOBS } from './declared.js';
import { upgrade } from './upgrade.js';
import { EmbeddedPostgres, keepSecrets } from './platform/embedded/index.js';
import { errorCode } from './platform/error-code.js';
import { Readiness } from './platform/health/index.js';
import { createLogger } from './platform/logging/index.js';
import { onNpmEnd } from './platform/npm-parent.js';
import { Secrets } from './platform/secrets/secrets.js';
import { Indexer } from './search/index.js';
import { runProcess, stopOnSignal } from './platform/process.js';
import { OperatorError } from './platform/operator-error.js';
import { JobWorker } from './platform/queue/job-worker.js';
import { RunRequests } from './reconciliation/index.js';
import { yearTable } from './start-report.js';

/** Stands in for what is known only when PostgreSQL runs: the rest is checked before anything is started. */
const NOT_YET = 'postgresql://not-yet@127.0.0.1/not-yet';
/** The fund of the policy, which the demonstration fills. */
const FUND = 'gz-ecommerce';
/** PostgreSQL's last checkpoint writes all that is in memory; on a slow disk it takes its time. */
const POSTGRES_STOP_MS = 60_000;
/** Gate that stays closed until the demonstration's data is there and reconciled. */
const DEMONSTRATION_GATE = 'demonstration';

/**
 * `npm start`: the whole product in one process, on a PostgreSQL of its own in DATA_DIR (or on DATABASE_URL, where one is given).
 * What went wrong on the way is undone: a PostgreSQL that was started is stopped.
 */
async function start(): Promise<void> {
  const given = process.env;
  const wantsEmbedded = (given['DATABASE_URL'] ?? '') === '';
  const base = { LOG_LEVEL: 'warn', ...stripEmpty(given), DEMONSTRATION: 'true', WORKER_IN_PROCESS: 'true' };
  const { dataDir, shutdownTimeoutMs } = loadConfig({ DATABASE_URL: NOT_YET, SECRET_KEY: NOT_YET, ...base });
  const secrets = await keepSecrets(resolve(dataDir));
  const environment = { SECRET_KEY: secrets.secretKey, ...base };

  // Writing to a closed terminal fails; the stop continues.
  for (const output of [process.stdout, process.stderr]) output.on('error', () => undefined);

  const running: Running = { postgres: Promise.resolve(null), app: null, stopping: new AbortController() };
  const stop = stopOnSignal(
    async () => {
      running.stopping.abort();
      await closeAll(running);
      say('Stopped.');
    },
    shutdownTimeoutMs + POSTGRES_STOP_MS,
    say,
  );
  onNpmEnd(() => stop('npm has ended'));
  try {
    if (wantsEmbedded) running.postgres = EmbeddedPostgres.start(dataDir, say, running.stopping.signal);
    const embedded = await running.postgres;
    if (running.stopping.signal.aborted) return;
    if (embedded !== null)
      say(`PostgreSQL ${embedded.adopted ? 'was left running and goes on' : 'runs'} in ${embedded.directory}`);
    const urls = embedded?.urls;
    const config = loadConfig({
      ...environment,
      ...(urls === undefined ? {} : { DATABASE_URL: urls.databaseUrl, DATABASE_MIGRATION_URL: urls.databaseMigrationUrl }),
    });
    await run(config, running);
  } catch (error) {
    // What a stop in the middle of the start breaks off is no fault; the stop ends the process.
    if (running.stopping.signal.aborted) return;
    await closeAll(running);
    throw error;
  }
}

/** What has been started so far, or is being started. */
interface Running {
  postgres: Promise<EmbeddedPostgres | null>;
  app: NestFastifyApplication | null;
  readonly stopping: AbortController;
}

/** Stops the application, then PostgreSQL; one that is still starting is waited for, or it would keep running after us. */
async function closeAll({ app, postgres }: Running): Promise<void> {
  try {
    await app?.close();
  } finally {
    const embedded = await postgres.catch(() => null);
    await embedded?.stop();
  }
}

async function run(config: Config, running: Running): Promise<void> {
  await upgrade(config, say);
  const app = await createApplication(config, createLogger(config.logLevel));
  running.app = app;
  const readiness = app.get(Readiness);
  readiness.close(DEMONSTRATION_GATE, 'The demonstration is not reconciled yet');
  await app.init();
  const db = app.get(Database);
  await seedPolicy(db);
  await seedApprovalPolicy(db);
  await seedDemonstrationUsers(db);
  await seedDemonstration({ db, ledger: app.get(Ledger), config, secret: app.get(Secrets).secret });
  await app.listen({ host: config.host, port: config.port }).catch((error: unknown) => {
    if (errorCode(error) !== 'EADDRINUSE') throw error;
    throw new OperatorError(`Port ${config.port} of ${config.host} is in use: free it, or start with PORT=<another>`);
  });
  const fund = await findFund(db, FUND);
  if (fund === null) throw new Error(`The fund ${FUND} is missing after its seed`);
  await app.get(RunRequests).reconcile({ fundId: fund.id, fiscalYear: null, trigger: 'start' });
  await app.get(JobWorker).start(JOBS);
  await app.get(Indexer).catchUp();
  readiness.open(DEMONSTRATION_GATE);
  await introduce(await app.getUrl(), db);
}

async function introduce(url: string, db: Database): Promise<void> {
  process.stdout.write(`
Fund Ledger listens on ${url}   (API ${url}/api/v1 · reader ${url}/docs)

Demonstration sign-ins, each with its name as the password:
${signIns()}

The fund ${FUND} (yuan; allotments, awards and violations are illustrative):
${await yearTable(db, FUND)}

Ctrl-C stops it. The data stays.
`);
}

function signIns(): string {
  return DEMONSTRATION_USERS.map(
    ({ username, role, agency }) => `  ${username.padEnd(10)}${role}${agency === null ? '' : ` of ${agency}`}`,
  ).join('\n');
}

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

function stripEmpty(environment: NodeJS.ProcessEnv): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) if (value !== undefined && value !== '') kept[name] = value;
  return kept;
}

runProcess(start);
