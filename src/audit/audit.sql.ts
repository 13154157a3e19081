import type { Sql, Statement } from '../platform/database/database.js';
import type { AuditEventRow } from './audit-event.entity.js';

/** What narrows the events; what is null doesn't. */
export interface AuditFilter {
  readonly action: string | null;
  readonly outcome: string | null;
  readonly actor: string | null;
  readonly subject: string | null;
  /** Code. */
  readonly fund: string | null;
  /** Instants, both included. */
  readonly from: string | null;
  readonly to: string | null;
}

/** An event with the code of its fund. */
export type ListedEvent = Omit<AuditEventRow, 'fundId' | 'actorId' | 'repeatKey'> & { readonly fund: string | null };

const LIST: Statement = {
  name: 'audit.list',
  plannedEachTime: true,
  text: `SELECT e.id, e.at, f.code AS fund, e.username, e.action, e.outcome, e.code, e.subject_kind AS "subjectKind", e.subject_id AS "subjectId",
                e.reason, e.preview_hash AS "previewHash", e.details
           FROM audit_event e LEFT JOIN fund f ON f.id = e.fund_id
          WHERE ($1::text IS NULL OR e.action = $1) AND ($2::text IS NULL OR e.outcome = $2) AND ($3::text IS NULL OR e.username = $3)
            AND ($4::text IS NULL OR e.subject_id = $4) AND ($5::text IS NULL OR f.code = $5)
            AND ($6::timestamptz IS NULL OR e.at >= $6) AND ($7::timestamptz IS NULL OR e.at <= $7)
            AND ($8::uuid IS NULL OR e.id < $8)
          ORDER BY e.id DESC LIMIT $9`,
};

/** Events, newest first. */
export function listEvents(sql: Sql, filter: AuditFilter, after: string | null, limit: number): Promise<ListedEvent[]> {
  const { action, outcome, actor, subject, fund, from, to } = filter;
  return sql.rows<ListedEvent>(LIST, [action, outcome, actor, subject, fund, from, to, after, limit]);
}
