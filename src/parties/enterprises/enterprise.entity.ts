import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, Unique } from 'typeorm';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';

/** An enterprise that has, or had, an award. Written by posting alone; read here. */
@Entity('enterprise')
@Unique('enterprise_organization_code', ['fundId', 'organizationCode'])
@CheckedBy('enterprise_organization_code_check', 'enterprise_credit_code_check')
export class Enterprise {
  @PrimaryColumn({ type: 'integer' })
  fundId: number;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** Named, as this room stands before the catalogue's. Without a foreign key, which every reservation would pay for. */
  @ManyToOne('Fund', { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'fund_id' })
  fund: { readonly code: string };

  /** 組織機構代碼, nine characters. */
  @Column({ type: 'text', collation: 'C' })
  organizationCode: string;

  /** 統一社會信用代碼, 18 characters. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  creditCode: string | null;

  /** The name of its first award. */
  @Column({ type: 'text' })
  name: string;

  @Column(INSTANT)
  createdAt: Date;
}
