import { randomBytes } from 'node:crypto';
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { errorCode } from '../error-code.js';

/** What a start makes up once and keeps beside the data, readable by nobody else. */
export interface Secrets {
  /** Names the cluster where it must lie elsewhere than in the data directory. */
  readonly clusterId: string;
  readonly superuserPassword: string;
  readonly ownerPassword: string;
  readonly runTimePassword: string;
  /** Config.secretKey, where the environment gives none. */
  readonly secretKey: string;
}

const NAMES = ['clusterId', 'superuserPassword', 'ownerPassword', 'runTimePassword', 'secretKey'] as const;

/** The kept secrets, made on the first start. Of two starts at once both read the same. */
export async function keepSecrets(dataDirectory: string): Promise<Secrets> {
  await mkdir(dataDirectory, { recursive: true });
  const known = await readSecrets(dataDirectory);
  if (known !== null) return known;
  const made: Secrets = {
    clusterId: randomBytes(8).toString('hex'),
    superuserPassword: randomBytes(24).toString('base64url'),
    ownerPassword: randomBytes(24).toString('base64url'),
    runTimePassword: randomBytes(24).toString('base64url'),
    secretKey: randomBytes(48).toString('base64url'),
  };
  const draft = `${fileIn(dataDirectory)}.new-${process.pid}`;
  await writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 });
  // A link appears whole or, where another start was faster, not at all.
  await link(draft, fileIn(dataDirectory)).catch(() => undefined);
  await rm(draft, { force: true });
  const kept = await readSecrets(dataDirectory);
  if (kept === null) throw new Error(`${fileIn(dataDirectory)} can't be written`);
  return kept;
}

/** The kept secrets, or null before the first start. */
export async function readSecrets(dataDirectory: string): Promise<Secrets | null> {
  const file = fileIn(dataDirectory);
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  });
  if (text === null) return null;
  const read: unknown = JSON.parse(text);
  if (!isSecrets(read)) throw new Error(`${file} is not what a start wrote: restore it, or move the data directory away`);
  return read;
}

function fileIn(dataDirectory: string): string {
  return join(dataDirectory, 'secrets.json');
}

function isSecrets(read: unknown): read is Secrets {
  return typeof read === 'object' && read !== null && NAMES.every((name) => typeof Reflect.get(read, name) === 'string');
}
