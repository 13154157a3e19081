/**
 * Every refusal that the product knows, with its HTTP status and its title in Traditional Chinese and English
 * (Simplified Chinese is converted from Traditional where it is shown). `code` is part of the HTTP contract and never changes.
 */
export const PROBLEMS = {
  'validation-failed': { status: 400, zh: '請求不符合要求', en: 'The request is not valid' },
  unauthenticated: { status: 401, zh: '尚未登入', en: 'Not signed in' },
  forbidden: { status: 403, zh: '沒有權限', en: 'Not permitted' },
  'self-approval': { status: 403, zh: '經辦與覆核不得為同一人', en: 'Maker and checker must differ' },
  'not-found': { status: 404, zh: '找不到', en: 'Not found' },
  'method-not-allowed': { status: 405, zh: '不支援的方法', en: 'Method not allowed' },
  'insufficient-funds': { status: 409, zh: '可用金額不足', en: 'Insufficient funds' },
  'project-already-subsidised': { status: 409, zh: '該項目當年度已獲扶持', en: 'The project is already subsidised this year' },
  'award-on-hold': { status: 409, zh: '扶持項目已暫停支付', en: 'The award is on hold' },
  'exceeds-open-amount': { status: 409, zh: '超過尚餘金額', en: 'More than the open amount' },
  'year-not-open': { status: 409, zh: '預算年度未開放', en: 'The fiscal year is not open' },
  'line-not-reservable': { status: 409, zh: '該支出方向不可預留', en: 'The programme line cannot be reserved' },
  'award-has-payments': { status: 409, zh: '另一扶持項目已有撥付', en: 'Another award has payments' },
  'year-passed': { status: 409, zh: '已逾撥付年度', en: "The payment's year has passed" },
  'already-decided': { status: 409, zh: '已有決定', en: 'Already decided' },
  'approval-required': { status: 409, zh: '須經覆核', en: 'A second person must agree' },
  'approval-withdrawn': { status: 409, zh: '申請已不再有效', en: 'No longer asked for' },
  'approval-stale': { status: 409, zh: '所覆核的內容已改變', en: 'It would do something else now' },
  'already-exists': { status: 409, zh: '已存在', en: 'Already exists' },
  'last-administrator': { status: 409, zh: '須保留一名管理員', en: 'One administrator must remain' },
  'ledger-damaged': { status: 409, zh: '賬目受損', en: 'The books are damaged' },
  'batch-rolled-back': { status: 409, zh: '整批已撤回', en: 'The batch was rolled back' },
  'idempotency-in-progress': { status: 409, zh: '相同請求仍在處理', en: 'The same request is still running' },
  'version-conflict': { status: 412, zh: '版本已變更', en: 'The resource has changed' },
  'payload-too-large': { status: 413, zh: '請求過大', en: 'Payload too large' },
  'unsupported-media-type': { status: 415, zh: '不支援的媒體類型', en: 'Unsupported media type' },
  'line-rule-violated': { status: 422, zh: '不符合支出方向的規則', en: 'The rule of the programme line is violated' },
  'idempotency-key-reused': {
    status: 422,
    zh: 'Idempotency-Key 已用於另一請求',
    en: 'The Idempotency-Key was used for another request',
  },
  'precondition-required': { status: 428, zh: '需要 If-Match', en: 'If-Match is required' },
  'too-many-requests': { status: 429, zh: '請求過於頻繁', en: 'Too many requests' },
  internal: { status: 500, zh: '內部錯誤', en: 'Internal error' },
  unavailable: { status: 503, zh: '服務暫不可用', en: 'Temporarily unavailable' },
  'outcome-unknown': { status: 503, zh: '結果未明', en: 'The outcome is unknown' },
} as const satisfies Record<string, { status: number; zh: string; en: string }>;

/** Stable code of a refusal. */
export type ProblemCode = keyof typeof PROBLEMS;

/** What was wrong, where and what would be right: in Traditional Chinese and English. */
export interface Text {
  readonly zh: string;
  readonly en: string;
}

/** One faulty place of a request: a JSON pointer (`/facts/annualSalary`) and what is wrong there. */
export interface ProblemPlace {
  readonly pointer: string;
  readonly detail: Text;
  /** The values that are allowed there, as they are sent, where there are so many only. */
  readonly allowed?: readonly unknown[];
}

/** An expected refusal, as a value. The edge turns it into problem+json in the reader's language. */
export interface Problem {
  readonly code: ProblemCode;
  readonly detail: Text;
  /** Faulty places, for `validation-failed` and `line-rule-violated`. */
  readonly errors?: readonly ProblemPlace[];
  /** Named extra members of the contract (`available`, `open`, `conflictingAward`, `findings`, `rule`, `reason`), ready for JSON. */
  readonly extras?: Readonly<Record<string, unknown>>;
  /** Seconds after which the same request may be sent again, for `unavailable` and `too-many-requests`. */
  readonly retryAfterSeconds?: number;
}

/** Makes a refusal. */
export function problem(
  code: ProblemCode,
  zh: string,
  en: string,
  more: Pick<Problem, 'errors' | 'extras' | 'retryAfterSeconds'> = {},
): Problem {
  return { code, detail: { zh, en }, ...more };
}

/** 503: the answer to a commit was lost. */
export function outcomeUnknown(): Problem {
  return problem(
    'outcome-unknown',
    '無法確知是否已完成，請以相同的 Idempotency-Key 再送一次。',
    'It is not known whether this was recorded: send it again with the same Idempotency-Key.',
    { retryAfterSeconds: 1 },
  );
}

/** A refusal of one faulty place of the request. */
export function invalid(pointer: string, zh: string, en: string): Problem {
  return problem('validation-failed', zh, en, { errors: [{ pointer, detail: { zh, en } }] });
}

/**
 * Carries a refusal out of a transaction or an edge (guard, pipe) where only a throw can leave; the one filter turns it into
 * problem+json. Inside the ledger refusals are values.
 */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(`${problem.code}: ${problem.detail.en}`);
    this.name = 'ProblemError';
  }
}
