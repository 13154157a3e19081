import type { Fen } from '../../kernel/index.js';

/*
 * What is posted under a document, as one text: two entries with the same text are the same but for their numbers. Budget entries are
 * compared within their year, steps within their award, reservations within their enterprise (with whom it is merged), line and year.
 */

/** A budget entry: its kind, year, line or lines, and amount. */
export function budgetDocument(of: {
  readonly kind: string;
  readonly fiscalYear: number;
  readonly lineId: number | null;
  /** Line code that a virement moves to. */
  readonly toLine: string | null;
  readonly amountFen: Fen;
  /** Folded. */
  readonly document: string;
}): string {
  return `${of.kind}|${of.fiscalYear}|${of.lineId ?? ''}|${of.toLine ?? ''}|${of.amountFen}|${of.document}`;
}

/** A step of an award: its kind and amount. */
export function stepDocument(of: {
  readonly awardId: string;
  readonly kind: string;
  readonly amountFen: Fen;
  /** Folded. */
  readonly document: string;
}): string {
  return `${of.awardId}|${of.kind}|${of.amountFen}|${of.document}`;
}

/** A reservation: whom, on which line of which year, and how much. One document often names many persons of one employer. */
export function reservationDocument(of: {
  readonly rootId: string;
  readonly personId: string | null;
  readonly lineId: number;
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  /** The approval, folded. */
  readonly document: string;
}): string {
  return `${of.rootId}|${of.personId ?? ''}|${of.lineId}|${of.fiscalYear}|${of.amountFen}|${of.document}`;
}
