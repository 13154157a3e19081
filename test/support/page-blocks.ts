/** A fenced block of a page. */
export interface PageBlock {
  /** The headings above it, from the second level down: `Start / Without Docker`. */
  readonly place: string;
  readonly language: string;
  /** What else the fence says, e.g. `not-tested`. */
  readonly marks: readonly string[];
  readonly text: string;
}

const FENCE = /^```(.*)$/;
const HEADING = /^(#{2,}) (.*)$/;

/** All fenced blocks of a Markdown page, in its order. */
export function blocksOf(page: string): readonly PageBlock[] {
  const found: PageBlock[] = [];
  const headings: string[] = [];
  let open: { language: string; marks: string[]; lines: string[] } | null = null;
  for (const line of page.split('\n')) {
    const [, info] = FENCE.exec(line) ?? [];
    if (open !== null) {
      if (info === undefined) open.lines.push(line);
      else {
        found.push({ place: headings.join(' / '), language: open.language, marks: open.marks, text: open.lines.join('\n') });
        open = null;
      }
    } else if (info !== undefined) {
      const [language = '', ...marks] = info.split(' ');
      open = { language, marks, lines: [] };
    } else {
      const [, level = '', title = ''] = HEADING.exec(line) ?? [];
      if (level !== '') headings.splice(level.length - 2, headings.length, title);
    }
  }
  if (open !== null) throw new Error(`The last block is never closed: ${open.lines[0] ?? ''}`);
  return found;
}
