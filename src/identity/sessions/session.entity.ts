import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import { CheckedBy, INSTANT } from '../../platform/database/entities.js';
import { User } from '../users/user.entity.js';

/** What a token opens. */
@Entity('session')
@Index('session_of_user', ['userId'], { where: 'ended_at IS NULL' })
@Index('session_expiry', ['expiresAt'])
@CheckedBy('session_token_hash_check', 'session_address_hash_check')
export class Session {
  /** SHA-256 of the token, 64 hex digits; the token itself is never stored. */
  @PrimaryColumn({ type: 'text' })
  tokenHash: string;

  @Column({ type: 'uuid' })
  userId: string;

  @ManyToOne(() => User)
  @JoinColumn({ name: 'user_id' })
  user: User;

  @Column({ ...INSTANT, default: () => 'now()' })
  createdAt: Date;

  @Column(INSTANT)
  expiresAt: Date;

  /** Where it was opened: keyed digest of the client's network, 64 hex digits; null: from before this was kept. */
  @Column({ type: 'text', nullable: true })
  addressHash: string | null;

  /** By sign-out, a new password or a deactivation. */
  @Column({ ...INSTANT, nullable: true })
  endedAt: Date | null;
}
