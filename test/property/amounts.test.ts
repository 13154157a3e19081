import fc from 'fast-check';
import { fenOf, formatYuan, ratio } from '../../src/kernel/index.js';

/* Amounts as they are written. An execution rate is rounded half up to four places (domain §4), whatever the amounts: also of a line that is below zero. */

const absolute = (value: bigint): bigint => (value < 0n ? -value : value);
/** Ten-thousandths that a rate writes. */
const written = (rate: string): bigint => BigInt(rate.replace('.', ''));

const fen = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
const wholes = fen.filter((whole) => whole !== 0n);

test('No other rate of four places is nearer, and a half goes away from zero', () => {
  fc.assert(
    fc.property(fen, wholes, (part, whole) => {
      const rate = ratio(part, whole);
      expect(rate).toMatch(/^-?\d+\.\d{4}$/);
      // |rate − part / whole| ≤ 1/2 of the last place, multiplied out.
      const error = written(rate) * whole - part * 10_000n;
      expect(absolute(error) * 2n).toBeLessThanOrEqual(absolute(whole));
      if (absolute(error) * 2n === absolute(whole)) {
        expect(absolute(written(rate) * whole)).toBeGreaterThan(absolute(part * 10_000n));
      }
    }),
    { numRuns: 2_000 },
  );
});

test('An exact half is rounded up, and below zero down', () => {
  // A part of so many halves of a ten-thousandth: odd ones are the ties.
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 9n }), fc.bigInt({ min: 1n, max: 10n ** 9n }), (places, size) => {
      const [part, whole] = [(places * 2n + 1n) * size, 20_000n * size];
      expect(written(ratio(part, whole))).toBe(places + 1n);
      expect(written(ratio(-part, whole))).toBe(-places - 1n);
      expect(written(ratio(part, -whole))).toBe(-places - 1n);
      expect(ratio(-part, -whole)).toBe(ratio(part, whole));
    }),
  );
});

test.each([
  ['64191061.00 of 345000000.16', 64_191_061_00n, 345_000_000_16n, '0.1861'],
  ['all of it', 7n, 7n, '1.0000'],
  ['almost all of it', 99_999n, 100_000n, '1.0000'],
  ['a half of the last place', 1n, 20_000n, '0.0001'],
  ['less than that', 1n, 20_001n, '0.0000'],
  ['less than that below zero, which is no negative zero', -1n, 20_001n, '0.0000'],
  ['more than is allotted', 3n, 2n, '1.5000'],
  ['a line that was reduced below zero', 100n, -50n, '-2.0000'],
  ['nothing allotted', 0n, 0n, '0.0000'],
])('%s', (_, part, whole, rate) => expect(ratio(part, whole)).toBe(rate));

test('An amount that is written is read back, below zero as well, and any other text is none', () => {
  fc.assert(fc.property(fen, (amount) => expect(fenOf(formatYuan(amount))).toBe(amount)));
  for (const text of ['', '1', '1.0', '1,000.00', '+1.00', '1.00 ']) expect(() => fenOf(text)).toThrow('no amount');
});
