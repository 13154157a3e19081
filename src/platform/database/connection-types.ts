import pg from 'pg';

const BIGINT = 20;
const DATE = 1082;
const DATE_ARRAY = 1182;
const BIGINT_ARRAY = 1016;

type Parser = (text: string) => unknown;

const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [BIGINT, BigInt],
  [DATE, String],
  [BIGINT_ARRAY, (text) => elements(text).map(BigInt)],
  [DATE_ARRAY, elements],
]);

/** Elements of an array literal whose elements need no quotes. */
function elements(text: string): string[] {
  return text === '{}' ? [] : text.slice(1, -1).split(',');
}

/**
 * Types of our own connections: bigint stays exact and a date stays the date it is. Kept off pg's global table, which BullMQ's
 * connections share.
 */
export const CONNECTION_TYPES: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0], format?: 'text' | 'binary'): Parser => {
    const own = format === 'binary' ? undefined : PARSERS.get(oid);
    return own ?? (pg.types.getTypeParser(oid, format) as Parser);
  },
};
