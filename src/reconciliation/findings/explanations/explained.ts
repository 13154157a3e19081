import type { Text } from '../../../kernel/index.js';
import type { Finding } from '../finding.entity.js';
import type { ExplainedAward } from './parts.js';

/** A finding with its awards, as far as an explanation tells of them. */
export interface Explained {
  readonly finding: Pick<
    Finding,
    'rule' | 'evidence' | 'fiscalYear' | 'amountFen' | 'status' | 'resolvedBy' | 'reason' | 'until'
  > & {
    readonly line: { readonly section: string; readonly title: { readonly zhHant: string; readonly en: string } } | null;
  };
  readonly awards: readonly (ExplainedAward & { readonly onHold: boolean })[];
}

/** What people call the finding's line. */
export function lineName({ finding: { line } }: Explained): Text {
  return line === null ? { zh: '', en: '' } : { zh: line.title.zhHant, en: line.title.en };
}

const CHAPTERS = '一二三四五六七八九十';

/** Section of the line: `二(五)3`, in English `2(5)3`. */
export function lineSection({ finding: { line } }: Explained): Text {
  const zh = line?.section ?? '';
  return { zh, en: [...zh].map((one) => (CHAPTERS.includes(one) ? String(CHAPTERS.indexOf(one) + 1) : one)).join('') };
}
