import fc from 'fast-check';
import { countMembers } from '../../src/platform/http/body/count-members.js';
import { isExactNumber } from '../../src/platform/http/body/exact-number.js';
import { duplicateKey, pointerAt } from '../../src/platform/http/body/json-places.js';
import { scanJson } from '../../src/platform/http/body/json-scan.js';
import { firstOddity } from '../../src/platform/http/body/wholesome.js';

const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 });
const ODD = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

const depthOf = (value: unknown): number =>
  typeof value === 'object' && value !== null ? 1 + Math.max(0, ...Object.values(value).map(depthOf)) : 0;

const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.entries(value).flatMap(([key, member]) => [...(Array.isArray(value) ? [] : [key]), ...strings(member)])
      : [];

describe('the scan of JSON bytes', () => {
  it('finds the depth, the members and every odd character of whatever is written', () => {
    fc.assert(
      fc.property(json, fc.constantFrom(0, 2), (value, indent) => {
        const scan = scanJson(Buffer.from(JSON.stringify(value, null, indent)));
        expect(scan.depth).toBe(depthOf(value));
        expect(scan.members).toBe(countMembers(value));
        if (strings(value).some((text) => ODD.test(text) || !text.isWellFormed())) expect(scan.isSuspect).toBe(true);
      }),
    );
  });

  it('suspects no ordinary text', () => {
    const text = '{"title":"廣州“示例”〔2016〕12號——a/b\\"c\\\\d\\/e é ∀ 🙂","n":[1,-2.5,0]}';
    expect(scanJson(Buffer.from(text))).toEqual({ depth: 2, members: 2, isSuspect: false, numbers: [] });
  });

  it('never throws at bytes that are no JSON', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => expect(scanJson(bytes).depth).toBeGreaterThanOrEqual(0)));
  });

  it('finds the numbers that may not be kept', () => {
    const text = '{"a":[1e3,123456789012345,1234567890123456,-0.1234567890123456,1e400,-1.5E-99,1e0100],"b":"1e400"}';
    const found = scanJson(Buffer.from(text)).numbers.map(([from, to]) => text.slice(from, to));
    expect(found).toEqual(['1234567890123456', '-0.1234567890123456', '1e400', '1e0100']);
  });
});

describe('a number', () => {
  it.each(['0', '-0', '0.0', '1.10', '0.1', '1e3', '1E+3', '100', '9007199254740991', '1e22', '5e-324', '0.30', '-12.5e-2'])(
    '%s is kept',
    (text) => expect(isExactNumber(text)).toBe(true),
  );

  it.each([
    '1e400',
    '-1e999',
    '1e-400',
    '12345678901234567890',
    '9007199254740993',
    '0.1234567890123456789',
    '123456789012345678901234567890',
    '100000000000000000.01',
  ])('%s is not', (text) => expect(isExactNumber(text)).toBe(false));

  it('is kept as whatever number writes it', () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => isExactNumber(String(value))));
  });
});

describe('a place in the text', () => {
  it('is a pointer', () => {
    const text = '{"a":{"1e400":[1,"1e400",{"x/y":1e400}]},"b":1e400}';
    expect(pointerAt(text, text.indexOf('1e400}'))).toBe('/a/1e400/2/x~1y');
    expect(pointerAt(text, text.lastIndexOf('1e400'))).toBe('/b');
    expect(pointerAt('1e400', 0)).toBe('');
  });
});

describe('an object that names a member twice', () => {
  it.each([
    ['{"a":1,"a":2}', '/a'],
    ['{"a":1,"\\u0061":2}', '/a'],
    ['{"a":[{},{"b":{"c":1,"d":":,{}[]","c":3}}]}', '/a/1/b/c'],
    ['[{"x/y~z":1,"x/y~z":1}]', '/0/x~1y~0z'],
    ['{"a":{"b":1},"b":{"a":1},"c":["a","a"]}', null],
  ])('%s: %p', (text, pointer) => {
    expect(duplicateKey(text)).toBe(pointer);
    expect(scanJson(Buffer.from(text)).members !== countMembers(JSON.parse(text))).toBe(pointer !== null);
  });
});

describe('a text', () => {
  const pointerOf = (text: string): string | null => firstOddity(JSON.parse(text))?.errors?.[0]?.pointer ?? null;

  it.each<[string, string | null]>([
    ['{"a":"\\ud83d\\ude00"}', null],
    ['{"a":"\\ud83d"}', '/a'],
    ['{"\\ude00":1}', ''],
    ['{"a":{"__proto__":1}}', '/a'],
    ['{"constructor":{"prototype":{}}}', ''],
    ['{"constructor":"a name"}', null],
    ['{"title":"a\\nb"}', '/title'],
    ['{"reason":"a\\nb","notes":"a\\n\\nb"}', null],
    ['{"reason":"a\\r\\nb"}', '/reason'],
    ['{"reason":"a\\tb"}', '/reason'],
    ['{"a":["x","\\u202e"]}', '/a/1'],
    ['{"a":"\u0085"}', '/a'],
    ['{"a":"\u2066"}', '/a'],
    ['{"\u200f":1}', ''],
    ['{"password":"\\u0007\\t"}', '/password'],
    ['{"facts":{"reason":"a\\nb"}}', '/facts/reason'],
    ['{"awards":[{"notes":"a\\nb"},{"facts":{"x":{"notes":["a\\nb"]}}}]}', '/awards/1/facts/x/notes/0'],
    ['{"distinctFrom":[{"reason":"a\\nb"}]}', null],
  ])('%s: %p', (text, pointer) => expect(pointerOf(text)).toBe(pointer));
});
