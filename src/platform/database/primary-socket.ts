import { Socket } from 'node:net';
import type { Host } from './hosts.js';

/** A socket that connects to the server which takes writes, whatever address it is told. */
export class PrimarySocket extends Socket {
  constructor(private readonly primary: () => Promise<Host>) {
    super();
  }

  override connect(): this {
    this.primary().then(
      ({ host, port }) => {
        if (!this.destroyed) super.connect(port, host);
      },
      (error: unknown) => this.destroy(error instanceof Error ? error : new Error('No server takes writes')),
    );
    return this;
  }
}
