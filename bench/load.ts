import autocannon from 'autocannon';
import { organizationCheck } from '../src/parties/index.js';

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
  let answered = 0;
  let strange: string | null = null;
  const run = `${process.pid}-${performance.now()}`;
  let key = 0;
  const started = performance.now();
  const instance = autocannon({
    url: what.url,
    connections: what.connections,
    amount: what.amount,
    timeout: 60,
    requests: [
      {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${what.token}` },
        setupRequest: (request) => {
          key += 1;
          return {
            ...request,
            headers: { ...request.headers, 'idempotency-key': `${run}-${key}` },
            body: JSON.stringify(what.body()),
          };
        },
        onResponse: (status, body) => {
          if (status === what.expected) answered += 1;
          else strange ??= `${status}: ${body.slice(0, 500)}`;
        },
      },
    ],
  });
  const result = await instance;
  const seconds = (performance.now() - started) / 1_000;
  if (answered !== what.amount)
    throw new Error(
      `Only ${answered} of ${what.amount} were answered with ${what.expected}; ${strange} (${result.errors} errors)`,
    );
  return { perSecond: what.amount / seconds, p50Ms: result.latency.p50, p99Ms: result.latency.p99 };
}
