import { SYSTEM_ACTOR, type Fen, type Role } from '../kernel/index.js';
import { APPROVAL_RULES, type ApprovalRule } from '../ledger/index.js';
import type { Sql, Statement, Tx } from '../platform/database/database.js';
import type { Language } from '../platform/http/index.js';
import type { Json } from './acts/act.js';
import type { Preview } from './preview/preview.js';

/** What became of it; one that is past its time is withdrawn, whatever is stored. */
export type ApprovalStatus = 'pending' | 'approved' | 'rejected' | 'withdrawn';

/** Who agreed, and to which preview. */
export interface DecisionRow {
  readonly by: string;
  readonly at: string;
  readonly reason: string | null;
  readonly previewHash: string;
}

/** Something that waits for a second person, or waited. */
export interface ApprovalRow {
  readonly id: string;
  readonly fundId: number;
  readonly fund: string;
  readonly kind: string;
  readonly act: string;
  readonly data: Json;
  readonly request: Json;
  readonly fiscalYear: number | null;
  readonly amountFen: Fen | null;
  readonly steps: number;
  readonly preview: Preview;
  readonly previewHash: string;
  readonly requestedBy: string;
  readonly requestedRole: Role;
  readonly requestedAgency: string | null;
  /** The maker's, in which what was asked is answered. */
  readonly language: Language;
  readonly requestedAt: Date;
  readonly expiresAt: Date;
  readonly status: ApprovalStatus;
  readonly isExpired: boolean;
  readonly decidedBy: string | null;
  readonly decidedAt: Date | null;
  readonly reason: string | null;
  readonly result: string | null;
  readonly decisions: readonly DecisionRow[];
}

/** Characters of a result, and bytes of a request, that a list shows at most: those of a batch are read one by one. */
const SHOWN_LENGTH = 20_000;
const LIGHT = `'{}'::jsonb AS data, CASE WHEN pg_column_size(a.request) <= ${SHOWN_LENGTH} THEN a.request ELSE a.request - 'awards' END AS request`;
/** `large`: whether what a batch of a thousand awards makes large is read as well. */
const columns = (large: boolean): string => `
  a.id, a.fund_id AS "fundId", f.code AS fund, a.kind, a.act, ${large ? 'a.data, a.request' : LIGHT}, a.fiscal_year AS "fiscalYear", a.amount_fen AS "amountFen", a.steps,
  a.preview, a.preview_hash AS "previewHash", a.requested_by AS "requestedBy", a.requested_role AS "requestedRole",
  a.requested_agency AS "requestedAgency", a.language, a.requested_at AS "requestedAt", a.expires_at AS "expiresAt",
  CASE WHEN a.status = 'pending' AND a.expires_at <= clock_timestamp() THEN 'withdrawn' ELSE a.status END AS status,
  a.status = 'pending' AND a.expires_at <= clock_timestamp() AS "isExpired",
  a.decided_by AS "decidedBy", a.decided_at AS "decidedAt", a.reason, ${large ? 'a.result' : `CASE WHEN length(a.result) <= ${SHOWN_LENGTH} THEN a.result END AS result`},
  coalesce((SELECT jsonb_agg(jsonb_build_object('by', d.decided_by, 'at', d.decided_at, 'reason', d.reason, 'previewHash', d.preview_hash)
                             ORDER BY d.decided_at, d.decided_by)
              FROM approval_decision d WHERE d.fund_id = a.fund_id AND d.approval_id = a.id), '[]') AS decisions`;
const FROM = 'FROM approval a JOIN fund f ON f.id = a.fund_id';

const FIND: Statement = {
  name: 'approvals.find',
  plannedEachTime: true,
  text: `SELECT ${columns(true)} ${FROM} WHERE a.id = ANY ($1::uuid[])`,
};

/** The approvals with these ids, in no order. */
export function findApprovals(sql: Sql, ids: readonly string[]): Promise<ApprovalRow[]> {
  return sql.rows<ApprovalRow>(FIND, [ids]);
}

const FIND_SAME: Statement = {
  name: 'approvals.find-same',
  plannedEachTime: true,
  text: `SELECT id FROM approval WHERE requested_by = $1 AND act = $2 AND data = $3::jsonb AND status = 'pending' AND expires_at > clock_timestamp()
          ORDER BY id LIMIT 1`,
};

/** What waits already of the same maker and just the same; null: nothing. */
export async function findSame(sql: Sql, makerId: string, act: string, data: unknown): Promise<string | null> {
  const [row] = await sql.rows<{ id: string }>(FIND_SAME, [makerId, act, JSON.stringify(data)]);
  return row?.id ?? null;
}

