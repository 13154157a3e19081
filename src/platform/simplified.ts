import { Converter } from 'opencc-js/t2cn';

/** Traditional Chinese as Simplified, word by word; what is Simplified already stays. Texts that differ by script alone become the same. */
export const toSimplified = Converter({ from: 't', to: 'cn' });
