import { Column, Entity, ForeignKey, PrimaryColumn, PrimaryGeneratedColumn, Unique, VersionColumn } from 'typeorm';
import type { Title } from '../../ledger/index.js';
import { CheckedBy } from '../../platform/database/entities.js';
import { Fund } from '../funds/fund.entity.js';
import type { Form, Payee } from './forms.js';

/** A title in the languages that it is kept in. */
class TitleColumns implements Title {
  @Column({ type: 'text' })
  zhHant: string;

  @Column({ type: 'text' })
  zhHans: string;

  @Column({ type: 'text' })
  en: string;
}

/** A programme line (支出方向): a funding clause of the policy. Its rules are versions of their own. */
@Entity('programme_line')
@Unique(['fundId', 'code'])
@CheckedBy(
  'programme_line_code_check',
  'programme_line_lead_agencies_check',
  'programme_line_form_check',
  'programme_line_payee_check',
  'programme_line_check',
  'programme_line_check1',
)
export class ProgrammeLine {
  @PrimaryColumn({ type: 'integer' })
  @ForeignKey(() => Fund)
  fundId: number;

  @PrimaryGeneratedColumn('identity', { generatedIdentity: 'ALWAYS' })
  id: number;

  @Column({ type: 'text' })
  code: string;

  /** Section of the policy, like `二(五)3`. */
  @Column({ type: 'text' })
  section: string;

  @Column(() => TitleColumns)
  title: TitleColumns;

  /** 主管部門, with 市. */
  @Column({ type: 'text', array: true })
  leadAgencies: string[];

  @Column({ type: 'text' })
  form: Form;

  /** To whom the line pays. */
  @Column({ type: 'text', default: 'enterprise' })
  payee: Payee;

  @Column({ type: 'boolean' })
  reservable: boolean;

  /** Why nothing can be reserved, in Traditional Chinese; null: something can. */
  @Column({ type: 'text', nullable: true })
  reason: string | null;

  /** The same in English. */
  @Column({ type: 'text', nullable: true })
  reasonEn: string | null;

  /** What is paid, in the three languages. */
  @Column({ type: 'jsonb', nullable: true })
  pays: Title | null;

  /** What of the clause is our interpretation, in the three languages. */
  @Column({ type: 'jsonb', nullable: true })
  reading: Title | null;

  /** Place in the order of the policy. */
  @Column({ type: 'integer', default: 0 })
  position: number;

  @VersionColumn({ default: 1 })
  version: number;
}
