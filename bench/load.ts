import { organizationCheck } from '../src/parties/index.js';
import { postOverOneConnection } from './client.js';
import { quantile } from './statistics.js';

/** What a load came to. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** Bodies of reservations on manufacturing-app for 1.00 yuan, a hundred projects to an enterprise: from one serial number on always the same. */
export class AwardBodies {
  constructor(private serial = 0) {}

  next(): Record<string, unknown> {
    this.serial += 1;
    const code = String(Math.floor(this.serial / 100)).padStart(8, '0');
    return {
      fund: 'gz-ecommerce',
      fiscalYear: 2016,
      line: 'manufacturing-app',
      enterprise: { name: `示例企業${code}`, organizationCode: `${code}${organizationCheck(code) ?? ''}` },
      project: { title: `示例電子商務建設項目第${this.serial}期` },
      amount: '1.00',
      approvalRef: `示例批覆〔2016〕${this.serial}號`,
      approvedOn: '2016-03-01',
      effectiveOn: '2016-03-02',
      facts: {},
    };
  }

  /** The body of a batch. */
  batch(size: number): Record<string, unknown> {
    return { mode: 'each', awards: Array.from({ length: size }, () => this.next()) };
  }
}

/** Sends `amount` requests, each with its own body and key, over so many connections; every one must be answered with `expected`. */
export async function load(what: {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly amount: number;
  readonly body: (index: number) => unknown;
  /** Where each goes, below `url`; left out: all to `url` itself. */
  readonly path?: (index: number) => string;
  readonly expected: number;
}): Promise<LoadResult> {
  const run = `${process.pid}-${performance.now()}`;
  const latencies: number[] = [];
  const url = new URL(what.url);
  // Written before the clock starts: on two cores, making the requests would take from those who answer them.
  const requests = Array.from({ length: what.amount }, (_, index) => ({
    path: `${url.pathname}${what.path?.(index) ?? ''}`,
    body: JSON.stringify(what.body(index)),
    key: `${run}-${index}`,
  }));
  const next = () => requests.pop() ?? null;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(what.connections, what.amount) }, () =>
      postOverOneConnection(url, what.token, next, (answer) => {
        if (answer.status !== what.expected)
          throw new Error(`Answered with ${answer.status}, not ${what.expected}: ${answer.body.slice(0, 500)}`);
        latencies.push(answer.milliseconds);
      }),
    ),
  );
  const seconds = (performance.now() - started) / 1_000;
  if (latencies.length !== what.amount) throw new Error(`Only ${latencies.length} of ${what.amount} were answered`);
  return { perSecond: what.amount / seconds, p50Ms: quantile(latencies, 0.5), p99Ms: quantile(latencies, 0.99) };
}
