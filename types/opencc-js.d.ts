// The package's own types import each other without file extensions, which Node's module resolution does not find.
// Declared as an ambient module, not under "paths": a build that knows of paths would write this file's name into the import.

declare module 'opencc-js/t2cn' {
  /** Converts text from one form of Chinese to another, word by word. */
  export function Converter(options: { readonly from: 't' | 'tw' | 'hk'; readonly to: 'cn' }): (text: string) => string;
}

declare module 'opencc-js/dict/TSCharacters' {
  /** `發 发|髮 发|…`: each Traditional character with the Simplified one that stands for it. */
  const characters: string;
  export { characters as default };
}

declare module 'opencc-js/dict/STCharacters' {
  /** `发 發 髮|…`: each Simplified character with all Traditional ones that it stands for. */
  const characters: string;
  export { characters as default };
}