/** What narrows a list of approvals; what is null doesn't. */
export interface ApprovalFilter {
  readonly fund: string | null;
  readonly status: ApprovalStatus | null;
  readonly kind: string | null;
  readonly fiscalYear: number | null;
  /** Asked for by this user. */
  readonly requestedBy: string | null;
  /** This user, of finance, may decide it. */
  readonly waitingFor: string | null;
}

/**
 * Who may agree to what waits: finance, another person than the maker and than those who agreed to the last preview, and what it is since before
 * it was asked. `user`: the parameter with its id.
 */
export const mayDecide = (user: string): string => `
  a.status = 'pending' AND a.expires_at > clock_timestamp()
  AND EXISTS (SELECT FROM app_user checker
               WHERE checker.id = ${user}::uuid AND checker.role = 'finance' AND checker.active AND checker.standing_since <= a.requested_at
                 AND NOT EXISTS (SELECT FROM app_user maker WHERE maker.id = a.requested_by AND ${isOne('maker', 'checker')})
                 AND NOT EXISTS (SELECT FROM approval_decision d JOIN app_user earlier ON earlier.id = d.decided_by
                                  WHERE d.fund_id = a.fund_id AND d.approval_id = a.id AND d.preview_hash = a.preview_hash
                                    AND ${isOne('earlier', 'checker')}))`;

/** As `is_same_person` has it, which a plan can't look into: it would be run for each approval. */
function isOne(one: string, other: string): string {
  return `(${one}.id = ${other}.id OR CASE WHEN ${one}.staff_key IS NULL OR ${other}.staff_key IS NULL THEN ${one}.name_key = ${other}.name_key
                                           ELSE ${one}.staff_key = ${other}.staff_key END)`;
}

const LIST: Statement = {
  name: 'approvals.list',
  plannedEachTime: true,
  text: `SELECT ${columns(false)} ${FROM}
          WHERE ($1::text IS NULL OR f.code = $1) AND ($2::text IS NULL OR a.kind = $2) AND ($3::integer IS NULL OR a.fiscal_year = $3)
            AND ($4::uuid IS NULL OR a.requested_by = $4)
            AND CASE $5::text WHEN 'pending' THEN a.status = 'pending' AND a.expires_at > clock_timestamp()
                              WHEN 'withdrawn' THEN a.status = 'withdrawn' OR a.status = 'pending' AND a.expires_at <= clock_timestamp()
                              ELSE $5 IS NULL OR a.status = $5 END
            AND ($6::uuid IS NULL OR (${mayDecide('$6')}))
            AND ($7::uuid IS NULL OR a.id < $7)
          ORDER BY a.id DESC LIMIT $8`,
};

/** Approvals, newest first. */
export function listApprovals(sql: Sql, filter: ApprovalFilter, after: string | null, limit: number): Promise<ApprovalRow[]> {
  const { fund, status, kind, fiscalYear, requestedBy, waitingFor } = filter;
  return sql.rows<ApprovalRow>(LIST, [fund, kind, fiscalYear, requestedBy, status, waitingFor, after, limit]);
}

/** What is to wait. */
export interface NewApproval {
  readonly id: string;
  readonly fundId: number;
  readonly kind: string;
  readonly act: string;
  readonly data: unknown;
  readonly request: Json;
  readonly fiscalYear: number | null;
  readonly amountFen: Fen | null;
  readonly preview: Preview;
  readonly requestedBy: string;
  readonly requestedRole: Role;
  readonly requestedAgency: string | null;
  readonly language: Language;
}

/** Days after which a request is no longer asked, in a fund without a policy of approvals. */
const EXPIRES_AFTER_DAYS = 30;

const INSERT: Statement = {
  name: 'approvals.insert',
  text: `INSERT INTO approval (fund_id, id, kind, act, data, request, fiscal_year, amount_fen, steps, preview, preview_hash, requested_by,
                               requested_role, requested_agency, language, expires_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15,
                 clock_timestamp() + make_interval(days => coalesce((SELECT expires_after_days FROM approval_policy WHERE fund_id = $1
                                                                     ORDER BY number DESC LIMIT 1), ${EXPIRES_AFTER_DAYS})))`,
};

