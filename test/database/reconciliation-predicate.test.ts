import fc from 'fast-check';
import { checkLineRule, type LineRule } from '../../src/ledger/index.js';
import { mayBreak } from '../../src/reconciliation/rules/line-rule-predicate.js';
import { testDatabase, type TestDatabase } from '../support/database.js';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.close());

const title = { zhHant: '事實', zhHans: '事实', en: 'Fact' };
const NAMES = ['a', 'b', "c'; --"];
const amounts = fc.constantFrom('0.01', '100', '100.00', '300000.00', '1000000.5');
const decimals = fc.constantFrom('-3', '0', '0.5', '30', '30.0', '45.25');
const dates = fc.constantFrom('2015-12-31', '2016-02-29', '2016-02-30', '2016-06-15', '2016-13-01', '1899-01-01', 'tomorrow');
const texts = fc.constantFrom('', ' ', 'x', 'one', '---', '(—)', '１', '+', '中文', '𠀀𠀀', 'x'.repeat(1001));
const values = fc.oneof(
  fc.boolean(),
  fc.constant(null),
  fc.integer({ min: -5, max: 60 }),
  fc.constantFrom(0.5, 30.5, 1e21, 1e-9, -1.5e-7, 0.0000015, 0.123456, 1e15, 123456789.125),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e-5, max: 1e-5 }),
  amounts,
  decimals,
  dates,
  texts,
  fc.constant({ nested: 1 }),
  fc.constant([1]),
);

const fact = fc.oneof(
  fc.record({ type: fc.constant('boolean' as const), equals: fc.option(fc.boolean(), { nil: undefined }) }),
  fc.record({
    type: fc.constant('integer' as const),
    min: fc.option(fc.integer({ min: -5, max: 60 }), { nil: undefined }),
    max: fc.option(fc.integer({ min: -5, max: 60 }), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('decimal' as const),
    min: fc.option(decimals, { nil: undefined }),
    max: fc.option(decimals, { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('money' as const),
    min: fc.option(amounts, { nil: undefined }),
    max: fc.option(amounts, { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('date' as const),
    min: fc.option(fc.constantFrom('2016-01-01', '2016-06-30'), { nil: undefined }),
  }),
  fc.record({
    type: fc.constant('text' as const),
    min: fc.option(fc.integer({ min: 1, max: 3 }), { nil: undefined }),
    max: fc.option(fc.integer({ min: 1, max: 5 }), { nil: undefined }),
    equals: fc.option(fc.constantFrom('x', ['x', 'one']), { nil: undefined }),
  }),
);

const rule = fc
  .record({
    amount: fc.oneof(
      fc.constant({ kind: 'discretionary' as const }),
      amounts.map((amount) => ({ kind: 'fixed' as const, amount })),
      fc
        .record({
          rate: fc.option(fc.constantFrom('0.3', '1', '0.333'), { nil: undefined }),
          cap: fc.option(amounts, { nil: undefined }),
        })
        .map((more) => ({ kind: 'rate' as const, of: 'a', ...more })),
    ),
    facts: fc.array(
      fc.record({
        shape: fact,
        required: fc.boolean(),
        when: fc.option(fc.record({ fact: fc.constantFrom(...NAMES), equals: fc.constantFrom(true, 'x', 30) }), {
          nil: undefined,
        }),
      }),
      { maxLength: 3 },
    ),
    uniqueFacts: fc.option(fc.subarray(NAMES), { nil: undefined }),
  })
  .map(({ amount, facts, uniqueFacts }): LineRule => {
    const clean = (one: object): object => Object.fromEntries(Object.entries(one).filter(([, value]) => value !== undefined));
    const built = facts.map(({ shape, required, when }, index) => clean({ name: NAMES[index], title, required, when, ...shape }));
    return JSON.parse(JSON.stringify({ amount: clean(amount), facts: built, uniqueFacts }));
  });

/** A number that the evaluator refuses because of its exponent, and that PostgreSQL writes in full. */
const SMALL_NUMBER: LineRule = {
  amount: { kind: 'discretionary' },
  facts: [{ name: 'a', title, required: false, type: 'decimal' }],
};

/** A unique fact that has nothing by which it is told from another. */
const UNIQUE_TEXT: LineRule = {
  amount: { kind: 'discretionary' },
  facts: [{ name: 'a', title, required: true, type: 'text' }],
  uniqueFacts: ['a'],
};

/** The set-wise check loads only what it suspects: it must suspect all that the ledger's evaluator refuses. */
test('every award that breaks its rule is suspected', async () => {
  let broken = 0;
  await fc.assert(
    fc.asyncProperty(
      rule,
      fc.dictionary(fc.constantFrom(...NAMES), values),
      fc.constantFrom(1n, 3_000n, 10_000n, 30_000_000n, 100_000_050n),
      async (line, facts, amountFen) => {
        const stored = JSON.parse(JSON.stringify(facts));
        const problem = checkLineRule(line, amountFen, stored);
        const predicate = mayBreak(line, 3);
        if (predicate === null) {
          expect(problem).toBeNull();
          return;
        }
        const [row] = await database.db.rows<{ suspected: boolean }>(
          `SELECT ${predicate.text} AS suspected FROM (SELECT $1::jsonb AS facts, $2::bigint AS awarded_fen) a`,
          [JSON.stringify(stored), amountFen.toString(), ...predicate.values],
        );
        if (problem !== null) {
          broken += 1;
          expect(row?.suspected).toBe(true);
        } else expect(row?.suspected).not.toBeNull();
      },
    ),
    {
      numRuns: 1_500,
      examples: [
        [SMALL_NUMBER, { a: 1e-9 }, 1n],
        [UNIQUE_TEXT, { a: '(—)' }, 1n],
      ],
    },
  );
  expect(broken).toBeGreaterThan(300);
});
