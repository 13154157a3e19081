/** SHA-256 of a text as 64 hex digits. Handed to pure code, which calls nothing of Node by itself. */
export type Digest = (text: string) => string;
