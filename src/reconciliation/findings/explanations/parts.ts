import { parseYuan, readableYuan, type Fen, type Text } from '../../../kernel/index.js';

/** An award as an explanation names it: by its approval. */
export interface ExplainedAward {
  readonly approvalRef: string;
  readonly approvedOn: string;
  readonly awarded: Fen;
  /** Net, fen. */
  readonly disbursed: Fen;
}

/** Awards that one paragraph names; of more it says how many there are. */
const NAMED = 10;

/** The awards with approval, date, amount and what is paid. */
export function awardsText(awards: readonly ExplainedAward[]): Text {
  const named = awards.slice(0, NAMED).map(awardText);
  const more = awards.length - named.length;
  return {
    zh: named.map(({ zh }) => zh).join('、') + (more > 0 ? `等 ${awards.length} 項` : ''),
    en: named.map(({ en }) => en).join('; ') + (more > 0 ? `; and ${more} more` : ''),
  };
}

function awardText({ approvalRef, approvedOn, awarded, disbursed }: ExplainedAward): Text {
  const amount = readableYuan(awarded);
  const paid = readableYuan(disbursed);
  return {
    zh: `${approvalRef}(${approvedOn} 批准,${amount} 元,${disbursed > 0n ? `已撥付 ${paid} 元` : '未撥付'})`,
    en: `${approvalRef} (approved on ${approvedOn}, ${amount} yuan, ${disbursed > 0n ? `${paid} paid` : 'nothing paid'})`,
  };
}

/** Joins sentences into a paragraph. */
export function paragraph(...sentences: readonly (Text | null)[]): Text {
  const said = sentences.filter((sentence) => sentence !== null);
  return { zh: said.map(({ zh }) => zh).join(''), en: said.map(({ en }) => en).join(' ') };
}

/** A text of evidence; empty where it has none. */
export function textOf(evidence: unknown, name: string): string {
  const value: unknown = typeof evidence === 'object' && evidence !== null ? Reflect.get(evidence, name) : undefined;
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** A list of evidence. */
export function listOf(evidence: unknown, name: string): readonly unknown[] {
  const value: unknown = typeof evidence === 'object' && evidence !== null ? Reflect.get(evidence, name) : undefined;
  return Array.isArray(value) ? value : [];
}

/** A yuan text of evidence with separators. */
export function yuanOf(evidence: unknown, name: string): string {
  const fen = parseYuan(textOf(evidence, name).replace(/^-/, ''));
  return fen === null ? textOf(evidence, name) : readableYuan(fen);
}
