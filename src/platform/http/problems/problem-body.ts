import { PROBLEMS, type Problem, type ProblemCode, type Text } from '../../../kernel/index.js';
import { textIn, type Language } from './language.js';

/** A refusal as it is answered (RFC 9457), with the contract's extra members beside these. */
export interface ProblemBody {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly instance: string;
  readonly code: ProblemCode;
  readonly traceId: string;
  readonly errors?: readonly { readonly pointer: string; readonly detail: string; readonly allowed?: readonly unknown[] }[];
  readonly [extra: string]: unknown;
}

/** Where a refusal happened and who reads it. */
export interface ProblemOccasion {
  readonly language: Language;
  /** Path of the request, without its query. */
  readonly instance: string;
  readonly traceId: string;
}

/** Writes a refusal as the member of a problem+json answer, or of one item of a batch. */
export function problemBody(problem: Problem, occasion: ProblemOccasion): ProblemBody {
  const kind = PROBLEMS[problem.code];
  const { language } = occasion;
  return {
    ...extrasIn(problem.extras ?? {}, language),
    type: `urn:fund-ledger:problem:${problem.code}`,
    title: textIn(kind, language),
    status: kind.status,
    detail: textIn(problem.detail, language),
    instance: occasion.instance,
    code: problem.code,
    traceId: occasion.traceId,
    ...(problem.errors && {
      errors: problem.errors.map(({ pointer, detail, allowed }) => ({
        pointer,
        detail: textIn(detail, language),
        ...(allowed === undefined ? {} : { allowed }),
      })),
    }),
  };
}

/** What is a text of two languages is told in the reader's. */
function extrasIn(extras: Readonly<Record<string, unknown>>, language: Language): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(extras).map(([name, value]) => [name, isText(value) ? textIn(value, language) : value]),
  );
}

function isText(value: unknown): value is Text {
  if (typeof value !== 'object' || value === null || !('zh' in value) || !('en' in value)) return false;
  return typeof value.zh === 'string' && typeof value.en === 'string';
}
