import { createHash } from 'node:crypto';
import type { Digest } from '../kernel/index.js';

/** SHA-256 of Node, for those who may call it and to hand to pure code. */
export const sha256: Digest = (text) => createHash('sha256').update(text).digest('hex');
