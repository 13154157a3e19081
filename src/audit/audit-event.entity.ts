import { Column, Entity, ForeignKey, Index, PrimaryColumn, Unique } from 'typeorm';
import { CheckedBy, INSTANT } from '../platform/database/entities.js';
import type { AuditAction } from './actions.js';

/** That somebody did something, or was refused. */
@Entity('audit_event')
@Index('audit_event_of_user', ['username', 'id'])
@Index('audit_event_of_subject', ['subjectId', 'id'], { where: 'subject_id IS NOT NULL' })
@Index('audit_event_at', ['at'])
@Unique(['repeatKey'])
@CheckedBy(
  'audit_event_username_check',
  'audit_event_action_check',
  'audit_event_outcome_check',
  'audit_event_refused',
  'audit_event_done_by',
  'audit_event_subject',
)
export class AuditEventRow {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** By the database's clock, whatever was sent. */
  @Column({ ...INSTANT, default: () => 'clock_timestamp()' })
  at: Date;

  @Column({ type: 'integer', nullable: true })
  @ForeignKey('Fund')
  fundId: number | null;

  /** null: nobody was let in. */
  @Column({ type: 'uuid', nullable: true })
  actorId: string | null;

  /** null: what was typed can't be a name, and may be a password. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  username: string | null;

  @Column({ type: 'text' })
  action: AuditAction;

  @Column({ type: 'text' })
  outcome: 'done' | 'refused';

  /** Of the refusal. */
  @Column({ type: 'text', nullable: true })
  code: string | null;

  @Column({ type: 'text', nullable: true })
  subjectKind: string | null;

  @Column({ type: 'text', collation: 'C', nullable: true })
  subjectId: string | null;

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'text', nullable: true })
  previewHash: string | null;

  @Column({ type: 'jsonb', nullable: true })
  details: Readonly<Record<string, unknown>> | null;

  /** What refusals that are told once a minute have in common, and the minute. */
  @Column({ type: 'text', collation: 'C', nullable: true, select: false })
  repeatKey?: string | null;
}
