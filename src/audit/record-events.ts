import { Logger } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import type { Actor, Problem } from '../kernel/index.js';
import type { Database, Sql, Statement, Tx } from '../platform/database/database.js';
import { sha256 } from '../platform/digest.js';
import type { AUDIT_SUBJECTS, AuditAction } from './actions.js';
import type { AuditDetailsDto } from './audit-event.dto.js';

/** Who did it. */
type DoneBy = Pick<Actor, 'id' | 'username'>;

/** What is told of it. No password, token, account or identity number, nor a digest of one. */
interface Told {
  readonly action: AuditAction;
  /** Of what concerns one fund. */
  readonly fundId?: number;
  readonly subject?: { readonly kind: (typeof AUDIT_SUBJECTS)[number]; readonly id: string };
  readonly reason?: string | null;
  /** Digest of the preview that was seen. */
  readonly previewHash?: string | null;
  readonly details?: AuditDetailsDto;
}

/** Something that somebody did. */
export interface AuditEvent extends Told {
  readonly by: DoneBy;
}

/** Something that somebody was refused. */
export interface AuditRefusal extends Told {
  /** null: it is not known who it was, or by which name. */
  readonly by: { readonly [key in keyof DoneBy]: string | null };
  readonly code: Problem['code'];
  /** What it has in common with those that are told together with it: of these, the first of each minute is kept. A digest of it is: no secret. */
  readonly alike: readonly string[];
}

const INSERT: Statement = {
  name: 'audit.insert',
  // A repetition within the minute of the database's clock finds its key taken, and writes nothing.
  text: `INSERT INTO audit_event (id, fund_id, actor_id, username, action, outcome, code, subject_kind, subject_id, reason, preview_hash, details,
                                  repeat_key)
         SELECT v.id, v.fund_id, v.actor_id, v.username, v.action, v.outcome, v.code, v.subject_kind, v.subject_id, v.reason, v.preview_hash,
                v.details, v.alike || '/' || floor(extract(epoch FROM clock_timestamp()) / 60)
           FROM jsonb_to_recordset($1::jsonb) AS v (id uuid, fund_id integer, actor_id uuid, username text, action text, outcome text, code text,
                                                    subject_kind text, subject_id text, reason text, preview_hash text, details jsonb, alike text)
         ON CONFLICT (repeat_key) DO NOTHING`,
};

/** Records what was done, in the transaction that does it: both are there, or neither. */
export async function recordEvents(tx: Tx, events: readonly AuditEvent[]): Promise<void> {
  if (events.length > 0)
    await insert(
      tx,
      events.map((event) => ({ ...rowOf(event), outcome: 'done' })),
    );
}

/**
 * Records a refusal, whose own transaction was taken back. Repetitions within a minute are told once, so that who sends without end fills no
 * table. That it can't be recorded is logged: the refusal is answered all the same.
 */
export async function recordRefusal(db: Database, { code, alike, ...event }: AuditRefusal): Promise<void> {
  const key = sha256(JSON.stringify([event.action, code, ...alike]));
  try {
    await insert(db, [{ ...rowOf(event), outcome: 'refused', code, alike: key }]);
  } catch (error) {
    new Logger('audit').error(`A refusal (${event.action}, ${code}) is not in the audit events`, error);
  }
}

async function insert(sql: Sql, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  await sql.rows(INSERT, [JSON.stringify(rows)]);
}

function rowOf({ action, by, fundId, subject, reason, previewHash, details }: Omit<AuditRefusal, 'code' | 'alike'>) {
  return {
    id: uuidv7(),
    fund_id: fundId,
    actor_id: by.id,
    username: by.username,
    action,
    subject_kind: subject?.kind,
    subject_id: subject?.id,
    reason,
    preview_hash: previewHash,
    details,
  };
}
