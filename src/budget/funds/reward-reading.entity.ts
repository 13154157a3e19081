import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { RewardReading } from '../../ledger/index.js';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';
import { Fund } from './fund.entity.js';

/** How a fund reads "the highest of three" (§二(九)2), the latest last; what it was before stays. */
@Entity('highest_of_three')
@CheckedBy(
  'highest_of_three_number_check',
  'highest_of_three_reading_check',
  'highest_of_three_forms_check',
  'highest_of_three_payees_check',
)
export class RewardReadingVersion {
  @PrimaryColumn({ type: 'integer' })
  @ForeignKey(() => Fund)
  fundId: number;

  @PrimaryColumn({ type: 'integer' })
  number: number;

  @Column({ type: 'text' })
  reading: RewardReading['reading'];

  /** Forms and payees of the lines whose awards are rewards in its sense. */
  @Column({ type: 'text', array: true })
  forms: string[];

  @Column({ type: 'text', array: true })
  payees: string[];

  @Column({ type: 'text' })
  reason: string;

  @Column({ type: 'uuid' })
  changedBy: string;

  @Column({ ...INSTANT, default: () => 'now()' })
  recordedAt: Date;
}
