/** What makes a request the same request (api.md, Writes). */
export interface RequestIdentity {
  /** The client's Idempotency-Key. */
  readonly key: string;
  /** Digest over method, path and canonical body: 32 hex digits. */
  readonly requestHash: string;
  /** Id of the user that sent it, where that is not the one who acts: a checker decides what its maker does. */
  readonly sentBy?: string;
  /** The item's place, where a request is remembered item by item; left out: 0. */
  readonly place?: number;
}
