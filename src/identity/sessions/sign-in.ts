import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { accepted, problem, refused, type Problem, type Result } from '../../kernel/index.js';
import { Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/database.js';
import { isPassword } from '../passwords.js';
import { User } from '../users/user.entity.js';
import { countFailures, recordFailure, type Attempt } from './sign-in-failure.sql.js';
import { Sessions } from './sessions.js';

/** Passwords checked or waiting to be checked at once; each takes some 30 ms and 19 MiB. Beyond it, 503. */
const CHECKS_LIMIT = 200;

/** A session that was just opened. */
export interface SignedIn {
  readonly token: string;
  readonly expiresAt: Date;
  readonly user: User;
}

/**
 * Sign-in. Unknown user, wrong password and deactivated user are refused alike and after the same work. Only failures are throttled,
 * per username and address; the count is looked at again after the password was checked, so that many guesses sent at once gain
 * nothing.
 */
@Injectable()
export class SignIn {
  private checks = 0;

  constructor(
    private readonly database: Database,
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly config: Config,
    private readonly sessions: Sessions,
  ) {}

  async signIn(attempt: Attempt, password: string): Promise<Result<SignedIn>> {
    const throttled = await this.throttled(attempt);
    if (throttled !== null) return refused(throttled);
    if (this.checks >= CHECKS_LIMIT) return refused(busy());
    const user = await this.users
      .createQueryBuilder('u')
      .addSelect('u.passwordHash')
      .where({ username: attempt.username })
      .getOne();
    const right = await this.check(password, user?.passwordHash ?? null);
    const throttledMeanwhile = await this.throttled(attempt);
    if (throttledMeanwhile !== null) return refused(throttledMeanwhile);
    if (user === null || !right || !user.active || (user.demonstration && this.config.production)) {
      await recordFailure(this.database, attempt);
      return refused(wrong());
    }
    // What was checked may have been changed meanwhile: then the answer is that of a wrong password.
    const session = await this.sessions.open(user);
    return session === null ? refused(wrong()) : accepted({ ...session, user });
  }

  private async check(password: string, passwordHash: string | null): Promise<boolean> {
    this.checks++;
    try {
      return await isPassword(password, passwordHash);
    } finally {
      this.checks--;
    }
  }

  private async throttled(attempt: Attempt): Promise<Problem | null> {
    const { signInFailureLimit: limit, signInFailureWindowMinutes: windowMinutes } = this.config;
    const { failures, retryAfterSeconds } = await countFailures(this.database, attempt, windowMinutes, limit);
    if (failures < limit) return null;
    return problem('too-many-requests', '登入失敗次數過多，請稍後再試。', 'Too many failed sign-ins; try again later.', {
      retryAfterSeconds: Math.max(1, retryAfterSeconds ?? 1),
    });
  }
}

function wrong(): Problem {
  return problem('unauthenticated', '使用者名稱或密碼不正確。', 'The username or the password is wrong.');
}

function busy(): Problem {
  return problem('unavailable', '登入請求過多，請稍後再試。', 'Too many sign-ins at once; try again later.', {
    retryAfterSeconds: 1,
  });
}
