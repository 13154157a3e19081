import { accepted, invalid, parseYuan, refused, type Result, type Text } from '../../kernel/index.js';
import { entryKindTitle, type BudgetEvent } from '../../ledger/index.js';
import type { NewBudgetEntryDto } from './budget-entry.dto.js';

type Field = 'line' | 'fromLine' | 'toLine' | 'ceilingDocumentNo' | 'override';

/** Which of the optional members each kind needs or may have; any other is refused rather than ignored. */
const FIELDS: Readonly<Record<NewBudgetEntryDto['kind'], { readonly needs: readonly Field[]; readonly may: readonly Field[] }>> =
  {
    appropriation: { needs: [], may: ['ceilingDocumentNo'] },
    supplement: { needs: [], may: ['ceilingDocumentNo'] },
    reduction: { needs: [], may: ['line', 'override'] },
    allotment: { needs: ['line'], may: [] },
    'allotment-return': { needs: ['line'], may: [] },
    virement: { needs: ['fromLine', 'toLine'], may: [] },
  };

/** What people call each. */
const NAMES: Readonly<Record<Field, Text>> = {
  line: { zh: '支出方向', en: 'programme line' },
  fromLine: { zh: '調出的支出方向', en: 'programme line that gives' },
  toLine: { zh: '調入的支出方向', en: 'programme line that takes' },
  ceilingDocumentNo: { zh: '提高上限的文號', en: 'document that raises the ceiling' },
  override: { zh: '越過指標的核准', en: 'leave to go below zero' },
};

const ALL: readonly Field[] = ['line', 'fromLine', 'toLine', 'ceilingDocumentNo', 'override'];

/** Reads a budget entry as the ledger's event, or says which member is missing or out of place. */
export function budgetEvent(body: NewBudgetEntryDto, fiscalYear: number): Result<BudgetEvent> {
  const { needs, may } = FIELDS[body.kind];
  const title = entryKindTitle(body.kind);
  for (const field of ALL) {
    const name = NAMES[field];
    // An optional member may also be given as null.
    const isGiven = (body[field] ?? null) !== null;
    if (!isGiven && needs.includes(field))
      return refused(invalid(`/${field}`, `「${title.zh}」須註明${name.zh}`, `“${title.en}” needs ${name.en}`));
    if (isGiven && !needs.includes(field) && !may.includes(field)) {
      return refused(invalid(`/${field}`, `「${title.zh}」沒有${name.zh}`, `“${title.en}” has no ${name.en}`));
    }
  }
  const { kind, line = '', fromLine = '', toLine = '', override = null } = body;
  const common = {
    fiscalYear,
    amountFen: parseYuan(body.amount) ?? 0n,
    effectiveOn: body.effectiveOn ?? null,
    documentNo: body.documentNo,
    reason: body.reason,
  };
  switch (kind) {
    case 'appropriation':
    case 'supplement':
      return accepted({ ...common, kind, ceilingDocumentNo: body.ceilingDocumentNo ?? null });
    case 'reduction':
      if (override !== null && line === '') {
        return refused(invalid('/override', '只有追減支出方向時才可越過', 'Only a reduction of a line can be overridden'));
      }
      return accepted({ ...common, kind, line: body.line ?? null, override });
    case 'allotment':
    case 'allotment-return':
      return accepted({ ...common, kind, line });
    case 'virement':
      if (fromLine === toLine) return refused(invalid('/toLine', '須為另一支出方向', 'Must be another line'));
      return accepted({ ...common, kind, fromLine, toLine });
  }
}
