import type { Text } from '../../../kernel/index.js';

/** What the summary (摘要) of an entry's voucher is made of: the entry, and the names of whom and what it is about. */
export interface Voucher {
  readonly fiscalYear: number;
  /** Title of its line, of a virement the line that gives; null: it is the whole year's. */
  readonly line: Text | null;
  /** Title of the line that a virement gives to. */
  readonly toLine: Text | null;
  /** The award that it is of, or the first that its finding names; null: none. */
  readonly award: VoucherAward | null;
  readonly documentNo: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

/** The award as its vouchers name it. */
export interface VoucherAward {
  readonly enterprise: string;
  /** Name of the person who is paid; null: the enterprise is. */
  readonly person: string | null;
  /** Title of its project. */
  readonly project: string;
  readonly approvalRef: string;
  /** Awards that its finding names; 1 where the entry is its own. */
  readonly outOf: number;
}

/** A paper that a voucher cites: what it is called, and its number; null: there is none. */
export type Paper = readonly [name: Text, number: string | null];

/** Names of papers. */
export const PAPERS = {
  approval: { zh: '批文', en: 'approval' },
  payment: { zh: '支付編號', en: 'payment' },
  paymentVoucher: { zh: '支付憑證', en: 'payment voucher' },
  receiptVoucher: { zh: '繳款書', en: 'receipt voucher' },
  ceiling: { zh: '提高上限的文號', en: 'ceiling raised by' },
  override: { zh: '越過指標的核准', en: 'leave to go below zero' },
  register: { zh: '依據', en: 'by' },
} as const satisfies Readonly<Record<string, Text>>;

const DOCUMENT: Text = { zh: '文號', en: 'document' };

/** Whom and what for, what was done, and by which papers, the entry's own document last. `about`: where it is not the voucher's award or line. */
export function summarise(voucher: Voucher, what: Text, papers: readonly Paper[] = [], about: Text = subjectOf(voucher)): Text {
  const cited = [...papers, [DOCUMENT, voucher.documentNo] as const].filter(([, number]) => number !== null);
  return {
    zh: `${about.zh}${what.zh}${cited.map(([name, number]) => `,${name.zh} ${number ?? ''}`).join('')}`,
    en: `${about.en}: ${what.en}${cited.map(([name, number]) => `, ${name.en} ${number ?? ''}`).join('')}`,
  };
}

/** 示例公司「項目」, else the year with its line. */
function subjectOf({ award, line, fiscalYear }: Voucher): Text {
  if (award === null) {
    if (line === null) return { zh: `${fiscalYear} 年度`, en: String(fiscalYear) };
    return { zh: `${fiscalYear} 年度「${line.zh}」`, en: `${fiscalYear} “${line.en}”` };
  }
  const { enterprise, person, project, outOf } = award;
  const many = outOf > 1 ? { zh: `等 ${outOf} 項`, en: ` and ${outOf - 1} more` } : { zh: '', en: '' };
  return {
    zh: `${enterprise}${person === null ? '' : `(${person})`}「${project}」${many.zh}`,
    en: `${enterprise}${person === null ? '' : ` (${person})`} “${project}”${many.en}`,
  };
}

/** What the event said under this name; null where it said nothing, or no text. */
export function saidText(details: unknown, name: string): string | null {
  const value = said(details, name);
  return typeof value === 'string' && value !== '' ? value : null;
}

/** What the event said under this name, whatever it is. */
export function said(details: unknown, name: string): unknown {
  if (typeof details !== 'object' || details === null) return undefined;
  return Object.entries(details).find(([key]) => key === name)?.[1];
}

/** Summary of an entry that puts a hold on an award, or lifts it. `cause`: why it is there. */
export function summariseHold(voucher: Voucher, cause: Text): Text {
  const isHeld = said(voucher.details, 'onHold') !== false;
  const what = isHeld
    ? { zh: `暫停支付(${cause.zh})`, en: `put on hold, ${cause.en}` }
    : { zh: `解除暫停支付(${cause.zh})`, en: `no longer on hold, ${cause.en}` };
  return summarise(voucher, what);
}
