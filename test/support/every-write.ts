import type { AwardDto } from '../../src/awards/award.dto.js';
import { randomUUID } from 'node:crypto';
import { Ledger } from '../../src/ledger/index.js';
import type { FindingPageDto } from '../../src/reconciliation/findings/finding.dto.js';
import type { Answer, TestApp } from './app.js';
import { awardRequest } from './award-request.js';
import { mustPost, reservation, yuan } from './ledger.js';
import { until } from './until.js';

const FUND = '/funds/gz-ecommerce';

/** What a write is answered with. */
type Written = Answer<{ id?: string; version?: number; [more: string]: unknown }>;

/**
 * Every write of the contract once, by its route, in an order in which each can be done. The application has a worker, the demonstration's
 * users, and money on manufacturing-app.
 */
export async function everyWrite(app: TestApp): Promise<Map<string, Written>> {
  const [finance, officer, admin] = await Promise.all([app.api('finance'), app.api('officer'), app.api('admin')]);
  const done = new Map<string, Written>();
  const write = async (route: string, by: typeof finance, path: string, body?: unknown, headers: Record<string, string> = {}) => {
    const [method = ''] = route.split(' ');
    const answer = await by.request<{ id: string; version: number; [more: string]: unknown }>(method, path, {
      key: method === 'POST' ? randomUUID() : null,
      headers,
      ...(body === undefined ? {} : { body }),
    });
    done.set(route, answer);
    return answer.body;
  };
  const user = { username: 'another', displayName: '示例', role: 'auditor', password: 'a password of another' };
  const { id } = await write('POST /users', admin, '/users', user);
  await write(
    'PATCH /users/{id}',
    admin,
    `/users/${id}`,
    { displayName: '示範', password: 'another password' },
    { 'if-match': '"1"' },
  );
  const session = await write('POST /auth/login', admin, '/auth/login', { username: 'another', password: 'another password' });
  await write('POST /auth/logout', { ...admin, request: admin.request }, '/auth/logout', undefined, {
    authorization: `Bearer ${String(session['accessToken'])}`,
  });
  const names = { zhHant: '示例局', zhHans: '示例局', en: 'Example' };
  await write('POST /agencies', admin, '/agencies', { code: '市示例局', names });
  const succession = { names, to: '2015-01-31', successors: ['市經貿委'] };
  const path = `/agencies/${encodeURIComponent('市示例局')}`;
  await write('PATCH /agencies/{code}', admin, path, succession, { 'if-match': '"1"' });
  const fund = { code: 'another-fund', name: '示例', annualAmount: '1000.00', firstYear: 2016, lastYear: 2017 };
  await write('POST /funds', finance, '/funds', fund);
  // Of a fund of its own: what follows is asked of one person.
  const policy = { rules: [{ kind: 'disbursement', from: '0.00', steps: 1 }], expiresAfterDays: 30, reason: '示例' };
  await write('POST /funds/{fund}/approval-policy', finance, '/funds/another-fund/approval-policy', policy);
  const line = {
    code: 'another-line',
    section: '示例',
    title: { zhHant: '示例', zhHans: '示例', en: 'Illustrative' },
    leadAgencies: ['市經貿委'],
    form: 'subsidy',
    reservable: true,
    rule: { amount: { kind: 'discretionary' }, facts: [] },
  };
  await write('POST /funds/{fund}/lines', finance, `${FUND}/lines`, line);
  const rule = { amount: { kind: 'discretionary' }, facts: [], oncePerEnterprise: true };
  const change = { section: '示例二', rule, reason: '示例', documentNo: '示例' };
  await write('PATCH /funds/{fund}/lines/{line}', finance, `${FUND}/lines/another-line`, change, { 'if-match': '"1"' });
  await write('POST /funds/{fund}/years/{year}/open', finance, `${FUND}/years/2018/open`);
  const entry = {
    kind: 'supplement',
    amount: '1000.00',
    reason: '示例',
    documentNo: '示例',
    ceilingDocumentNo: '示例',
    effectiveOn: '2016-12-31',
  };
  await write('POST /funds/{fund}/years/{year}/budget-entries', finance, `${FUND}/years/2016/budget-entries`, entry);
  const made = await write('POST /awards', finance, '/awards', awardRequest({ amount: '1000.00' }));
  await write('POST /awards/batch', finance, '/awards/batch', {
    mode: 'all',
    awards: [awardRequest({ amount: '10.00' }), awardRequest({ amount: '20.00' })],
  });
  const details = {
    name: '示例更名',
    address: '示例路1號',
    legalRepresentative: '示例甲',
    phone: '020-1',
    bankAccount: '12345678',
  };
  const enterprise = made['enterprise'] as { id: string };
  await write('PATCH /enterprises/{id}', finance, `/enterprises/${enterprise.id}`, details, { 'if-match': '"1"' });
  const second = await finance.post<AwardDto>('/awards', awardRequest({ amount: '10.00' }));
  const one = `/enterprises/${second.body.enterprise.id}`;
  await write('POST /enterprises/{id}/merge', finance, `${one}/merge`, { into: enterprise.id, reason: '示例' });
  await write('POST /enterprises/{id}/unmerge', finance, `${one}/unmerge`, { reason: '示例' });
  const reading = { reading: 'all-three', reason: '示例' };
  await write('POST /funds/{fund}/highest-of-three', finance, `${FUND}/highest-of-three`, reading);
  const reward = {
    programme: 'headquarters-reward',
    enterprise: enterprise.id,
    fiscalYear: 2016,
    amount: '1.00',
    reference: '示例',
  };
  const external = await write('POST /external-awards', finance, '/external-awards', reward);
  const correction = { amount: '2.00', reason: '示例' };
  await write('PATCH /external-awards/{id}', finance, `/external-awards/${external.id}`, correction, { 'if-match': '"1"' });
  const award = `/awards/${made.id}`;
  const publicity = { from: '2016-03-02', to: '2016-03-08', reference: '示例公示' };
  await write('POST /awards/{id}/publicity', finance, `${award}/publicity`, publicity);
  await write('POST /awards/{id}/commitments', finance, `${award}/commitments`, {
    amount: '900.00',
    documentNo: '合同',
    effectiveOn: '2016-12-31',
  });
  await write('POST /awards/{id}/disbursements', finance, `${award}/disbursements`, {
    amount: '800.00',
    paymentRef: 'ZF-1',
    effectiveOn: '2016-12-31',
  });
  // An officer's payment waits for one of finance.
  const wait = async (): Promise<{ id: string; preview: { hash: string } }> => {
    const asked = { amount: '1.00', paymentRef: randomUUID(), effectiveOn: '2016-12-31' };
    return (await officer.post<{ id: string; preview: { hash: string } }>(`${award}/disbursements`, asked)).body;
  };
  const { id: waits, preview } = await wait();
  await write('POST /approvals/{id}/approve', finance, `/approvals/${waits}/approve`, { previewHash: preview.hash });
  await write('POST /approvals/{id}/reject', finance, `/approvals/${(await wait()).id}/reject`, { reason: '示例' });
  await write('POST /approvals/{id}/withdraw', officer, `/approvals/${(await wait()).id}/withdraw`, {});
  const decided = { decision: 'reject', reason: '示例', items: [{ id: (await wait()).id }] };
  await write('POST /approvals/decisions', finance, '/approvals/decisions', decided);
  await write('POST /awards/{id}/returns', finance, `${award}/returns`, {
    amount: '100.00',
    paymentRef: 'ZF-1',
    reason: '示例',
    effectiveOn: '2016-12-31',
  });
  const demand = { amount: '200.00', paymentRef: 'ZF-1', reason: '示例', effectiveOn: '2016-12-31' };
  const demanded = await write('POST /awards/{id}/recovery-demands', finance, `${award}/recovery-demands`, demand);
  const [{ id: demandId }] = demanded['demands'] as [{ id: string }];
  const recovery = { amount: '200.00', demandId, receiptRef: 'SK-1', effectiveOn: '2016-12-31' };
  await write('POST /awards/{id}/recoveries', finance, `${award}/recoveries`, recovery);
  await write('POST /awards/{id}/releases', finance, `${award}/releases`, {
    from: 'reserved',
    reason: '示例',
    effectiveOn: '2016-12-31',
  });
  await write('POST /reconciliation-runs', finance, '/reconciliation-runs', { fund: 'gz-ecommerce' });
  await write('POST /findings/{id}/resolve', finance, `/findings/${await duplicate(app)}/resolve`, {
    resolution: 'dismiss',
    reason: '示例',
  });
  return done;
}

/** The id of a finding about two awards of one project. The application has a worker, and manufacturing-app money. */
export async function duplicate(app: TestApp): Promise<string> {
  const finance = await app.api('finance');
  const ledger = app.app.get(Ledger);
  const first = reservation({ amountFen: yuan('10.00') });
  await mustPost(ledger, first);
  await mustPost(ledger, { ...first, approvedOffline: true });
  let found: string | undefined;
  await until('the finding is open', async () => {
    const { body } = await finance.get<FindingPageDto>('/findings?rule=one-subsidy&status=open');
    found = body.items[0]?.id;
    return found !== undefined;
  });
  return found ?? '';
}
