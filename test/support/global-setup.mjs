import './typescript.mjs';

/** Starts PostgreSQL once for all workers and makes the template that each test's database is a clone of. */
export default async function globalSetup() {
  const { startTestServer, stopTestServer } = await import('./test-server.ts');
  try {
    await startTestServer();
  } catch (error) {
    await stopTestServer();
    throw error;
  }
}
