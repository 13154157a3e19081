import { randomUUID } from 'node:crypto';
import { Ledger } from '../../src/ledger/index.js';
import type { Answer, TestApp } from './app.js';
import { duplicate } from './every-write.js';
import { mustPost, yuan } from './ledger.js';
import type { Operation } from './openapi.js';

/** What an example comes to: members that later ones refer to. */
interface Made {
  readonly id: string;
  readonly version: number;
  readonly preview: { readonly hash: string };
  readonly enterprise: { readonly id: string };
  readonly demands: readonly { readonly id: string }[];
  readonly results: readonly { readonly award: { readonly enterprise: { readonly id: string } } }[];
}

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

const HASH = /[0-9a-f]{64}/g;

/** The example of an operation's body as text; an id in it stands for one that the reader knows, and so does a digest. */
export function exampleBody({ name, what: { requestBody } }: Operation, id = '', hash = ''): string {
  const example: unknown =
    requestBody === undefined || '$ref' in requestBody ? undefined : requestBody.content['application/json']?.example;
  if (example === undefined) throw new Error(`${name} has no example`);
  return JSON.stringify(example).replaceAll(HASH, hash).replaceAll(UUID, id);
}

/**
 * Sends the example of every body to a server that has the policy's seeds, the demonstration's users and a worker, in an order in which each
 * can be done. Answers what each came to, by its operation.
 */
export async function sendExamples(app: TestApp, operations: readonly Operation[]): Promise<ReadonlyMap<string, Answer<Made>>> {
  const names = ['finance', 'officer', 'admin', null];
  const [finance, officer, admin, nobody] = await Promise.all(names.map((name) => app.api(name)));
  if (finance === undefined || officer === undefined || admin === undefined || nobody === undefined) throw new Error('Nobody');
  const done = new Map<string, Answer<Made>>();
  const send = async (
    by: typeof finance,
    name: string,
    names: Readonly<Record<string, string>> = {},
    id?: string,
    hash?: string,
  ): Promise<Made> => {
    const operation = operations.find((one) => one.name === name);
    if (operation === undefined) throw new Error(`There is no ${name}`);
    const path = operation.path
      .replace('/api/v1', '')
      .replaceAll(/\{(\w+)\}/g, (_, part: string) => encodeURIComponent(names[part] ?? ''));
    const isPatch = operation.method === 'PATCH';
    const headers = isPatch ? { 'if-match': (await by.get(path)).headers.get('etag') ?? '' } : {};
    const key = isPatch ? null : randomUUID();
    const answer = await by.request<Made>(operation.method, path, { body: exampleBody(operation, id, hash), key, headers });
    done.set(name, answer);
    return answer.body;
  };
  const ledger = app.app.get(Ledger);
  const fund = { fund: 'gz-ecommerce' };
  await mustPost(ledger, {
    kind: 'appropriation',
    fiscalYear: 2016,
    amountFen: yuan('500000000.00'),
    ceilingDocumentNo: null,
    effectiveOn: '2016-01-04',
  });
  await send(nobody, 'POST /auth/login');
  const { id: user } = await send(admin, 'POST /users');
  await send(admin, 'PATCH /users/{id}', { id: user });
  await send(finance, 'POST /funds');
  // Of the fund of the example: what follows is asked of one person.
  await send(finance, 'POST /funds/{fund}/approval-policy', { fund: 'sz-ecommerce' });
  await send(finance, 'POST /funds/{fund}/lines', fund);
  await send(finance, 'PATCH /funds/{fund}/lines/{line}', { ...fund, line: 'livestream' });
  await send(finance, 'POST /funds/{fund}/years/{year}/budget-entries', { ...fund, year: '2016' });
  const award = await send(finance, 'POST /awards');
  const { id } = award;
  const batch = await send(finance, 'POST /awards/batch');
  await send(finance, 'POST /awards/{id}/publicity', { id });
  await send(finance, 'POST /awards/{id}/commitments', { id });
  await send(finance, 'POST /awards/{id}/disbursements', { id });
  // An officer's payment waits for one of finance.
  const wait = async () => {
    const body = { amount: '1.00', paymentRef: randomUUID(), effectiveOn: '2016-05-01' };
    return (await officer.post<Made>(`/awards/${id}/disbursements`, body)).body;
  };
  const approved = await wait();
  await send(finance, 'POST /approvals/{id}/approve', { id: approved.id }, undefined, approved.preview.hash);
  await send(finance, 'POST /approvals/{id}/reject', { id: (await wait()).id });
  await send(officer, 'POST /approvals/{id}/withdraw', { id: (await wait()).id });
  await send(finance, 'POST /approvals/decisions', {}, (await wait()).id);
  await send(finance, 'POST /awards/{id}/releases', { id });
  await send(finance, 'POST /awards/{id}/returns', { id });
  const { demands } = await send(finance, 'POST /awards/{id}/recovery-demands', { id });
  await send(finance, 'POST /awards/{id}/recoveries', { id }, demands[0]?.id);
  await send(finance, 'PATCH /enterprises/{id}', award.enterprise);
  await send(finance, 'POST /enterprises/{id}/merge', batch.results[0]?.award.enterprise, award.enterprise.id);
  await send(finance, 'POST /enterprises/{id}/unmerge', batch.results[0]?.award.enterprise);
  const external = await send(finance, 'POST /external-awards');
  await send(finance, 'PATCH /external-awards/{id}', { id: external.id });
  await send(finance, 'POST /reconciliation-runs');
  await send(finance, 'POST /findings/{id}/resolve', { id: await duplicate(app) });
  await send(finance, 'POST /funds/{fund}/highest-of-three', fund);
  await send(admin, 'POST /agencies');
  await send(admin, 'PATCH /agencies/{code}', { code: '市經貿委' });
  return done;
}
