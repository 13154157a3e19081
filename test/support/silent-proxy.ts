import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** The tag that a COMMIT is answered with. */
const COMMITTED = Buffer.from('COMMIT\0');

/**
 * A way to PostgreSQL that can go silent: connections that are open then stay open and carry nothing any more, as after a host that went
 * without a word or a firewall that forgot them. New ones work.
 */
export class SilentProxy {
  private readonly server: Server;
  private readonly open = new Set<{ near: Socket; isSilent: boolean }>();
  /** What breaks everything once the answer to a COMMIT was passed on. */
  private isBreaking = false;
  private isDown = false;

  constructor(private readonly target: URL) {
    this.server = createServer((near) => {
      if (this.isDown) {
        near.destroy();
        return;
      }
      const far = connect(Number(this.target.port), this.target.hostname);
      for (const socket of [near, far]) socket.setNoDelay();
      const pair = { near, isSilent: false };
      this.open.add(pair);
      near.on('data', (chunk: Buffer) => pair.isSilent || far.write(chunk));
      far.on('data', (chunk: Buffer) => {
        if (pair.isSilent) return;
        if (!this.isBreaking || !chunk.includes(COMMITTED)) near.write(chunk);
        else {
          this.isBreaking = false;
          this.isDown = true;
          near.write(chunk, () => this.breakAll());
        }
      });
      for (const socket of [near, far]) socket.on('error', () => undefined);
      near.on('close', () => {
        this.open.delete(pair);
        if (!pair.isSilent) far.destroy();
      });
      far.on('close', () => {
        if (!pair.isSilent) near.destroy();
      });
    });
  }

  /** The target's URL, by way of this proxy. */
  async listen(): Promise<string> {
    this.server.listen(0, '127.0.0.1');
    await once(this.server, 'listening');
    const url = new URL(this.target);
    url.hostname = '127.0.0.1';
    url.port = String((this.server.address() as AddressInfo).port);
    return url.href;
  }

  /** Says nothing any more on the connections that are open. Answers how many. */
  silence(): number {
    for (const pair of this.open) pair.isSilent = true;
    return this.open.size;
  }

  /** The next COMMIT is answered; then every connection breaks, and there are no others until `mend`. */
  breakAfterCommit(): void {
    this.isBreaking = true;
  }

  /** Whether it has broken. */
  get isBroken(): boolean {
    return this.isDown;
  }

  mend(): void {
    this.isDown = false;
  }

  private breakAll(): void {
    for (const { near } of this.open) near.destroySoon();
  }

  close(): void {
    this.server.close();
    for (const { near } of this.open) near.destroy();
  }
}
