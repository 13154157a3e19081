import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { BIGINT, CheckedBy } from '../../platform/database/entities.js';
import { Fund } from '../funds/fund.entity.js';

/** draft → open → closed. */
export type YearStatus = 'draft' | 'open' | 'closed';

/** A fiscal year (預算年度) of a fund. */
@Entity('fiscal_year')
@CheckedBy('fiscal_year_year_check', 'fiscal_year_status_check', 'fiscal_year_ceiling_raised_fen_check')
export class FiscalYear {
  @PrimaryColumn({ type: 'integer' })
  @ForeignKey(() => Fund)
  fundId: number;

  @PrimaryColumn({ type: 'integer' })
  year: number;

  @Column({ type: 'text', default: 'draft' })
  status: YearStatus;

  /** What entries that cite a ceilingDocumentNo raised the year's ceiling by (domain §3). */
  @Column({ ...BIGINT, default: 0 })
  ceilingRaisedFen: bigint;
}
