import pg from 'pg';
import { connectionOptions } from '../database/connection-options.js';
import { OUTBOX_CHANNEL } from './outbox-bell.js';

/** A connection that listens. */
export interface Listening {
  close(): Promise<void>;
}

/** Milliseconds before a lost connection is opened again. */
const RECONNECT_MS = 1_000;

/** Listens on a connection of its own for the rings of other processes; opens it again whenever it is lost. */
export function listenForRings(databaseUrl: string, onRing: () => void): Listening {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const reopen = (): void => {
    const lost = client;
    client = null;
    if (lost !== null) void lost.end().catch(() => undefined);
    if (closed || timer !== null) return;
    timer = setTimeout(() => {
      timer = null;
      opening = open();
    }, RECONNECT_MS);
  };

  const open = async (): Promise<void> => {
    const opened = new pg.Client({ ...connectionOptions(databaseUrl), application_name: 'fund-ledger-outbox', keepAlive: true });
    opened.on('error', reopen);
    opened.on('end', () => {
      if (client === opened) reopen();
    });
    opened.on('notification', onRing);
    try {
      await opened.connect();
      await opened.query(`LISTEN ${OUTBOX_CHANNEL}`);
      client = opened;
      onRing();
    } catch {
      void opened.end().catch(() => undefined);
      reopen();
    }
  };

  let opening = open();
  return {
    close: async () => {
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await opening;
      const last = client;
      client = null;
      await last?.end();
    },
  };
}
