import { hash, verify } from '@node-rs/argon2';

/** Most and fewest characters of a password. */
export const PASSWORD_LENGTH = { min: 8, max: 200 } as const;

/** `Algorithm.Argon2id`: an ambient const enum, which files compiled one by one can't read. */
const ARGON2ID = 2;

/**
 * argon2id with 19 MiB, two passes and one lane: OWASP's minimum for sign-ins, about 30 ms here. The parameters stand in each hash, so
 * that they can be raised without a migration.
 */
const PARAMETERS = { algorithm: ARGON2ID, memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** Hash of nobody's password, so that an unknown user takes as long to refuse as a wrong password. */
const nobody = hash('nobody has this password', PARAMETERS);

/** The hash that is stored. */
export function hashPassword(password: string): Promise<string> {
  return hash(password.normalize('NFC'), PARAMETERS);
}

/** Whether it is the password behind the hash; with no hash (unknown user) false, after the same work. */
export async function isPassword(password: string, passwordHash: string | null): Promise<boolean> {
  const right = await verify(passwordHash ?? (await nobody), password.normalize('NFC'));
  return right && passwordHash !== null;
}
