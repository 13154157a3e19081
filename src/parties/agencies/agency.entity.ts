import { Column, Entity, PrimaryColumn, VersionColumn } from 'typeorm';
import { CheckedBy } from '../../platform/database/entities.js';

/** Names in the languages that they are kept in. */
class NameColumns {
  @Column({ type: 'text' })
  zhHant: string;

  @Column({ type: 'text' })
  zhHans: string;

  @Column({ type: 'text' })
  en: string;
}

/** 主管部門: leads lines, and officers belong to it. */
@Entity('agency')
@CheckedBy('agency_code_check', 'agency_successors_check', 'agency_check')
export class Agency {
  /** By which lines and officers name it: 市經貿委. */
  @PrimaryColumn({ type: 'text' })
  code: string;

  @Column(() => NameColumns, { prefix: 'name' })
  names: NameColumns;

  /** First day; null: not known. */
  @Column({ name: 'valid_from', type: 'date', nullable: true })
  from: string | null;

  /** Last day; null: it is still there. */
  @Column({ name: 'valid_to', type: 'date', nullable: true })
  to: string | null;

  /** Codes of those who took over its lines and awards. */
  @Column({ type: 'text', array: true, default: [] })
  successors: string[];

  @VersionColumn({ default: 1 })
  version: number;
}
