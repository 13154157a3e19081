import { Column, Entity, PrimaryColumn, Unique, VersionColumn } from 'typeorm';
import type { Role } from '../../kernel/index.js';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';

/** Somebody who can sign in. Never deleted; the username never changes. */
@Entity('app_user')
@Unique(['username'])
@CheckedBy(
  'app_user_username_check',
  'app_user_display_name_check',
  'app_user_role_check',
  'app_user_agency_check',
  'app_user_check',
  'app_user_staff_no_check',
)
export class User {
  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  username: string;

  @Column({ type: 'text' })
  displayName: string;

  @Column({ type: 'text' })
  role: Role;

  /** 主管部門, with 市; officers only. */
  @Column({ type: 'text', nullable: true })
  agency: string | null;

  /**
   * 工號. Two accounts with one staff number, or, where either has none, with one name, are one person: neither checks what the other
   * made. Whatever their width, case, spaces and dashes.
   */
  @Column({ type: 'text', nullable: true })
  staffNo: string | null;

  /** Read by sign-in alone, which asks for it by name. */
  @Column({ type: 'text', select: false })
  passwordHash?: string;

  @Column({ type: 'boolean', default: true })
  active: boolean;

  /** Made by the demonstration start, with a password that everybody knows: refused in production. */
  @Column({ type: 'boolean', default: false })
  demonstration: boolean;

  @Column({ ...INSTANT, default: () => 'now()' })
  createdAt: Date;

  /**
   * Since when it is what it is: a change of role, agency, name, staff number, password or `active` makes it stand anew, and it decides nothing that
   * was asked for before. The database's trigger sets it.
   */
  @Column({ ...INSTANT, default: () => 'now()', insert: false, update: false, select: false })
  standingSince?: Date;

  /** The name and the staff number as they are compared. The database's trigger sets them. */
  @Column({ type: 'text', insert: false, update: false, select: false })
  nameKey?: string;

  @Column({ type: 'text', nullable: true, insert: false, update: false, select: false })
  staffKey?: string | null;

  @VersionColumn({ default: 1 })
  version: number;
}
