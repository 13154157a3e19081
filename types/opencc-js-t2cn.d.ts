// The package's own types import each other without file extensions, which Node's module resolution does not find.

/** Converts text from one form of Chinese to another, word by word. */
export declare function Converter(options: { readonly from: 't' | 'tw' | 'hk'; readonly to: 'cn' }): (text: string) => string;
