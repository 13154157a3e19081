import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/**
 * A way to PostgreSQL that can go silent: connections that are open then stay open and carry nothing any more, as after a host that went
 * without a word or a firewall that forgot them. New ones work.
 */
export class SilentProxy {
  private readonly server: Server;
  private readonly open = new Set<{ near: Socket; isSilent: boolean }>();

  constructor(private readonly target: URL) {
    this.server = createServer((near) => {
      const far = connect(Number(this.target.port), this.target.hostname);
      const pair = { near, isSilent: false };
      this.open.add(pair);
      near.on('data', (chunk: Buffer) => pair.isSilent || far.write(chunk));
      far.on('data', (chunk: Buffer) => pair.isSilent || near.write(chunk));
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

  close(): void {
    this.server.close();
    for (const { near } of this.open) near.destroy();
  }
}
