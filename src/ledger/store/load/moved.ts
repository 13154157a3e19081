import type { Fen } from '../../../kernel/index.js';
import { integers, rowAsValue, texts, uuids } from '../../../platform/database/columns.js';
import type { Statement, Tx } from '../../../platform/database/database.js';
import { asksOf, type LedgerEvent } from '../../events/index.js';
import { movedKey, type ApprovalKind } from '../../rules/second-person.js';
import type { State } from '../../state/state.js';

interface MovedRow {
  readonly kind: ApprovalKind;
  /** As the events say it (`Asked.of`). */
  readonly of: string;
  readonly amount_fen: Fen;
  readonly people: number;
}

/** $1 fund, $2 awards: their payments. $3 years, $4 kinds: entries of the budget. */
const READ_MOVED: Statement = {
  name: 'ledger.read-moved',
  plannedEachTime: true,
  text: `SELECT 'disbursement' AS kind, e.award_id::text AS of, e.amount_fen, coalesce(cardinality(e.checked_by), 0) AS people
           FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT * FROM journal_entry WHERE fund_id = $1 AND award_id = w.id AND kind = 'disburse') e
          UNION ALL
         SELECT e.kind, concat_ws('|', e.fiscal_year, coalesce(l.code, ''), coalesce(e.details ->> 'toLine', '')), e.amount_fen,
                coalesce(cardinality(e.checked_by), 0)
           FROM journal_entry e LEFT JOIN programme_line l ON l.fund_id = e.fund_id AND l.id = e.line_id
          WHERE e.fund_id = $1 AND e.fiscal_year = ANY ($3::integer[]) AND e.award_id IS NULL AND e.kind = ANY ($4::text[])`,
};

/** What was moved before over which a threshold adds up: read only where the fund has one above zero for what the events ask. */
export async function loadMoved(tx: Tx, fundId: number, events: readonly LedgerEvent[], state: State): Promise<void> {
  const kinds = new Set(state.approvalRules.filter(({ fromFen }) => fromFen > 0n).map(({ kind }) => kind));
  const asking = kinds.size === 0 ? [] : events.filter((event) => asksOf(event).some(({ kind }) => kinds.has(kind)));
  if (asking.length === 0) return;
  const awards = asking.flatMap((event) => (event.kind === 'disburse' ? [event.awardId] : []));
  const years = asking.flatMap((event) => (event.kind !== 'disburse' && 'fiscalYear' in event ? [event.fiscalYear] : []));
  const rows = await tx.rows<MovedRow>(READ_MOVED, [
    fundId,
    uuids([...new Set(awards)], rowAsValue),
    integers([...new Set(years)], rowAsValue),
    texts([...kinds], rowAsValue),
  ]);
  for (const { kind, of, amount_fen: amountFen, people } of rows) {
    const key = movedKey(kind, of);
    state.moved.set(key, [...(state.moved.get(key) ?? []), { amountFen, people }]);
  }
}
