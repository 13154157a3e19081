import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { FastifyInstance } from 'fastify';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import { warnOfConnections } from './connections.js';
import type { Config } from './platform/config/index.js';
import { Database } from './platform/database/database.js';
import { pendingMigrations, refuseUnmigrated } from './platform/database/migrate.js';
import { refuseSharedConnections } from './platform/database/start-checks.js';
import { Secrets } from './platform/secrets/secrets.js';
import { configureHttp, createFastifyAdapter, drainConnections, proxyAdvice, ROOT_PATHS } from './platform/http/index.js';
import { observeRequests, PinoLoggerService, traceIdOf } from './platform/logging/index.js';
import { Metrics } from './platform/metrics/index.js';

/** An idle connection is kept a little longer than common proxies do, so that it's never us who close it first. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP application, not yet listening. `operators`: health and metrics alone. */
export async function createApplication(
  config: Config,
  logger: Logger,
  serves: 'users' | 'operators' = 'users',
): Promise<NestFastifyApplication> {
  const adapter = createFastifyAdapter(config, {
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    requestIdHeader: false,
    genReqId: traceIdOf,
    logger: false,
  });
  await refuseSharedConnections(config.databaseUrl);
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), adapter, nestOptions(logger));
  await orClose(app, async () => {
    // Whether a migration is missing, readiness tells; another SECRET_KEY than the database's ends the start here.
    if ((await pendingMigrations(app.get(Database))).length === 0) await app.get(Secrets).open();
    await warnOfConnections(config, logger, { jobs: config.workerInProcess, reports: serves === 'users' });
    const advice = serves === 'users' ? proxyAdvice(config) : null;
    if (advice !== null) logger.warn(advice);
  });
  const server = app.getHttpAdapter().getInstance();
  if (serves === 'operators') serveOperatorsAlone(server);
  observeRequests(server, logger, app.get(Metrics));
  drainConnections(server);
  const lists = configureHttp(app);
  app
    .get(Metrics)
    .gauge(
      'fund_large_lists',
      'Lists of more than 50 items that are read now, that wait, and that were sent away so far.',
      ['state'],
      async () => Object.entries(lists.counts).map(([state, value]) => ({ labels: { state }, value })),
    );
  return app;
}

/** Everything but what operators ask is not found: a worker serves no users. */
function serveOperatorsAlone(server: FastifyInstance): void {
  const paths = new Set(ROOT_PATHS.map((path) => `/${path}`));
  server.addHook('onRequest', async (request, reply) => {
    if (!paths.has(request.url)) await reply.code(404).send();
  });
}

/** The same modules without HTTP: jobs, seeds and the command line. */
export async function createContext(config: Config, logger: Logger): Promise<INestApplicationContext> {
  await refuseSharedConnections(config.databaseUrl);
  const context = await NestFactory.createApplicationContext(AppModule.with(config), nestOptions(logger));
  await orClose(context, async () => {
    await refuseUnmigrated(context.get(Database));
    await context.get(Secrets).open();
    await warnOfConnections(config, logger, { jobs: true, reports: false });
  });
  return context;
}

/** What a start that fails has opened is closed again. */
async function orClose(context: INestApplicationContext, check: () => Promise<void>): Promise<void> {
  try {
    await check();
  } catch (error) {
    await context.close();
    throw error;
  }
}

/** A fault at start is thrown, not ended with: who started decides. */
function nestOptions(logger: Logger): { logger: LoggerService; abortOnError: boolean } {
  return { logger: new PinoLoggerService(logger), abortOnError: false };
}
