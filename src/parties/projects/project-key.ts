import { toSimplified } from '../../platform/simplified.js';

/** What a project is told apart by: its own code where the enterprise gave one, else its title. */
export interface ProjectName {
  readonly title: string;
  readonly code: string | null;
}

const PLAIN_ASCII = /^[\x20-\x7e]*$/;
/** Spaces, punctuation (what people use as such included), and characters that don't show. `+` and `#` stay: C is not C++. */
const NOT_IN_A_TITLE = /(?:(?!#)[\p{P}\p{Z}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}~|<>^`=$])+/gu;
/** What doesn't show: two codes that differ by it alone look the same. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]+/gu;

/**
 * The key by which two awards have the same project (domain §6): `code:…`, else `title:…`. Codes are compared by NFKC, case and outer
 * spaces; titles by NFKC, simplified characters, case, and without spaces and punctuation. Null when nothing is left to compare.
 */
export function projectKey(project: ProjectName): string | null {
  if (project.code !== null) {
    const code = project.code.normalize('NFKC').replace(INVISIBLE, '').trim().toUpperCase();
    if (code !== '') return `code:${code}`;
  }
  const title = normalisedTitle(project.title);
  return title === '' ? null : `title:${title}`;
}

/** A title as far as it tells projects apart. */
export function normalisedTitle(title: string): string {
  // Dropped first: the conversion looks at neighbouring characters, which a space would part.
  const bare = title.normalize('NFKC').replace(NOT_IN_A_TITLE, '').toLowerCase();
  return PLAIN_ASCII.test(bare) ? bare : toSimplified(bare);
}
