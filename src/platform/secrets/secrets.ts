import { createHmac } from 'node:crypto';
import { problem, ProblemError } from '../../kernel/index.js';

/** What a secret is used for: each has a key of its own. */
export type SecretUse = 'cursor' | 'request' | 'network';

/** The secret of the database, opened once. */
export class Secrets {
  private opened: string | null = null;
  private readonly keys = new Map<SecretUse, Buffer>();

  /** `read`: reads and unseals it. */
  constructor(private readonly read: () => Promise<string>) {}

  /** Opens it, where that isn't done. Throws OperatorError when the database's is sealed under another SECRET_KEY. */
  async open(): Promise<void> {
    this.opened ??= await this.read();
  }

  /** The secret itself. Throws `unavailable` while it isn't open: the database was not migrated yet when this process started. */
  get secret(): string {
    if (this.opened !== null) return this.opened;
    throw new ProblemError(
      problem('unavailable', '系統尚未就緒，請稍後再試。', 'The service is not ready yet; try again later.', {
        retryAfterSeconds: 1,
      }),
    );
  }

  /** The key for one use. */
  keyFor(use: SecretUse): Buffer {
    let key = this.keys.get(use);
    if (key === undefined) {
      key = createHmac('sha256', this.secret).update(use).digest();
      this.keys.set(use, key);
    }
    return key;
  }
}
