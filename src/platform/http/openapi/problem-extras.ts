import type { SchemaObject } from '@nestjs/swagger';
import type { ProblemCode } from '../../../kernel/index.js';

/** A member that only some refusals have. */
type Extras = Readonly<Record<string, SchemaObject>>;

const YUAN: SchemaObject = { type: 'string', pattern: String.raw`^-?\d+\.\d{2}$`, example: '150000.00' };
const ID: SchemaObject = { type: 'string', format: 'uuid' };
const NUMBER: SchemaObject = { type: 'string', example: '2016-ipo-000001', description: 'Number of the award' };

const KEY: SchemaObject = {
  type: 'object',
  description: 'By what two awards are of one project; never the text itself, which may be a person’s',
  required: ['kind'],
  properties: {
    kind: {
      type: 'string',
      enum: ['code', 'title', 'fact', 'person'],
      description: 'Whether project code, title, fact or person',
    },
    fact: { type: 'string', example: 'patentNumber', description: 'Name of the fact in `facts`; only where it is one' },
  },
};
const KEYS: SchemaObject = { type: 'array', items: KEY, description: 'What the two awards share' };

const CONFLICTING_AWARD: SchemaObject = {
  type: 'object',
  description: 'The award that stands in the way',
  required: ['id', 'number', 'line', 'amount'],
  properties: {
    id: { ...ID, description: 'For GET /awards/{id}; an officer of another agency is answered 404 there' },
    number: NUMBER,
    line: { type: 'string', example: 'ipo', description: 'Code of its programme line' },
    amount: { ...YUAN, description: 'What was awarded, yuan' },
  },
};

const HOLD: SchemaObject = {
  type: 'object',
  description: 'One cause, and what it is about',
  required: ['rule', 'finding'],
  properties: {
    rule: {
      type: 'string',
      enum: ['one-subsidy', 'line-rule', 'highest-of-three'],
      description: 'The rule that holds the award',
    },
    finding: { ...ID, nullable: true, description: 'The open finding; null: a run has yet to open it' },
    award: {
      type: 'object',
      description: 'The award that goes before this one',
      required: ['id', 'number'],
      properties: { id: { ...ID, description: 'For GET /awards/{id}' }, number: NUMBER, keys: KEYS },
    },
    errors: {
      type: 'array',
      items: { type: 'string', example: '/amount' },
      description: 'JSON pointers to what breaks the line’s rule',
    },
    highest: {
      type: 'object',
      description: 'The higher reward of the year',
      required: ['programme', 'total'],
      properties: {
        programme: {
          type: 'string',
          enum: ['headquarters-reward', 'private-enterprise-reward', 'ours'],
          description: 'Which of the three programmes gives it',
        },
        total: { ...YUAN, description: 'Of that programme in the year, yuan' },
      },
    },
  },
};

const PAYMENT: SchemaObject = {
  type: 'object',
  description: 'A payment that was not returned or recovered whole',
  required: ['award', 'number', 'paymentRef', 'net'],
  properties: {
    award: { ...ID, description: 'The award that was paid' },
    number: NUMBER,
    paymentRef: { type: 'string', example: 'ZF-2016-000123', description: 'Treasury’s number of the payment' },
    net: { ...YUAN, description: 'Paid without what came back, yuan' },
  },
};

const ACCOUNT: SchemaObject = {
  type: 'object',
  description: 'The account whose balance is not what its postings come to',
  required: ['code', 'line', 'fiscalYear'],
  properties: {
    code: { type: 'string', example: '4610', description: 'Code in the chart of accounts' },
    line: { type: 'string', nullable: true, example: 'ipo', description: 'Its programme line; null: of the fund as a whole' },
    fiscalYear: { type: 'integer', example: 2016, description: 'The year that the account is of' },
  },
};

const AVAILABLE: SchemaObject = { ...YUAN, description: 'What there is on the day that the refusal names, yuan' };

/** Members beside those that every refusal has, by code: `required` ones are always there. */
export const PROBLEM_EXTRAS: Partial<Record<ProblemCode, { readonly required: Extras; readonly optional?: Extras }>> = {
  'insufficient-funds': {
    required: { available: AVAILABLE },
    optional: { ceiling: { ...YUAN, description: 'Most that the year may be given, yuan; of an appropriation or supplement' } },
  },
  'project-already-subsidised': {
    required: {},
    optional: {
      conflictingAward: CONFLICTING_AWARD,
      conflictingItem: { type: 'integer', example: 0, description: 'Index of the item of the same batch that stands in the way' },
      keys: KEYS,
    },
  },
  'award-on-hold': {
    required: {
      findings: { type: 'array', items: ID, description: 'Open findings that name the award' },
      holds: { type: 'array', items: HOLD, description: 'Everything that holds it: each must end' },
    },
  },
  'approval-required': {
    required: {
      steps: { type: 'integer', minimum: 1, maximum: 3, example: 1, description: 'How many people beside the maker must agree' },
    },
  },
  'exceeds-open-amount': { required: { open: { ...YUAN, description: 'What is open there, yuan' } } },
  'line-not-reservable': {
    required: { reason: { type: 'string', example: '本支出方向不安排資金', description: 'Why, in the reader’s language' } },
  },
  'award-has-payments': { required: { payments: { type: 'array', items: PAYMENT, description: 'What would be demanded back' } } },
  'year-passed': { required: { paidYear: { type: 'integer', example: 2016, description: 'Fiscal year of the payment' } } },
  'already-exists': {
    required: {},
    optional: {
      conflictingAward: CONFLICTING_AWARD,
      externalAward: { ...ID, description: 'The external award that is recorded already' },
    },
  },
  'ledger-damaged': {
    required: {},
    optional: {
      account: ACCOUNT,
      award: { ...NUMBER, description: 'Number of the award whose amounts are not what its entries say' },
    },
  },
  'line-rule-violated': {
    required: { rule: { type: 'string', example: 'amount-rate', description: 'The part of the line’s rule that is broken' } },
    optional: { conflictingAward: CONFLICTING_AWARD },
  },
};
