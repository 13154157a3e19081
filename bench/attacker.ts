import { get } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';

/** What the attackers of bench/starve.ts do, in a thread: who measures must not wait for who reads. */
export interface AttackData {
  readonly url: string;
  readonly token: string;
  readonly clients: number;
  /** For so many milliseconds. */
  readonly forMs: number;
}

/** What they came to. */
export interface AttackSums {
  served: number;
  sentAway: number;
}

const { url, token, clients, forMs } = workerData as AttackData;
const end = performance.now() + forMs;
const sums: AttackSums = { served: 0, sentAway: 0 };

/** Reads all of an answer; its status, and after how many seconds to come again. */
function read(): Promise<{ status: number; retryAfter: number }> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { authorization: `Bearer ${token}` } }, (answer) => {
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, retryAfter: Number(answer.headers['retry-after'] ?? '1') }),
      );
      answer.on('error', reject);
      answer.resume();
    });
    request.on('error', reject);
  });
}

async function client(): Promise<void> {
  while (performance.now() < end) {
    const { status, retryAfter } = await read();
    if (status === 200) sums.served += 1;
    else {
      sums.sentAway += 1;
      await sleep(1_000 * retryAfter);
    }
  }
}

await Promise.all(Array.from({ length: clients }, client));
parentPort?.postMessage(sums);
