import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { canonicalJson } from '../../src/kernel/index.js';
import { Secrets } from '../../src/platform/secrets/secrets.js';
import { Cursors } from '../../src/platform/http/index.js';
import { requestKeyHash } from '../../src/platform/request-key.js';

const wellFormed = fc.string({ unit: 'binary' });
const json = fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 });

/** RFC 8785 without any thought of speed. */
function canonicalize(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalize).join(',')}]`;
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalize(member)}`).join(',')}}`;
}

describe('canonical JSON', () => {
  it('writes the example of RFC 8785', () => {
    const example = {
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '\u20ac$\u000F\u000aA\'\u0042\u0022\u005c\\\"\/',
      literals: [null, true, false],
    };
    expect(canonicalJson(example)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
  });

  it('is what RFC 8785 says', () => {
    fc.assert(fc.property(json, (value) => expect(canonicalJson(value)).toBe(canonicalize(value))));
  });

  it('sorts many keys as it sorts few', () => {
    fc.assert(
      fc.property(fc.dictionary(wellFormed, fc.integer(), { minKeys: 20, maxKeys: 40 }), (value) =>
        expect(canonicalJson(value)).toBe(canonicalize(value)),
      ),
    );
  });
});

describe('keys', () => {
  it('are UUID-shaped digests of actor, key and index', () => {
    const actor = randomUUID();
    const hashes = [
      requestKeyHash(actor, 'a'),
      requestKeyHash(actor, 'a', 1),
      requestKeyHash(actor, 'b'),
      requestKeyHash(randomUUID(), 'a'),
    ];
    expect(new Set(hashes).size).toBe(hashes.length);
    expect(hashes.every((hash) => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(hash))).toBe(true);
    expect(requestKeyHash(actor, 'a', 0)).toBe(hashes[0]);
  });
});

describe('cursors', () => {
  const secrets = (secret: string): Secrets => new Secrets(() => Promise.resolve(secret));
  const [ours, another] = [secrets('ours'), secrets('another')];
  const cursors = new Cursors(ours);
  beforeAll(() => Promise.all([ours.open(), another.open()]));

  it('lead back to the id only with their own filters and key', () => {
    fc.assert(
      fc.property(fc.uuid(), fc.dictionary(fc.string(), fc.string()), (id, filters) => {
        const { nextCursor } = cursors.page([id, 'next'], 1, filters, (row) => row);
        const query = { cursor: nextCursor ?? '' };
        expect(cursors.after(query, filters)).toBe(id);
        expect(() => cursors.after(query, { ...filters, more: 1 })).toThrow('validation-failed');
        expect(() => new Cursors(another).after(query, filters)).toThrow('validation-failed');
      }),
    );
  });
});
