import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID_BYTES = 6;

/** Which key it is: 12 hexadecimal digits that say nothing of the key. */
export function keyIdOf(secretKey: string): string {
  return derived(secretKey, 'key-id', KEY_ID_BYTES).toString('hex');
}

/** The secret sealed under the key: nonce, tag, cipher text. */
export function seal(secret: string, secretKey: string): Buffer {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, derived(secretKey, 'seal', 32), nonce);
  const text = Buffer.concat([cipher.update(secret, 'utf8'), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), text]);
}

/** The secret that was sealed; null: under another key, or it was changed. */
export function unseal(sealed: Buffer, secretKey: string): string | null {
  const [nonce, tag, text] = [
    sealed.subarray(0, NONCE_BYTES),
    sealed.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
    sealed.subarray(NONCE_BYTES + TAG_BYTES),
  ];
  try {
    const decipher = createDecipheriv(CIPHER, derived(secretKey, 'seal', 32), nonce, { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
  } catch {
    return null;
  }
}

/** A key of its own for each use (HKDF-SHA-256). */
function derived(secretKey: string, use: string, bytes: number): Buffer {
  return Buffer.from(hkdfSync('sha256', secretKey, '', `fund-ledger/${use}/1`, bytes));
}
