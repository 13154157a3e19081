import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { BIGINT, CheckedBy, INSTANT } from '../../platform/database/entities.js';

/** A policy fund (專項資金). */
@Entity('fund')
@Unique(['code'])
@CheckedBy('fund_code_check', 'fund_name_check', 'fund_annual_amount_fen_check', 'fund_first_year_check', 'fund_check')
export class Fund {
  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  @Column({ type: 'text' })
  code: string;

  @Column({ type: 'text' })
  name: string;

  @Column(BIGINT)
  annualAmountFen: bigint;

  @Column({ type: 'integer' })
  firstYear: number;

  /** The last with an appropriation; later ones are opened for run-off alone (domain §3). */
  @Column({ type: 'integer' })
  lastYear: number;

  /** Whether the fund carries demonstration data that we made up (domain §5). */
  @Column({ type: 'boolean', default: false })
  illustrative: boolean;

  @Column({ ...INSTANT, default: () => 'now()' })
  createdAt: Date;
}
