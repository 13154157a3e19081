import type { BusinessDate, Text } from '../kernel/index.js';

/** What may wait for a user. */
export const WORK_KINDS = [
  'approvals-waiting',
  'approvals-asked',
  'findings-open',
  'findings-due',
  'overrides-expiring',
  'awards-on-hold',
  'awards-unpaid',
  'demands-open',
] as const;
export type WorkKind = (typeof WORK_KINDS)[number];

interface Work {
  readonly title: Text;
  /** The list that holds exactly what is counted, and the filters by which it does. `until`: the last day that the work list looks to. */
  readonly list: (until: BusinessDate) => { readonly path: string; readonly filters: Readonly<Record<string, string>> };
}

const WORK: Readonly<Record<WorkKind, Work>> = {
  'approvals-waiting': {
    title: { zh: '待我覆核的申請', en: 'Requests that wait for me' },
    list: () => ({ path: '/approvals', filters: { waitingFor: 'me' } }),
  },
  'approvals-asked': {
    title: { zh: '我提出、尚待覆核的申請', en: 'My requests that wait for another' },
    list: () => ({ path: '/approvals', filters: { status: 'pending', requestedBy: 'me' } }),
  },
  'findings-open': {
    title: { zh: '待處理的疑點', en: 'Open findings' },
    list: () => ({ path: '/findings', filters: { status: 'open' } }),
  },
  'findings-due': {
    title: { zh: '知悉期限將至或已過的疑點', en: 'Acknowledged findings that are due' },
    list: (until) => ({ path: '/findings', filters: { dueBy: until } }),
  },
  'overrides-expiring': {
    title: { zh: '期限將至或已過的越過指標核准', en: 'Overrides that expire soon, or have expired' },
    list: (until) => ({ path: '/journal', filters: { overrideExpiresBy: until } }),
  },
  'awards-on-hold': {
    title: { zh: '暫停支付的扶持項目', en: 'Awards on hold' },
    list: () => ({ path: '/awards', filters: { onHold: 'true' } }),
  },
  'awards-unpaid': {
    title: { zh: '已承諾、尚未撥付的扶持項目', en: 'Awards committed and unpaid' },
    list: () => ({ path: '/awards', filters: { status: 'committed' } }),
  },
  'demands-open': {
    title: { zh: '應追回款未收訖的扶持項目', en: 'Awards with money demanded back' },
    list: () => ({ path: '/awards', filters: { demanded: 'true' } }),
  },
};

/** What people call it. */
export function workTitle(kind: WorkKind): Text {
  return WORK[kind].title;
}

/** Path and query of the list, under the API's root. `asked`: what narrows the work list narrows the list. */
export function workLink(
  kind: WorkKind,
  until: BusinessDate,
  asked: { readonly fund?: string | undefined; readonly fiscalYear?: number | undefined },
): string {
  const { path, filters } = WORK[kind].list(until);
  const query = new URLSearchParams({
    ...filters,
    ...(asked.fund === undefined ? {} : { fund: asked.fund }),
    ...(asked.fiscalYear === undefined ? {} : { fiscalYear: String(asked.fiscalYear) }),
  });
  return `/api/v1${path}?${query.toString()}`;
}
