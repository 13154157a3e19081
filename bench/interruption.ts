/** The benchmark was told to stop. */
export class InterruptedError extends Error {
  constructor() {
    super('Interrupted');
    this.name = 'InterruptedError';
  }
}

/** How what was started or made and still is there ends, the newest last. */
const endings: (() => Promise<void>)[] = [];
let isInterrupted = false;

/**
 * Notes how something just started or made ends, and answers the one function that ends it, however often it is called. After an
 * interruption it is ended at once and `InterruptedError` thrown, so that nothing new comes up while the rest goes down.
 */
export async function endedOnce(end: () => Promise<void>): Promise<() => Promise<void>> {
  let ended: Promise<void> | undefined;
  const ending = (): Promise<void> => {
    ended ??= end().finally(() => {
      endings.splice(endings.indexOf(ending), 1);
    });
    return ended;
  };
  endings.push(ending);
  if (isInterrupted) {
    await ending();
    throw new InterruptedError();
  }
  return ending;
}

/**
 * Runs the work and leaves nothing behind, whatever comes of it. SIGINT or SIGTERM ends the newest thing first, up to the folders: PostgreSQL runs in a process group of its own, which
 * no Ctrl-C reaches, and a process left behind would take from the next measurement. The work then fails of what was taken from it, and
 * this throws `InterruptedError`. A second signal kills.
 */
export async function interruptible<T>(work: () => Promise<T>): Promise<T> {
  let ending: Promise<void> = Promise.resolve();
  const onSignal = (): void => {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
    process.stderr.write('Stopping and removing what was started and made\n');
    isInterrupted = true;
    ending = endAll();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  try {
    return await work();
  } catch (error) {
    throw isInterrupted ? new InterruptedError() : error;
  } finally {
    await ending;
    await endAll();
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal);
  }
}

async function endAll(): Promise<void> {
  for (let ending = endings.at(-1); ending !== undefined; ending = endings.at(-1)) {
    await ending().catch((error: unknown) => process.stderr.write(`${String(error)}\n`));
  }
}