/** Has it wait. */
export async function insertApproval(tx: Tx, row: NewApproval): Promise<void> {
  const { preview } = row;
  await tx.rows(INSERT, [
    row.fundId,
    row.id,
    row.kind,
    row.act,
    JSON.stringify(row.data),
    JSON.stringify(row.request),
    row.fiscalYear,
    row.amountFen,
    preview.steps,
    JSON.stringify(preview),
    preview.hash,
    row.requestedBy,
    row.requestedRole,
    row.requestedAgency,
    row.language,
  ]);
}

const REFRESH: Statement = {
  name: 'approvals.refresh',
  text: `UPDATE approval SET preview = $3, preview_hash = $4, steps = greatest(steps, $5::smallint)
          WHERE fund_id = $1 AND id = $2 AND status = 'pending' AND expires_at > clock_timestamp() AND preview_hash <> $4`,
};

/** What it would do now is shown from now on; who agreed to something else must agree again. */
export async function refreshPreview(sql: Sql, { fundId, id, steps }: ApprovalRow, preview: Preview): Promise<void> {
  await sql.rows(REFRESH, [fundId, id, JSON.stringify(preview), preview.hash, Math.max(steps, preview.steps)]);
}

const AGREE: Statement = {
  name: 'approvals.agree',
  text: `INSERT INTO approval_decision (fund_id, approval_id, preview_hash, decided_by, decided_at, reason)
         SELECT $1, v.approval_id, v.preview_hash, v.decided_by, v.decided_at, v.reason
           FROM jsonb_to_recordset($2::jsonb) AS v (approval_id uuid, preview_hash text, decided_by uuid, decided_at timestamptz, reason text)`,
};

/** An agreement, or a refusal to agree. */
export interface Decided {
  readonly id: string;
  readonly by: string;
  readonly at: Date;
  readonly reason: string | null;
}

/** Somebody agreed to a preview. */
export async function insertDecisions(
  tx: Tx,
  fundId: number,
  decisions: readonly (Decided & { readonly previewHash: string })[],
): Promise<void> {
  const rows = decisions.map(({ id, previewHash, by, at, reason }) => ({
    approval_id: id,
    preview_hash: previewHash,
    decided_by: by,
    decided_at: at,
    reason,
  }));
  await tx.rows(AGREE, [fundId, JSON.stringify(rows)]);
}

const DECIDE: Statement = {
  name: 'approvals.decide',
  text: `UPDATE approval a
            SET status = v.status, decided_by = v.decided_by, decided_at = v.decided_at, reason = v.reason, result = v.result,
                preview = coalesce(v.preview, a.preview), preview_hash = coalesce(v.preview ->> 'hash', a.preview_hash),
                steps = greatest(a.steps, (v.preview ->> 'steps')::smallint)
           FROM jsonb_to_recordset($2::jsonb) AS v (id uuid, status text, decided_by uuid, decided_at timestamptz, reason text, result text, preview jsonb)
          WHERE a.fund_id = $1 AND a.id = v.id AND a.status = 'pending' RETURNING a.id`,
};

/** It is approved, rejected or withdrawn. `result`: what the request would have been answered. `preview`: what it does. */
export async function decide(
  tx: Tx,
  fundId: number,
  decided: readonly (Decided & {
    readonly status: Exclude<ApprovalStatus, 'pending'>;
    readonly result: string | null;
    readonly preview: Preview | null;
  })[],
): Promise<void> {
  const rows = decided.map(({ id, status, by, at, reason, result, preview }) => ({
    id,
    status,
    decided_by: by,
    decided_at: at,
    reason,
    result,
    preview,
  }));
  const written = await tx.rows(DECIDE, [fundId, JSON.stringify(rows)]);
  if (written.length !== rows.length) throw new Error(`${written.length} approvals were decided, not ${rows.length}`);
}

/** For what the fund asks a second person now. */
export function rulesInForce(sql: Sql, fundId: number): Promise<ApprovalRule[]> {
  return sql.rows(APPROVAL_RULES, [fundId]);
}

const NAMES: Statement = { name: 'approvals.names', text: 'SELECT id, username FROM app_user WHERE id = ANY ($1::uuid[])' };

/** Usernames of these ids, on the connection that is lent already. */
export async function usernamesIn(sql: Sql, ids: readonly string[]): Promise<(id: string) => string> {
  const rows = await sql.rows<{ id: string; username: string }>(NAMES, [ids]);
  const known = new Map([[SYSTEM_ACTOR.id, SYSTEM_ACTOR.username], ...rows.map(({ id, username }) => [id, username] as const)]);
  return (id) => known.get(id) ?? id;
}
