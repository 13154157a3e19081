import { Logger, type LoggerService } from '@nestjs/common';
import { fastify } from 'fastify';
import { pino } from 'pino';
import { problem, ProblemError } from '../../src/kernel/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import { proxyAdvice, warnOfUntrustedProxy } from '../../src/platform/http/untrusted-proxy.js';
import { answerThrown } from '../../src/platform/http/problems/answer-thrown.js';
import { observeRequests } from '../../src/platform/logging/index.js';

/* What is expected where much is asked for is no error: a log full of stacks hides the one that matters. */

const said: [string, string][] = [];
const listener: LoggerService = {
  log: () => undefined,
  error: (message: unknown) => said.push(['error', JSON.stringify(message)]),
  warn: (message: unknown) => said.push(['warn', JSON.stringify(message)]),
};
beforeAll(() => Logger.overrideLogger(listener));
afterAll(() => Logger.overrideLogger(false));
beforeEach(() => said.splice(0));

const busy = () => new ProblemError(problem('unavailable', '過忙', 'Too much waits', { retryAfterSeconds: 1 }));
const often = () => new ProblemError(problem('too-many-requests', '過多', 'Too often', { retryAfterSeconds: 1 }));

it('A proxy that nobody has named is told of once, not at each request', async () => {
  const config = loadConfig({ DATABASE_URL: 'postgresql://u@h/d', SECRET_KEY: 'x'.repeat(32) });
  const server = fastify();
  warnOfUntrustedProxy(server, config);
  server.get('/', () => 'ok');
  await server.inject('/');
  expect(said).toEqual([]);
  for (let n = 0; n < 3; n += 1) await server.inject({ url: '/', headers: { 'x-forwarded-for': '192.0.2.1' } });
  expect(said).toEqual([['warn', expect.stringContaining('TRUST_PROXY')]]);
  expect(proxyAdvice(config)).toBeNull();
  const production = { DATABASE_URL: 'postgresql://u@h/d', SECRET_KEY: 'x'.repeat(32), NODE_ENV: 'production' };
  expect(proxyAdvice(loadConfig(production))).toContain('TRUST_PROXY');
  expect(proxyAdvice(loadConfig({ ...production, TRUST_PROXY: 'loopback' }))).toBeNull();
  expect(proxyAdvice(loadConfig({ ...production, HOST: '0.0.0.0' }))).toBeNull();
});

it.each([
  ['unavailable', busy, 503, 'warn'],
  ['too-many-requests', often, 429, null],
  ['a fault', () => new Error('A fault of ours'), 500, 'error'],
] as const)('%s', async (_, thrown, status, level) => {
  const lines: { level: number; status: number }[] = [];
  const logger = pino({ level: 'info' }, { write: (line) => lines.push(JSON.parse(line) as { level: number; status: number }) });
  const server = fastify();
  observeRequests(server, logger, { requestAnswered: () => undefined });
  server.setErrorHandler((error, request, reply) => answerThrown(error, request, reply));
  server.get('/', () => {
    throw thrown();
  });
  expect((await server.inject('/')).statusCode).toBe(status);
  expect(said.map(([at]) => at)).toEqual(level === null ? [] : [level]);
  expect(said.some(([, text]) => text.includes('stack') || text.includes('"err"'))).toBe(level === 'error');
  const pinoLevel = { 503: 40, 429: 30, 500: 50 }[status];
  expect(lines).toMatchObject([{ level: pinoLevel, status }]);
});
