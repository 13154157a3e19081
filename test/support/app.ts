import { JOBS } from '../../src/declared.js';
import { randomUUID } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createApplication } from '../../src/application.js';
import { type Environment, loadConfig } from '../../src/platform/config/index.js';
import { createLogger } from '../../src/platform/logging/index.js';
import { JobWorker } from '../../src/platform/queue/job-worker.js';

/** How a test's application is started. */
export interface AppOptions {
  /** The run-time role's connection: `(await testDatabase()).url`. */
  readonly url: string;
  /** Runs the jobs in the same process as well. */
  readonly worker?: boolean;
  /** Any other setting of the environment. */
  readonly environment?: Environment;
}

/** An answer, its body read as JSON where it is JSON, as text elsewhere. */
export interface Answer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

/** What a request may carry. */
export interface RequestOptions {
  readonly body?: unknown;
  /** Idempotency-Key; a POST without one gets a new one, `null` sends none. */
  readonly key?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The API as one user. Paths are below `/api/v1`. */
export interface Api {
  readonly token: string | null;
  request<T = never>(method: string, path: string, options?: RequestOptions): Promise<Answer<T>>;
  get<T = never>(path: string): Promise<Answer<T>>;
  post<T = never>(path: string, body?: unknown, options?: Omit<RequestOptions, 'body'>): Promise<Answer<T>>;
}

/** A running application. */
export interface TestApp {
  readonly app: NestFastifyApplication;
  /** Without `/api/v1`. */
  readonly baseUrl: string;
  /** Signs in with the demonstration's password (the name); `null`: nobody. A user signs in once for each application. */
  api(username: string | null): Promise<Api>;
  close(): Promise<void>;
}

/** Under which the template's secret is sealed. */
export const SECRET_KEY = 'a secret of the tests, known to everybody';

/** Settings of every test's application: quick to fail, quiet. */
export function testEnvironment(url: string, more: Environment = {}): Environment {
  return {
    DATABASE_URL: url,
    SECRET_KEY,
    PORT: '0',
    LOG_LEVEL: process.env['LOG_LEVEL'] ?? 'silent',
    DATABASE_POOL_SIZE: '10',
    REDIS_URL: process.env['REDIS_URL'],
    ...more,
  };
}

/** Boots the real application on a free port. */
export async function startApp(options: AppOptions): Promise<TestApp> {
  const config = loadConfig(testEnvironment(options.url, options.environment));
  const app = await createApplication(config, createLogger(config.logLevel));
  await app.listen({ host: config.host, port: config.port });
  if (options.worker === true) await app.get(JobWorker).start(JOBS);
  const baseUrl = await app.getUrl();
  const signedIn = new Map<string, Promise<Api>>();
  return {
    app,
    baseUrl,
    api: (username) => {
      if (username === null) return Promise.resolve(apiOf(baseUrl, null));
      const known = signedIn.get(username) ?? signIn(baseUrl, username);
      signedIn.set(username, known);
      return known;
    },
    close: () => app.close(),
  };
}

/** The API of any process that listens there. */
export async function signIn(baseUrl: string, username: string, password = username): Promise<Api> {
  const answer = await apiOf(baseUrl, null).post<{ accessToken: string }>('/auth/login', { username, password });
  if (answer.status !== 200)
    throw new Error(`Sign-in of ${username} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
  return apiOf(baseUrl, answer.body.accessToken);
}

function apiOf(baseUrl: string, token: string | null): Api {
  const request = async <T>(method: string, path: string, options: RequestOptions = {}): Promise<Answer<T>> => {
    const key = options.key === undefined && method === 'POST' ? randomUUID() : options.key;
    const response = await fetch(`${baseUrl}/api/v1${path}`, {
      method,
      headers: {
        ...(options.body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
        ...(typeof key === 'string' ? { 'idempotency-key': key } : {}),
        ...options.headers,
      },
      ...(options.body === undefined
        ? {}
        : { body: typeof options.body === 'string' ? options.body : JSON.stringify(options.body) }),
    });
    const text = await response.text();
    const isJson = (response.headers.get('content-type') ?? '').includes('json');
    return { status: response.status, headers: response.headers, body: (isJson && text !== '' ? JSON.parse(text) : text) as T };
  };
  return {
    token,
    request,
    get: (path) => request('GET', path),
    post: (path, body, options) => request('POST', path, { ...options, ...(body === undefined ? {} : { body }) }),
  };
}
