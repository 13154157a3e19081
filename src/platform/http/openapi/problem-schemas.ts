import { getSchemaPath, type ReferenceObject, type SchemaObject } from '@nestjs/swagger';
import { PROBLEMS, type ProblemCode } from '../../../kernel/index.js';
import { PROBLEM_EXTRAS } from './problem-extras.js';

/** What every refusal has (RFC 9457). */
const PROBLEM: SchemaObject = {
  type: 'object',
  description: 'A refusal or fault (RFC 9457). `code` never changes; `title` and `detail` follow Accept-Language.',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'traceId'],
  properties: {
    type: { type: 'string', format: 'uri', example: 'urn:fund-ledger:problem:not-found', description: 'The code as a URN' },
    title: { type: 'string', example: '找不到', description: 'What kind of refusal it is, the same for each of its code' },
    status: {
      type: 'integer',
      example: 404,
      description: 'HTTP status; of an item of a batch, the status it would have had alone',
    },
    detail: { type: 'string', example: '沒有這個路徑或資源。', description: 'What was wrong this time, and what would be right' },
    instance: { type: 'string', example: '/api/v1/awards', description: 'Path of the request, without its query' },
    code: { type: 'string', enum: Object.keys(PROBLEMS), description: 'Stable code: decide by it, not by the texts' },
    traceId: {
      type: 'string',
      example: '4bf92f3577b34da6a3ce929d0e0e4736',
      description: 'By which operators find the request in the log',
    },
    errors: {
      type: 'array',
      description: 'Faulty places of the request',
      items: {
        type: 'object',
        description: 'One faulty place',
        required: ['pointer', 'detail'],
        properties: {
          pointer: {
            type: 'string',
            example: '/enterprise/name',
            description: 'JSON pointer into the body; /query/…, /path/… and /headers/… for what stands elsewhere',
          },
          detail: { type: 'string', example: '須為文字。', description: 'What is wrong there' },
          allowed: {
            type: 'array',
            items: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }] },
            description: 'The values that are allowed there, where there are so many only',
          },
        },
      },
    },
  },
};

const CODES: readonly ProblemCode[] = Object.keys(PROBLEMS).filter((code): code is ProblemCode => code in PROBLEMS);

/** Name of a code's schema: `insufficient-funds` → `InsufficientFundsProblem`. */
export function problemName(code: ProblemCode): string {
  return `${code
    .split('-')
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('')}Problem`;
}

/** A refusal's schema by reference. */
export function problemReference(code: ProblemCode): ReferenceObject {
  return { $ref: getSchemaPath(problemName(code)) };
}

/** A refusal inside an answer (an item of a batch), of one of these codes or of what any request may come to. */
export function problemOf(...codes: readonly ProblemCode[]): { readonly oneOf: ReferenceObject[] } {
  return { oneOf: [...new Set([...EVERYWHERE, ...codes])].map(problemReference) };
}

/** Refusals that every item of a batch may come to, as every write. */
const EVERYWHERE: readonly ProblemCode[] = [
  'validation-failed',
  'idempotency-key-reused',
  'idempotency-in-progress',
  'internal',
  'unavailable',
  'outcome-unknown',
];

/** `Problem`, and a schema for each code of the error-code table: its status, its code, and the members that it alone has. */
export function problemSchemas(): Record<string, SchemaObject> {
  const ofCode = CODES.map((code) => {
    const { status, en } = PROBLEMS[code];
    const { required, optional } = PROBLEM_EXTRAS[code] ?? { required: {} };
    const own: SchemaObject = {
      type: 'object',
      required: Object.keys(required),
      properties: {
        code: { type: 'string', enum: [code], description: 'The code of this refusal alone' },
        status: { type: 'integer', enum: [status], description: 'The status that goes with the code' },
        ...required,
        ...optional,
      },
    };
    return [problemName(code), { description: `${en}.`, allOf: [{ $ref: getSchemaPath('Problem') }, own] }] as const;
  });
  return { Problem: PROBLEM, ...Object.fromEntries(ofCode) };
}

/** The error-code table, for readers of the document. */
export function codeTable(): string {
  const rows = CODES.map((code) => `| ${code} | ${PROBLEMS[code].status} | ${PROBLEMS[code].en} |`);
  return ['| code | status | meaning |', '| --- | --- | --- |', ...rows].join('\n');
}
