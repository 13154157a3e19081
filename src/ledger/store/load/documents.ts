import type { Fen } from '../../../kernel/index.js';
import { bigints, integers, rowAsValue, texts, uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { BudgetDocumentNeed } from '../../events/event-kind.js';
import { referenceKey } from '../../rules/claim-keys.js';
import { budgetDocument, stepDocument } from '../../state/documents.js';
import type { State } from '../../state/state.js';
import type { Foreseen } from '../foresee.js';
import * as SQL from './documents.sql.js';

/**
 * Reads under the locks what steps and budget entries were posted before that the events may repeat under the same document: what is the same
 * has a locked account, or award, in common. Approvals of reservations are read with other programmes' rewards (rewards.ts).
 */
export async function loadDocuments(tx: Tx, fundId: number, foreseen: Foreseen, state: State): Promise<void> {
  const { stepDocuments, budgetDocuments } = foreseen;
  if (stepDocuments.size > 0) await loadSteps(tx, fundId, [...stepDocuments], state);
  if (budgetDocuments.length > 0) await loadBudgetEntries(tx, fundId, budgetDocuments, state);
}

async function loadSteps(tx: Tx, fundId: number, awardIds: readonly string[], state: State): Promise<void> {
  const rows = await tx.rows<StepRow>(SQL.READ_STEP_DOCUMENTS, [fundId, uuids(awardIds, rowAsValue)]);
  for (const { documentNo, effectiveOn, ...step } of rows) {
    state.documents.set(stepDocument({ ...step, document: referenceKey(documentNo, state.digest) }), effectiveOn);
  }
}

interface StepRow {
  readonly awardId: string;
  readonly kind: string;
  readonly amountFen: Fen;
  readonly documentNo: string;
  readonly effectiveOn: string;
}

async function loadBudgetEntries(tx: Tx, fundId: number, needs: readonly BudgetDocumentNeed[], state: State): Promise<void> {
  const wanted = [...new Map(needs.map((need) => [`${need.kind}|${need.fiscalYear}|${need.amountFen}`, need])).values()];
  const rows = await tx.rows<BudgetRow>(SQL.READ_BUDGET_DOCUMENTS, [
    fundId,
    texts(wanted, ({ kind }) => kind),
    integers(wanted, ({ fiscalYear }) => fiscalYear),
    bigints(wanted, ({ amountFen }) => amountFen),
  ]);
  for (const { documentNo, effectiveOn, ...entry } of rows) {
    state.documents.set(budgetDocument({ ...entry, document: referenceKey(documentNo, state.digest) }), effectiveOn);
  }
}

interface BudgetRow {
  readonly kind: string;
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  readonly lineId: number | null;
  readonly toLine: string | null;
  readonly documentNo: string;
  readonly effectiveOn: string;
}
