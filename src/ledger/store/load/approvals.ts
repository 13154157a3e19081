import type { Fen } from '../../../kernel/index.js';
import { bigints, integers, rowAsValue, texts, uuids } from '../../../platform/database/columns.js';
import type { ApprovalNeed } from '../../events/event-kind.js';
import { MAY_FOLD, referenceKey } from '../../rules/claim-keys.js';
import { reservationDocument } from '../../state/documents.js';
import type { State } from '../../state/state.js';

/** Where reservations may have been made before by the same approval: each enterprise, line, year and amount once. */
export interface ApprovalPlace {
  readonly rootId: string;
  readonly lineId: number;
  readonly fiscalYear: number;
  readonly amountFen: Fen;
}

/** What is asked for: places and approvals, folded. */
export interface ApprovalsWanted {
  readonly places: readonly ApprovalPlace[];
  readonly documents: ReadonlySet<string>;
}

/** An award of one of the places, which are counted from 1. */
export interface ApprovalRow {
  readonly at: number;
  readonly number: string;
  readonly approvalRef: string;
  readonly personId: string | null;
}

/** What reservations of known enterprises ask for; a new one has no awards. */
export function approvalsWanted(needs: readonly ApprovalNeed[], state: State): ApprovalsWanted {
  const places = new Map<string, ApprovalPlace>();
  const documents = new Set<string>();
  for (const { organizationCode, line, fiscalYear, amountFen, approvalRef } of needs) {
    const rootId = state.enterprises.get(organizationCode)?.rootId;
    const lineId = state.linesByCode.get(line)?.id;
    if (rootId === undefined || lineId === undefined) continue;
    const place = `${rootId}|${lineId}|${fiscalYear}|${amountFen}`;
    if (!places.has(place)) places.set(place, { rootId, lineId, fiscalYear, amountFen });
    documents.add(referenceKey(approvalRef, state.digest));
  }
  return { places: [...places.values()], documents };
}

/** The same as parameters of the statement. */
export function approvalColumns({ places, documents }: ApprovalsWanted): readonly unknown[] {
  return [
    uuids(places, ({ rootId }) => rootId),
    integers(places, ({ lineId }) => lineId),
    integers(places, ({ fiscalYear }) => fiscalYear),
    bigints(places, ({ amountFen }) => amountFen),
    texts([...documents], rowAsValue),
    MAY_FOLD,
  ];
}

/** Keeps which awards were reserved by them, each told by the first. */
export function keepApprovals(state: State, { places }: ApprovalsWanted, rows: readonly ApprovalRow[]): void {
  for (const { at, personId, approvalRef, number } of rows) {
    const place = places[at - 1];
    if (place === undefined) continue;
    const key = reservationDocument({ ...place, personId, document: referenceKey(approvalRef, state.digest) });
    if (!state.documents.has(key)) state.documents.set(key, number);
  }
}
