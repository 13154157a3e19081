import type { Text } from '../kernel/index.js';
import type { EntryKind } from '../ledger/index.js';

const TITLES: Readonly<Record<EntryKind, Text>> = {
  appropriation: { zh: '預算批覆', en: 'Appropriation' },
  supplement: { zh: '追加', en: 'Supplement' },
  reduction: { zh: '追減', en: 'Reduction' },
  allotment: { zh: '指標分解', en: 'Allotment' },
  'allotment-return': { zh: '指標退回', en: 'Allotment returned' },
  virement: { zh: '調劑', en: 'Virement' },
  reserve: { zh: '預留', en: 'Reserve' },
  commit: { zh: '承諾', en: 'Commit' },
  disburse: { zh: '撥付', en: 'Disburse' },
  release: { zh: '釋放', en: 'Release' },
  return: { zh: '退回', en: 'Returned payment' },
  'recovery-demand': { zh: '應追回', en: 'Recovery demanded' },
  recovery: { zh: '追回', en: 'Recovery received' },
  'assign-hold': { zh: '暫停支付調整', en: 'Hold assigned' },
  settle: { zh: '疑點處理', en: 'Finding settled' },
};

/** Every kind of journal entry. */
export const ENTRY_KINDS: readonly string[] = Object.keys(TITLES);

/** What people call a kind of entry; the kind itself where it has no title yet. */
export function entryKindTitle(kind: string): Text {
  return Object.entries(TITLES).find(([known]) => known === kind)?.[1] ?? { zh: kind, en: kind };
}
