/** What does not show, and is no white space. */
const INVISIBLE = String.raw`[\u0001-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000110BD\U000110CD\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]`;
/** Whatever is typed for a dash; then white space. */
const DASHES_AND_SPACES = String.raw`\058A\05BE\1400\1806\2010\2011\2012\2013\2014\2015\2212\2E17\2E1A\2E3A\2E3B\2E40\2E5D\301C\3030\30A0\+010D6E\+010EAD\0009\000A\000B\000C\000D\0020\0085\1680\2028\2029`;
/** For each dash a hyphen; what has no match here is dropped. */
const HYPHENS = '----------------------';

/**
 * SQL by which a document's number is the same however it is spelt (domain §6): as `referenceKey` but for capitals, of Latin letters alone.
 * PostgreSQL folds both what is stored and what is looked for, so that two foldings never have to agree. The very expression of the index
 * journal_entry_document, which holds the entries with a number: say `document_no IS NOT NULL` beside it.
 */
export function documentKey(documentNo: string): string {
  return `left(upper(translate(normalize(regexp_replace(${documentNo}, '${INVISIBLE}', '', 'g'), NFKC), U&'${DASHES_AND_SPACES}', '${HYPHENS}') COLLATE "C"), 200)`;
}
