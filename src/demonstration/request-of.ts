import { createHash } from 'node:crypto';
import type { RequestIdentity } from '../kernel/index.js';

/** Goes up when the data of the demonstration change: what an older version has posted is then not taken for this one's. */
const VERSION = 3;

/** The same request at every start. */
export function requestOf(what: string): RequestIdentity {
  const key = `demonstration/${VERSION}/${what}`;
  return { key, requestHash: createHash('sha256').update(key).digest('hex').slice(0, 32) };
}
