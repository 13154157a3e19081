/** Traditional Chinese as Simplified. Handed to pure code, which has no dictionary by itself. */
export type Simplify = (text: string) => string;

/** What tells no name from another: brackets, points, dashes, spaces, and what doesn't show. */
const SILENT = /[^\p{L}\p{N}]/gu;

/** A name as it is compared, whoever wrote it: script, width, case, spaces and punctuation are none. */
export function nameKey(name: string, simplify: Simplify): string {
  return simplify(name.normalize('NFKC')).replace(SILENT, '').toUpperCase();
}
