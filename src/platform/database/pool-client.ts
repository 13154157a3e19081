import pg from 'pg';

/**
 * A connection whose break never ends the process. The server may refuse in the very packet in which it greets (a restart, a session
 * that is ended): pg then reports the fault before whoever asked for the connection can listen for it, and an unheard 'error' event is
 * thrown. The statement that uses the connection reports the fault.
 */
export class PoolClient extends pg.Client {
  constructor(config?: string | pg.ClientConfig) {
    super(config);
    this.on('error', () => undefined);
  }
}
