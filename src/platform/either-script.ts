import characters from 'opencc-js/dict/TSCharacters';

/** Every character that is written otherwise in the other script, with all its forms: 发, 發 and 髮 each with 发發髮. */
const FORMS = formsOf(characters.split('|').map((pair) => pair.split(' ')));

/** What may mean something in a regular expression of PostgreSQL, and with a backslash before it never does. */
const SPECIAL = /[!-/:-@[-`{-~]/;

/** A regular expression of PostgreSQL (`~*`) that finds a text in Traditional and in Simplified characters alike. */
export function inEitherScript(text: string): string {
  return Array.from(text, (character) => {
    const forms = FORMS.get(character);
    if (forms !== undefined) return `[${forms}]`;
    return SPECIAL.test(character) ? `\\${character}` : character;
  }).join('');
}

function formsOf(pairs: readonly (readonly string[])[]): ReadonlyMap<string, string> {
  const bySimplified = new Map<string, string>();
  for (const [traditional = '', simplified = ''] of pairs) {
    bySimplified.set(simplified, (bySimplified.get(simplified) ?? simplified) + traditional);
  }
  return new Map([...bySimplified.values()].flatMap((forms) => Array.from(forms, (form) => [form, forms])));
}
