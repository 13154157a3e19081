import type { Title } from '../../ledger/index.js';
import type { Language } from '../../platform/http/index.js';

/** A line's titles as the database keeps them; null where an account has no line. */
interface StoredTitles {
  readonly title_zh_hant: string | null;
  readonly title_zh_hans: string | null;
  readonly title_en: string | null;
}

/** Title of a programme line in the reader's language. */
export function titleIn(titles: StoredTitles, language: Language): string | null {
  if (language === 'en') return titles.title_en;
  return language === 'zh-Hans' ? titles.title_zh_hans : titles.title_zh_hant;
}

/** A title in the reader's language. */
export function inLanguage(title: Title, language: Language): string {
  if (language === 'en') return title.en;
  return language === 'zh-Hans' ? title.zhHans : title.zhHant;
}
