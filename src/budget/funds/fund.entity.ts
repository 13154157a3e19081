import { Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Title } from '../../ledger/index.js';
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

  /** The name in the three languages; null: only the one. */
  @Column({ type: 'jsonb', nullable: true })
  names: Title | null;

  /** 主管部門 of the fund as a whole (§二(九)2). */
  @Column({ type: 'text', array: true, default: [] })
  leadAgencies: string[];

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
