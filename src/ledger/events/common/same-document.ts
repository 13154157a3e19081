import type { Warning } from '../../../kernel/index.js';
import { referenceKey } from '../../rules/claim-keys.js';
import { budgetDocument, reservationDocument, stepDocument } from '../../state/documents.js';
import type { Effects, EntryDraft, PostedDocument } from '../../state/effects.js';
import type { AwardState } from '../../state/model.js';
import type { State } from '../../state/state.js';

/** The document under which an event posts, and the warning where the same was posted under it before. */
export interface DocumentTold {
  readonly document?: PostedDocument;
  readonly warnings: readonly Warning[];
}

const NOTHING: DocumentTold = { warnings: [] };

/**
 * The effects of a budget entry, or of a step of an award, with the document that they post under: accepted again with the same kind, line
 * and amount, and told, because somebody may have sent one paper twice.
 */
export function withDocument(state: State, effects: Effects): Effects {
  const [entry] = effects.entries;
  if (entry === undefined || entry.documentNo === null || effects.newAward !== undefined) return effects;
  const { document, warnings } = documentOf(state, entry, entry.documentNo);
  if (document === undefined) return effects;
  return { ...effects, document, ...(warnings.length === 0 ? {} : { warnings: [...(effects.warnings ?? []), ...warnings] }) };
}

function documentOf(state: State, entry: EntryDraft, documentNo: string): DocumentTold {
  const document = referenceKey(documentNo, state.digest);
  const { award, kind, amountFen, fiscalYear, lineId, effectiveOn } = entry;
  // What moves nothing is none: a settlement, a merger, a row of a register.
  if (document === '' || entry.legs.length === 0) return NOTHING;
  const key =
    award === null
      ? budgetDocument({ kind, fiscalYear, lineId, toLine: toLineOf(entry), amountFen, document })
      : stepDocument({ awardId: award.award.id, kind, amountFen, document });
  const before = state.documents.get(key);
  const posted = { key, seenAs: effectiveOn };
  if (before === undefined) return { document: posted, warnings: [] };
  return {
    document: posted,
    warnings: [
      {
        code: 'same-document-again',
        detail: {
          zh: `文號「${documentNo}」同類、同額的一筆已於 ${before} 入賬,請核對是否重複`,
          en: `The same kind and amount was posted under “${documentNo}” for ${before} already: check whether this is the same paper again`,
        },
      },
    ],
  };
}

function toLineOf({ details }: EntryDraft): string | null {
  const toLine = details?.['toLine'];
  return typeof toLine === 'string' ? toLine : null;
}

/**
 * The approval under which an award is reserved. Across enterprises the same one with the same amount says nothing: an approval often names
 * many of them. So it is with persons of one employer.
 */
export function approvalOf(state: State, award: AwardState): DocumentTold {
  const document = referenceKey(award.approvalRef, state.digest);
  if (document === '') return NOTHING;
  const { enterprise, person, lineId, fiscalYear, awarded: amountFen, number } = award;
  const key = reservationDocument({
    rootId: enterprise.rootId,
    personId: person?.id ?? null,
    lineId,
    fiscalYear,
    amountFen,
    document,
  });
  const before = state.documents.get(key);
  const posted = { key, seenAs: number };
  if (before === undefined) return { document: posted, warnings: [] };
  return {
    document: posted,
    warnings: [
      {
        code: 'same-document-again',
        detail: {
          zh: `該企業在本支出方向已有同一批准文件、同一金額的 ${before},請核對是否重複`,
          en: `The enterprise has ${before} on this line already, by the same approval and of the same amount: check whether it is the same award again`,
        },
      },
    ],
  };
}
