import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { Fund } from '../../budget/index.js';
import { BIGINT, CheckedBy, INSTANT } from '../../platform/database/entities.js';
import type { RuleName } from '../rules/rule.js';

/** Why a run was started. */
export type RunTrigger = 'request' | 'write' | 'schedule' | 'start';
export type RunStatus = 'queued' | 'running' | 'completed' | 'failed';

/** A reconciliation run as it stands. */
@Entity('reconciliation_run')
@Index('reconciliation_run_open', ['id'], { where: `status <> 'completed'` })
@CheckedBy('reconciliation_run_trigger_check', 'reconciliation_run_status_check', 'reconciliation_run_progress_check')
export class Run {
  @PrimaryColumn({ type: 'integer' })
  fundId: number;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @ManyToOne(() => Fund, { eager: true })
  @JoinColumn({ name: 'fund_id' })
  fund: Fund;

  /** null: all years of the fund. */
  @Column({ type: 'integer', nullable: true })
  fiscalYear: number | null;

  @Column({ type: 'text', array: true })
  rules: RuleName[];

  /** Reports, and changes nothing. */
  @Column({ type: 'boolean', default: false })
  dryRun: boolean;

  @Column({ type: 'text' })
  trigger: RunTrigger;

  @Column({ type: 'text', default: 'queued' })
  status: RunStatus;

  /** Percent. */
  @Column({ type: 'smallint', default: 0 })
  progress: number;

  /** Awards, accounts and postings looked at. */
  @Column({ ...BIGINT, default: 0 })
  checked: bigint;

  /** Findings opened, by all its attempts. */
  @Column({ type: 'integer', default: 0 })
  opened: number;

  /** Findings whose cause was gone. */
  @Column({ type: 'integer', default: 0 })
  resolved: number;

  /** User; null: the product itself. */
  @Column({ type: 'uuid', nullable: true })
  requestedBy: string | null;

  @Column({ ...INSTANT, default: () => 'now()' })
  requestedAt: Date;

  @Column({ ...INSTANT, nullable: true })
  startedAt: Date | null;

  @Column({ ...INSTANT, nullable: true })
  finishedAt: Date | null;

  /** Why it failed. */
  @Column({ type: 'text', nullable: true })
  error: string | null;

  /** What a dry run found. */
  @Column({ type: 'jsonb', nullable: true })
  report: object | null;
}
