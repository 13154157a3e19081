import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';

/** A version of for what a fund asks a second person; the one with the highest number is in force. */
@Entity('approval_policy')
@CheckedBy('approval_policy_number_check', 'approval_policy_expires_after_days_check', 'approval_policy_checked')
export class ApprovalPolicy {
  @PrimaryColumn({ type: 'integer' })
  @ForeignKey('Fund')
  fundId: number;

  @PrimaryColumn({ type: 'integer' })
  number: number;

  /** Days after which what was asked for counts as withdrawn. */
  @Column({ type: 'integer' })
  expiresAfterDays: number;

  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'uuid' })
  changedBy: string;

  @Column({ ...INSTANT, default: () => 'now()' })
  changedAt: Date;

  /** By which it was agreed; null: the first version, or one behind a version that asks for nothing. */
  @Column({ type: 'uuid', nullable: true })
  approvalId: string | null;

  /** Who agreed, in order. */
  @Column({ type: 'uuid', array: true, nullable: true })
  checkedBy: string[] | null;
}
