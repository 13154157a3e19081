import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvOf, withoutFormula } from '../../src/reports/renderers/csv.js';
import type { Row } from '../../src/reports/report.js';

async function textOf(rows: AsyncIterable<Row> | Iterable<Row>): Promise<string> {
  const columns = [
    { key: 'name', title: { zh: '名稱', en: 'Name' } },
    { key: 'amount', title: { zh: '金額', en: 'Amount' } },
  ];
  let text = '';
  for await (const chunk of csvOf({ columns, rows, totals: () => ({}) }, 'zh-Hans')) text += String(chunk);
  return text;
}

describe('CSV of a report', () => {
  it('starts with a byte order mark and titles in the language, quotes what needs it, and ends lines as RFC 4180 says', async () => {
    expect(
      await textOf([
        { name: 'a "b", c', amount: '-20.00', other: 'left out' },
        { name: null, amount: '0.00' },
      ]),
    ).toBe('\uFEFF名称,金额\r\n"a ""b"", c",-20.00\r\n,0.00\r\n');
  });

  it('has its titles even without rows', async () => {
    expect(await textOf([])).toBe('\uFEFF名称,金额\r\n');
  });

  it('has further parts behind an empty line, each with its titles', async () => {
    const column = (key: string) => ({ key, title: { zh: `${key}欄`, en: key } });
    const part = (key: string, ...values: string[]) => ({
      columns: [column(key)],
      rows: values.map((value) => ({ [key]: value })),
    });
    const table = { ...part('a', '1', '2'), totals: () => ({}), further: [part('b', '=3'), part('c')] };
    let text = '';
    for await (const chunk of csvOf(table, 'en')) text += String(chunk);
    expect(text).toBe("\uFEFFa\r\n1\r\n2\r\n\r\nb\r\n'=3\r\n\r\nc\r\n");
  });

  // Whoever else reads it ends a row at any line break, and expects as many cells in each.
  const readBack = (text: string): string[][] => parse(text, { bom: true, record_delimiter: ['\r\n', '\n', '\r'] });
  const SIGNS = ['\n', '\r', '\r\n', '"', ',', '=', '+', '-', '@', '\t', '＝', '＋', '－', '＠', "'", ' ', ';', '1', 'a', '字'];
  const nasty = fc.array(fc.constantFrom(...SIGNS), { maxLength: 6 }).map((signs) => signs.join(''));

  it('is read back by another reader row by row and cell by cell, whatever a text holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(nasty, nasty), { maxLength: 5 }), async (pairs) => {
        const text = await textOf(pairs.map(([name, amount]) => ({ name, amount })));
        const [titles, ...rows] = readBack(text);
        expect(titles).toEqual(['名称', '金额']);
        expect(rows).toEqual(pairs.map((pair) => pair.map(withoutFormula)));
        for (const cell of rows.flat()) expect(cell).not.toMatch(/^\s*[=+@＝＋－＠]/);
      }),
      { numRuns: 500 },
    );
  });

  it.each(['第一行\n=1+1', '第一行\r=1+1', '第一行\r\n=1+1', '\n=1+1', 'a\n', '"\n"', 'a"b', 'a,b'])(
    'keeps %j in its cell',
    async (text) => {
      expect(readBack(await textOf([{ name: text, amount: '1.00' }]))[1]).toEqual([withoutFormula(text), '1.00']);
    },
  );

  it.each(['=1+1', '+1+1', '-1+1', '@SUM(A1)', '\t=1', '\r=1', '\n=1', '\t1', ' =1', '　＝1', '＝1', '＋1', '－1', '＠A'])(
    'takes the formula out of %j',
    (text) => {
      expect(withoutFormula(text)).toBe(`'${text}`);
    },
  );

  it.each(['-20.00', '20.00', '2016-01-01', '穗府辦〔2014〕54號', "'quoted", ''])('leaves %j as it is', (text) => {
    expect(withoutFormula(text)).toBe(text);
  });

  it('fetches no further rows than the reader takes, and stops when it goes away', async () => {
    let fetched = 0;
    let ended = false;
    async function* endless(): AsyncGenerator<Row> {
      try {
        for (;;) {
          fetched += 1;
          yield await Promise.resolve({ name: 'x'.repeat(1_000), amount: '1.00' });
        }
      } finally {
        ended = true;
      }
    }
    const stream = csvOf(
      { columns: [{ key: 'name', title: { zh: '名稱', en: 'Name' } }], rows: endless(), totals: () => ({}) },
      'en',
    );
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(fetched).toBeLessThan(200);
    stream.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(ended).toBe(true);
  });

  it('breaks off when the reading fails, so that no half table looks whole', async () => {
    async function* failing(): AsyncGenerator<Row> {
      yield await Promise.resolve({ name: 'first', amount: '1.00' });
      throw new Error('the database is away');
    }
    await expect(textOf(failing())).rejects.toThrow('the database is away');
  });
});
