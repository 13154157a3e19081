import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, VersionColumn } from 'typeorm';
import { Fund, ProgrammeLine } from '../../budget/index.js';
import { BIGINT, CheckedBy, INSTANT } from '../../platform/database/entities.js';

/** 疑點: what reconciliation found, with evidence and a life of its own. */
@Entity('finding')
@Index('finding_open_once', ['fundId', 'rule', 'subject'], { unique: true, where: 'resolved_at IS NULL' })
@Index('finding_subject', ['fundId', 'rule', 'subject'])
@Index('finding_year', ['fundId', 'fiscalYear', 'id'])
@Index('finding_awards', ['awardIds'], { type: 'gin' })
@Index('finding_newest', ['id'])
@Index('finding_open', ['id'], { where: "status = 'open'" })
@Index('finding_due', ['until'], { where: "status = 'acknowledged'" })
@CheckedBy('finding_severity_check', 'finding_status_check', 'finding_resolution_check', 'finding_check')
export class Finding {
  @PrimaryColumn({ type: 'integer' })
  fundId: number;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Fund)
  @JoinColumn({ name: 'fund_id' })
  fund: Fund;

  @Column({ type: 'text' })
  rule: string;

  /** What it is about; one open finding per rule and subject. */
  @Column({ type: 'text' })
  subject: string;

  @Column({ type: 'text' })
  severity: 'error' | 'warning';

  @Column({ type: 'text', default: 'open' })
  status: 'open' | 'acknowledged' | 'resolved' | 'dismissed';

  @Column({ type: 'integer' })
  fiscalYear: number;

  @Column({ type: 'integer', nullable: true })
  lineId: number | null;

  @ManyToOne(() => ProgrammeLine, { createForeignKeyConstraints: false })
  @JoinColumn([
    { name: 'fund_id', referencedColumnName: 'fundId' },
    { name: 'line_id', referencedColumnName: 'id' },
  ])
  line: ProgrammeLine | null;

  /** one-subsidy: the kept award first, then those on hold. */
  @Column({ type: 'uuid', array: true, default: [] })
  awardIds: string[];

  @Column(BIGINT)
  amountFen: bigint;

  @Column({ type: 'jsonb' })
  evidence: Record<string, unknown>;

  /** Digest of the cause: a settled finding is opened again only when its cause has changed. */
  @Column({ type: 'text' })
  fingerprint: string;

  @Column(INSTANT)
  openedAt: Date;

  @Column({ type: 'uuid' })
  openedByRun: string;

  @Column({ ...INSTANT, nullable: true })
  resolvedAt: Date | null;

  /** Username; `system` where its cause was gone. */
  @Column({ type: 'text', nullable: true })
  resolvedBy: string | null;

  @Column({ type: 'text', nullable: true })
  resolution: 'keep' | 'release' | 'dismiss' | 'acknowledge' | 'cause-gone' | null;

  @Column({ type: 'text', nullable: true })
  reason: string | null;

  /** Acknowledged: the last day on which it is known. */
  @Column({ type: 'date', nullable: true })
  until: string | null;

  @VersionColumn({ default: 1 })
  version: number;
}
