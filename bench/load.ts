import { organizationCheck } from '../src/parties/index.js';
import { postOverOneConnection } from './client.js';

/** What a load came to. */
export interface LoadResult {
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

let serial = 0;

/** The body of a reservation on manufacturing-app for 1.00 yuan; a hundred projects to an enterprise. */
export function awardBody(): Record<string, unknown> {
  serial += 1;
  const code = String(Math.floor(serial / 100)).padStart(8, '0');
  return {
    fund: 'gz-ecommerce',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    enterprise: { name: `示例企業${code}`, organizationCode: `${code}${organizationCheck(code) ?? ''}` },
    project: { title: `示例電子商務建設項目第${serial}期` },
    amount: '1.00',
    approvalRef: `示例批覆〔2016〕${serial}號`,
    approvedOn: '2016-03-01',
    effectiveOn: '2016-03-02',
    facts: {},
  };
}

/** Sends `amount` requests, each with its own body and key, over so many connections; every one must be answered with `expected`. */
export async function load(what: {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  readonly amount: number;
  readonly body: () => unknown;
  readonly expected: number;
}): Promise<LoadResult> {
  const run = `${process.pid}-${performance.now()}`;
  const latencies: number[] = [];
  // Written before the clock starts: on two cores, making the requests would take from those who answer them.
  const requests = Array.from({ length: what.amount }, (_, index) => ({
    body: JSON.stringify(what.body()),
    key: `${run}-${index}`,
  }));
  const next = () => requests.pop() ?? null;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(what.connections, what.amount) }, () =>
      postOverOneConnection(new URL(what.url), what.token, next, (answer) => {
        if (answer.status !== what.expected)
          throw new Error(`Answered with ${answer.status}, not ${what.expected}: ${answer.body.slice(0, 500)}`);
        latencies.push(answer.milliseconds);
      }),
    ),
  );
  const seconds = (performance.now() - started) / 1_000;
  if (latencies.length !== what.amount) throw new Error(`Only ${latencies.length} of ${what.amount} were answered`);
  latencies.sort((left, right) => left - right);
  const quantile = (share: number): number => Math.round(latencies[Math.floor(latencies.length * share)] ?? 0);
  return { perSecond: what.amount / seconds, p50Ms: quantile(0.5), p99Ms: quantile(0.99) };
}
