import type { LoggerService } from '@nestjs/common';
import { type Logger, type LoggerOptions, pino } from 'pino';

/** Where a secret could come along in a logged object; none is ever written out. */
const SECRETS = [
  'authorization',
  'cookie',
  'password',
  'passwordHash',
  'accessToken',
  'token',
  'secretKey',
  'identityNumber',
  'answer',
  'databaseUrl',
  'databaseMigrationUrl',
  'redisUrl',
];

const FLUSH_EVERY_MS = 250;
const BUFFER_BYTES = 8 * 1024;

/** How a line looks. */
export const LOG_OPTIONS = {
  base: { pid: process.pid },
  timestamp: pino.stdTimeFunctions.isoTime,
  formatters: { level: (label: string) => ({ level: label }) },
  redact: { paths: SECRETS.flatMap((name) => [name, `*.${name}`, `*.headers.${name}`]), censor: '[secret]' },
} satisfies LoggerOptions;

/** The process's log: JSON lines on standard output. */
export function createLogger(level: string): Logger {
  return pino(
    { ...LOG_OPTIONS, level },
    // Written in blocks: one system call for many lines. A clean end and a fatal fault flush it.
    pino.destination({ dest: 1, sync: false, minLength: BUFFER_BYTES, periodicFlush: FLUSH_EVERY_MS }),
  );
}

/** Nest's own lines, and those of every `new Logger(context)`, through pino. */
export class PinoLoggerService implements LoggerService {
  constructor(private readonly logger: Logger) {}

  log(message: unknown, ...rest: unknown[]): void {
    this.write('info', message, rest);
  }

  error(message: unknown, ...rest: unknown[]): void {
    this.write('error', message, rest);
  }

  warn(message: unknown, ...rest: unknown[]): void {
    this.write('warn', message, rest);
  }

  debug(message: unknown, ...rest: unknown[]): void {
    this.write('debug', message, rest);
  }

  verbose(message: unknown, ...rest: unknown[]): void {
    this.write('trace', message, rest);
  }

  fatal(message: unknown, ...rest: unknown[]): void {
    this.write('fatal', message, rest);
    this.logger.flush();
  }

  /** Nest gives the context last, and before it whatever else the caller said (a stack, more values). */
  private write(
    level: 'info' | 'error' | 'warn' | 'debug' | 'trace' | 'fatal',
    message: unknown,
    rest: readonly unknown[],
  ): void {
    const context = typeof rest.at(-1) === 'string' ? rest.at(-1) : undefined;
    const more = context === undefined ? rest : rest.slice(0, -1);
    const details = more.length === 0 ? {} : { details: more };
    if (message instanceof Error) this.logger[level]({ context, ...details, err: message }, message.message);
    else if (typeof message === 'object' && message !== null) this.logger[level]({ context, ...details, ...message });
    else this.logger[level]({ context, ...details }, String(message));
  }
}
