import { JOBS } from './declared.js';
import type { INestApplicationContext } from '@nestjs/common';
import type { Logger } from 'pino';
import { createApplication, createContext } from './application.js';
import { loadConfig, type Config } from './platform/config/index.js';
import { Database } from './platform/database/database.js';
import { refuseUnmigrated } from './platform/database/migrate.js';
import { createLogger } from './platform/logging/index.js';
import { JobWorker } from './platform/queue/job-worker.js';
import { runProcess, stopOnSignal } from './platform/process.js';

/** Production start of the jobs: any number of them. It never migrates. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const context = await openContext(config, logger);
  stopOnSignal(
    async () => {
      await context.close();
      logger.flush();
    },
    config.shutdownTimeoutMs,
    (message) => logger.info(message),
  );
  await context.get(JobWorker).start(JOBS);
  logger.info('working');
}

/** With WORKER_PORT it answers what operators ask. */
async function openContext(config: Config, logger: Logger): Promise<INestApplicationContext> {
  if (config.workerPort === 0) return createContext(config, logger);
  const app = await createApplication(config, logger, 'operators');
  await refuseUnmigrated(app.get(Database));
  await app.listen({ host: config.host, port: config.workerPort });
  logger.info({ url: await app.getUrl() }, 'answers /health and /metrics');
  return app;
}

runProcess(main);
