import type { INestApplicationContext, LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Logger } from 'pino';
import { AppModule } from './app.module.js';
import type { Config } from './platform/config/index.js';
import { configureHttp, createFastifyAdapter, drainConnections } from './platform/http/index.js';
import { observeRequests, PinoLoggerService, traceIdOf } from './platform/logging/index.js';
import { Metrics } from './platform/metrics/index.js';

/** An idle connection is kept a little longer than common proxies do, so that it's never us who close it first. */
const KEEP_ALIVE_MS = 75_000;

/** The HTTP application, not yet listening. */
export async function createApplication(config: Config, logger: Logger): Promise<NestFastifyApplication> {
  const adapter = createFastifyAdapter(config, {
    keepAliveTimeout: KEEP_ALIVE_MS,
    forceCloseConnections: 'idle',
    return503OnClosing: true,
    requestIdHeader: false,
    genReqId: traceIdOf,
    logger: false,
  });
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config), adapter, nestOptions(logger));
  const server = app.getHttpAdapter().getInstance();
  observeRequests(server, logger, app.get(Metrics));
  drainConnections(server);
  configureHttp(app);
  return app;
}

/** The same modules without HTTP: jobs, seeds and the command line. */
export function createContext(config: Config, logger: Logger): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(AppModule.with(config), nestOptions(logger));
}

/** A fault at start is thrown, not ended with: who started decides. */
function nestOptions(logger: Logger): { logger: LoggerService; abortOnError: boolean } {
  return { logger: new PinoLoggerService(logger), abortOnError: false };
}
