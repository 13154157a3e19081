import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, VersionColumn } from 'typeorm';
import type { Programme } from '../../ledger/index.js';
import { BIGINT, CheckedBy, INSTANT } from '../../platform/database/entities.js';
import { Enterprise } from '../enterprises/enterprise.entity.js';

/** A reward of another programme (domain §5, Highest of three): recorded, corrected or withdrawn, never deleted. */
@Entity('external_award')
@Index('external_award_root', ['fundId', 'rootCode', 'fiscalYear'], { where: "(status = 'valid'::text)" })
@Index('external_award_once', ['fundId', 'programme', 'referenceKey', 'enterpriseId', 'fiscalYear'], {
  unique: true,
  where: "(status = 'valid'::text)",
})
@CheckedBy(
  'external_award_programme_check',
  'external_award_fiscal_year_check',
  'external_award_amount_fen_check',
  'external_award_status_check',
)
export class ExternalAward {
  @PrimaryColumn({ type: 'integer' })
  fundId: number;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** Named, as this room stands before the catalogue's. */
  @ManyToOne('Fund')
  @JoinColumn({ name: 'fund_id', foreignKeyConstraintName: 'external_award_fund_id_fkey' })
  fund: { readonly code: string };

  @Column({ type: 'text' })
  programme: Programme;

  @Column({ type: 'uuid' })
  enterpriseId: string;

  @ManyToOne(() => Enterprise, { createForeignKeyConstraints: false })
  @JoinColumn([
    { name: 'fund_id', referencedColumnName: 'fundId' },
    { name: 'enterprise_id', referencedColumnName: 'id' },
  ])
  enterprise: Enterprise;

  /** Organization code of the enterprise, or of the one that this was merged into. */
  @Column({ type: 'text', collation: 'C' })
  rootCode: string;

  @Column({ type: 'integer' })
  fiscalYear: number;

  @Column(BIGINT)
  amountFen: bigint;

  @Column({ type: 'text' })
  reference: string;

  /** The reference, however it is spelt. */
  @Column({ type: 'text', collation: 'C' })
  referenceKey: string;

  @Column({ type: 'date', nullable: true })
  paidOn: string | null;

  @Column({ type: 'text', default: 'valid' })
  status: 'valid' | 'withdrawn';

  /** Why it was corrected or withdrawn. */
  @Column({ type: 'text', nullable: true })
  reason: string | null;

  @Column({ type: 'uuid' })
  recordedBy: string;

  @Column(INSTANT)
  recordedAt: Date;

  @VersionColumn({ default: 1 })
  version: number;
}
