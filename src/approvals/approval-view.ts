import { formatYuan, PROBLEMS, type Problem } from '../kernel/index.js';
import { textIn, warningsView, type Language } from '../platform/http/index.js';
import type { ApprovalRow } from './approval.sql.js';
import type { ApprovalDto, PreviewDto, PreviewProblemDto } from './approval.dto.js';
import type { Preview } from './preview/preview.js';

/** An approval as it is answered. `preview`: what it would do now, where that was found out. */
export function approvalView(
  row: ApprovalRow,
  usernameOf: (id: string) => string,
  language: Language,
  more: { readonly preview?: Preview; readonly mayDecide?: readonly string[] } = {},
): ApprovalDto {
  const preview = more.preview ?? row.preview;
  const counted = row.decisions.filter(({ previewHash }) => previewHash === preview.hash);
  return {
    id: row.id,
    fund: row.fund,
    kind: row.kind,
    status: row.status,
    expired: row.isExpired,
    fiscalYear: row.fiscalYear,
    amount: row.amountFen === null ? null : formatYuan(row.amountFen),
    request: row.request,
    preview: previewView(preview, language),
    steps: { needed: Math.max(row.steps, preview.steps), given: counted.length },
    requestedBy: usernameOf(row.requestedBy),
    requestedAt: row.requestedAt.toISOString(),
    expiresAt: row.expiresAt.toISOString(),
    decisions: row.decisions.map(({ by, at, reason, previewHash }) => ({
      by: usernameOf(by),
      at: new Date(at).toISOString(),
      reason,
      previewHash,
      counts: previewHash === preview.hash,
    })),
    ...(more.mayDecide === undefined ? {} : { mayDecide: [...more.mayDecide] }),
    ...(row.decidedBy === null ? {} : { decidedBy: usernameOf(row.decidedBy) }),
    ...(row.decidedAt === null ? {} : { decidedAt: row.decidedAt.toISOString() }),
    ...(row.reason === null ? {} : { reason: row.reason }),
    ...(row.result === null ? {} : { result: JSON.parse(row.result) as Record<string, unknown> }),
  };
}

/** Ids of the users that an approval names. */
export function usersOf(rows: readonly ApprovalRow[]): string[] {
  return rows.flatMap(({ requestedBy, decidedBy, decisions }) => [
    requestedBy,
    ...(decidedBy === null ? [] : [decidedBy]),
    ...decisions.map(({ by }) => by),
  ]);
}

/** What something would do, in the reader's language. */
export function previewView(preview: Preview, language: Language): PreviewDto {
  return {
    hash: preview.hash,
    steps: preview.steps,
    entries: preview.entries.map(({ details, ...entry }) => ({ ...entry, ...(details === null ? {} : { details }) })),
    entryCount: preview.entryCount,
    balances: [...preview.balances],
    warnings: warningsView(preview.warnings, language).warnings ?? [],
    ruleVersions: [...preview.ruleVersions],
    ...(preview.change === null ? {} : { change: preview.change }),
    ...(preview.problem === null ? {} : { problem: problemView(preview.problem, language) }),
  };
}

function problemView({ code, detail, errors }: Problem, language: Language): PreviewProblemDto {
  return {
    code,
    status: PROBLEMS[code].status,
    title: textIn(PROBLEMS[code], language),
    detail: textIn(detail, language),
    ...(errors === undefined
      ? {}
      : { errors: errors.map((place) => ({ pointer: place.pointer, detail: textIn(place.detail, language) })) }),
  };
}
