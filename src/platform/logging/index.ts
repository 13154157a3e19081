export { createLogger, LOG_OPTIONS, PinoLoggerService } from './logger.js';
export { traceIdOf } from './trace-id.js';
export { observeRequests } from './observe-requests.js';
