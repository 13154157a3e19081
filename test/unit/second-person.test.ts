import { policyFaults } from '../../src/approvals/policy/policy-faults.js';
import { stepsFor, type ApprovalKind, type ApprovalRule } from '../../src/ledger/index.js';
import { yuan } from '../support/ledger.js';

const rule = (kind: ApprovalKind, from: string, steps: number): ApprovalRule => ({ kind, fromFen: yuan(from), steps });
const asked = (kind: ApprovalKind, amount: string | null) => ({ kind, amountFen: amount === null ? null : yuan(amount) });

const RULES = [
  rule('disbursement', '100.00', 1),
  rule('disbursement', '1000.00', 3),
  rule('override', '0.00', 2),
  rule('settlement', '1000.00', 1),
];

test.each([
  ['nothing, where no rule is of the kind', [asked('virement', '1000000.00')], 0],
  ['nothing below the threshold', [asked('disbursement', '99.99')], 0],
  ['one person from the threshold on', [asked('disbursement', '100.00')], 1],
  ['one person just below the next', [asked('disbursement', '999.99')], 1],
  ['as many as the highest threshold that is reached', [asked('disbursement', '1000.00')], 3],
  ['somebody always, from 0.00 on', [asked('override', '0.01')], 2],
  ['somebody whatever the threshold, where there is no amount', [asked('settlement', null)], 1],
  ['the most of what is asked for', [asked('disbursement', '100.00'), asked('override', '1.00')], 2],
  ['nothing, where nothing is asked for', [], 0],
])('It needs %s', (_, what, steps) => {
  expect(stepsFor(RULES, what)).toBe(steps);
});

test('A fund without rules asks for nobody', () => {
  expect(stepsFor([], [asked('disbursement', '1000000.00'), asked('settlement', null)])).toBe(0);
});

test.each<[string, ApprovalRule[], string[]]>([
  [
    'Three thresholds of a kind, in any order, are fine',
    [rule('lapse', '2.00', 3), rule('lapse', '0.00', 1), rule('lapse', '1.00', 1)],
    [],
  ],
  ['The same threshold of two kinds is fine', [rule('lapse', '0.00', 1), rule('merge', '0.00', 1)], []],
  ['A threshold that stands there already is a fault', [rule('lapse', '1.00', 1), rule('lapse', '1.00', 2)], ['/rules/1/from']],
  ['A fourth threshold is a fault, once', [0, 1, 2, 3, 4].map((from) => rule('lapse', `${from}.00`, 1)), ['/rules/3']],
  ['Steps that fall as the amount rises are a fault', [rule('lapse', '0.00', 2), rule('lapse', '1.00', 1)], ['/rules/1/steps']],
  [
    'wherever the smaller amount stands',
    [rule('lapse', '1.00', 1), rule('merge', '0.00', 3), rule('lapse', '0.00', 2)],
    ['/rules/0/steps'],
  ],
  [
    'Each fault has its place',
    [rule('lapse', '1.00', 2), rule('lapse', '1.00', 2), rule('lapse', '9.00', 1)],
    ['/rules/1/from', '/rules/2/steps'],
  ],
  ['No rules are fine', [], []],
])('%s', (_, rules, pointers) => {
  expect(policyFaults(rules).map(({ pointer }) => pointer)).toEqual(pointers);
});
