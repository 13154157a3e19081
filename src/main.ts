import { JOBS } from './declared.js';
import { createApplication } from './application.js';
import { loadConfig } from './platform/config/index.js';
import { createLogger } from './platform/logging/index.js';
import { ReportDesk } from './reports/index.js';
import { JobWorker } from './platform/queue/job-worker.js';
import { runProcess, stopOnSignal } from './platform/process.js';

/** Production start of the API: any number of them. It never migrates (`npm run fund -- migrate` does). */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const app = await createApplication(config, logger);
  stopOnSignal(
    async () => {
      await app.close();
      logger.flush();
    },
    config.shutdownTimeoutMs,
    (message) => logger.info(message),
  );
  await app.listen({ host: config.host, port: config.port });
  if (config.workerInProcess) await app.get(JobWorker).start(JOBS);
  logger.info({ url: await app.getUrl() }, 'listening');
  app.get(ReportDesk).prepare();
}

runProcess(main);
