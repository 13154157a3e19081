import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn, Unique, VersionColumn } from 'typeorm';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';

/** An enterprise that has, or had, an award. Posting makes it and merges it; its name and details are changed here. */
@Entity('enterprise')
@Unique('enterprise_organization_code', ['fundId', 'organizationCode'])
@Index('enterprise_root', ['fundId', 'rootId'], { where: '(root_id IS NOT NULL)' })
@CheckedBy('enterprise_organization_code_check', 'enterprise_credit_code_check', 'enterprise_merged')
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

  @Column({ type: 'text' })
  name: string;

  /** The enterprise that it was merged into; null: none. */
  @Column({ type: 'uuid', nullable: true })
  mergedInto: string | null;

  /** The one at the end of that; null: itself. */
  @Column({ type: 'uuid', nullable: true })
  rootId: string | null;

  @Column({ type: 'text', nullable: true })
  address: string | null;

  @Column({ type: 'text', nullable: true })
  legalRepresentative: string | null;

  @Column({ type: 'text', nullable: true })
  phone: string | null;

  /** Keyed hash of the account number. */
  @Column({ type: 'text', collation: 'C', nullable: true })
  bankAccountHash: string | null;

  @Column({ type: 'text', nullable: true })
  bankAccountMasked: string | null;

  @VersionColumn({ default: 1 })
  version: number;

  @Column(INSTANT)
  createdAt: Date;
}
