import fc from 'fast-check';
import { isLongList, slicedJson } from '../../src/platform/http/answers/sliced-json.js';

test('A long list is written as JSON.stringify writes it, whatever its items and members', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.jsonValue({ stringUnit: 'binary' }), { minLength: 51, maxLength: 80 }),
      fc.dictionary(fc.string(), fc.option(fc.jsonValue(), { nil: undefined }), { maxKeys: 3 }),
      fc.boolean(),
      async (items, others, isFirst) => {
        const body = isFirst ? { ...others, items } : { items, ...others, ...(Array.isArray(others['items']) ? {} : { items }) };
        expect(isLongList(body)).toBe(true);
        expect(Buffer.concat(await slicedJson(body)).toString()).toBe(JSON.stringify(body));
      },
    ),
  );
});

test('What is long is made of many parts, with turns for everybody else', async () => {
  const items = Array.from({ length: 200 }, (_, n) => ({ n, text: 'x'.repeat(14_000) }));
  let turns = 0;
  let turn = setImmediate(function count() {
    turns += 1;
    turn = setImmediate(count);
  });
  const parts = await slicedJson({ items });
  clearImmediate(turn);
  expect(Math.max(...parts.map(({ length }) => length))).toBeLessThan(64 * 1024);
  expect(turns).toBeGreaterThan(1);
});

test('What is short is no long list', () => {
  expect([null, [], { items: 'x' }, { items: Array.from({ length: 50 }) }].map(isLongList)).toEqual([false, false, false, false]);
});
