import { JOBS } from './declared.js';
import { createContext } from './application.js';
import { loadConfig } from './platform/config/index.js';
import { createLogger } from './platform/logging/index.js';
import { JobWorker } from './platform/queue/job-worker.js';
import { runProcess, stopOnSignal } from './platform/process.js';

/** Production start of the jobs: any number of them. It never migrates. */
async function main(): Promise<void> {
  const config = loadConfig(process.env);
  const logger = createLogger(config.logLevel);
  const context = await createContext(config, logger);
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

runProcess(main);
