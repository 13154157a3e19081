import { formatYuan } from '../../kernel/index.js';
import type { EntryRecord } from '../../ledger/index.js';
import type { BudgetEntryDto } from './budget-entry.dto.js';

/** `details` of an entry hold what only its kind says (fromLine, toLine, ceilingDocumentNo, ceilingRaised, override, lacking). */
export function entryView(what: {
  fund: string;
  line: string | null;
  createdBy: string;
  checkedBy?: readonly string[];
  entry: EntryRecord;
}): BudgetEntryDto {
  const { entry } = what;
  return {
    id: entry.id,
    kind: entry.kind,
    status: 'posted',
    fund: what.fund,
    fiscalYear: entry.fiscalYear,
    amount: formatYuan(entry.amountFen),
    ...(what.line === null ? {} : { line: what.line }),
    ...entry.details,
    reason: entry.reason,
    documentNo: entry.documentNo,
    effectiveOn: entry.effectiveOn,
    recordedAt: entry.recordedAt.toISOString(),
    createdBy: what.createdBy,
    ...(what.checkedBy === undefined ? {} : { checkedBy: [...what.checkedBy] }),
  };
}
