import { hash } from 'node:crypto';

/**
 * Under which a request is remembered: UUID-formatted first 16 bytes of SHA-256 over actor, key and index (of the item in a batch
 * that is remembered item by item; else 0).
 */
export function requestKeyHash(actorId: string, key: string, index = 0): string {
  const hex = hash('sha256', `${actorId}\n${index}\n${key}`, 'hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`;
}
