/** What makes a request the same request (api.md, Writes). */
export interface RequestIdentity {
  /** The client's Idempotency-Key. */
  readonly key: string;
  /** Digest over method, path and canonical body: 32 hex digits. */
  readonly requestHash: string;
}
