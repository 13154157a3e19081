export { createLogger, PinoLoggerService } from './logger.js';
export { traceIdOf } from './trace-id.js';
