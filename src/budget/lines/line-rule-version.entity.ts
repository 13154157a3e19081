import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { LineRule } from '../../ledger/index.js';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';
import { ProgrammeLine } from './programme-line.entity.js';

/** A rule of a line, and the day from which it holds. Kept as it was stored: another one is another version. */
@Entity('line_rule_version')
@CheckedBy('line_rule_version_number_check', 'line_rule_version_check', 'line_rule_version_checked')
@ForeignKey(() => ProgrammeLine, ['fundId', 'lineId'], ['fundId', 'id'])
export class LineRuleVersion {
  @PrimaryColumn({ type: 'integer' })
  fundId: number;

  @PrimaryColumn({ type: 'integer' })
  lineId: number;

  /** Counted within the line. */
  @PrimaryColumn({ type: 'integer' })
  number: number;

  /** Awards reserved on this day or later are judged by it, until the day of the next. */
  @Column({ name: 'valid_from', type: 'date' })
  from: string;

  @Column({ type: 'jsonb' })
  rule: LineRule;

  /** Why it was changed; of the first there may be none. */
  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'text', nullable: true })
  documentNo: string | null;

  @Column({ type: 'uuid' })
  changedBy: string;

  /** The request by which it was agreed, where the fund asks a second person, and who agreed, in order. */
  @Column({ type: 'uuid', nullable: true })
  approvalId: string | null;

  @Column({ type: 'uuid', array: true, nullable: true })
  checkedBy: string[] | null;

  @Column({ ...INSTANT, default: () => 'now()' })
  recordedAt: Date;
}
