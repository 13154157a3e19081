import './typescript.mjs';

/** Stops what the global setup started. */
export default async function globalTeardown() {
  const { stopTestServer } = await import('./test-server.ts');
  await stopTestServer();
}
