import { createHmac } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { recordRefusal } from '../../audit/index.js';
import { accepted, problem, refused, type Problem, type Result } from '../../kernel/index.js';
import { Config } from '../../platform/config/index.js';
import { Database } from '../../platform/database/database.js';
import { Secrets } from '../../platform/secrets/secrets.js';
import { isPassword } from '../passwords.js';
import { USERNAME } from '../users/user.js';
import { User } from '../users/user.entity.js';
import { networkOf } from './client-address.js';
import { letIn } from './let-in.js';
import { recordFailure, type Attempt } from './sign-in-failure.sql.js';
import { SignInPace } from './sign-in-pace.js';
import { Sessions } from './sessions.js';

/** Passwords checked or waiting to be checked at once; each takes some 30 ms and 19 MiB. Beyond it, 503. */
const CHECKS_LIMIT = 200;
/** Of these, from one network. Beyond it, 429: nobody else waits for it. */
const NETWORK_SHARE = 40;

/** A session that was just opened. */
export interface SignedIn {
  readonly token: string;
  readonly expiresAt: Date;
  readonly user: User;
}

/**
 * Sign-in. Unknown user, wrong password and deactivated user are refused alike and after the same work. Only failures are throttled
 * (SignInPace); they are counted again after the password was checked, so that many guesses sent at once gain nothing.
 */
@Injectable()
export class SignIn {
  private readonly pace: SignInPace;
  /** Checks under way, by network. */
  private readonly checks = new Map<string, number>();
  private checking = 0;

  constructor(
    private readonly database: Database,
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly config: Config,
    private readonly secrets: Secrets,
    private readonly sessions: Sessions,
  ) {
    this.pace = new SignInPace(database, config);
  }

  /** `address`: the client's, as the trusted proxies say. */
  async signIn(username: string, password: string, address: string): Promise<Result<SignedIn>> {
    const attempt = this.attemptOf(username, address);
    const answer = await this.attempt(attempt, password);
    if (!answer.ok) await this.tellRefused(attempt, answer.problem);
    return answer;
  }

  private async attempt(attempt: Attempt, password: string): Promise<Result<SignedIn>> {
    const admission = await this.pace.admit(attempt);
    if (admission.kind === 'wait') return refused(tooOften(admission.seconds));
    if ((this.checks.get(attempt.network) ?? 0) >= NETWORK_SHARE) return refused(tooOften(1));
    if (this.checking >= CHECKS_LIMIT) return refused(busy());
    const user = await letIn(this.users, attempt.username, (hash) => this.check(attempt.network, password, hash), this.config);
    if (admission.kind === 'free' && (await this.pace.isLate(attempt))) return refused(tooOften(1));
    if (user === null) {
      await recordFailure(this.database, attempt);
      return refused(wrong());
    }
    // What was checked may have been changed meanwhile: then the answer is that of a wrong password.
    const session = await this.sessions.open(user, attempt.networkHash);
    return session === null ? refused(wrong()) : accepted({ ...session, user });
  }

  /**
   * Of what is let in at a pace, each name from each network is told once a minute; of what has to wait, each network once a minute, as its
   * names may be ever new. A name that is nobody's may be a password, typed in the wrong place: it is not kept, and what tells repetitions
   * apart is keyed. Nobody's name and somebody's are told by the same statements, so that the time it takes says nothing.
   */
  private async tellRefused({ username: typed, networkHash }: Attempt, { code }: Problem): Promise<void> {
    // Too much at once says nothing of who tries.
    if (code === 'unavailable') return;
    const alike = code === 'too-many-requests' ? [networkHash] : [networkHash, this.keyed(`name ${typed}`)];
    const by = { id: null, username: (await this.isSomebody(typed)) ? typed : null };
    await recordRefusal(this.database, { action: 'sign-in-refused', by, code, alike, details: { network: networkHash } });
  }

  /** A refusal is answered all the same where this can't be asked. */
  private async isSomebody(typed: string): Promise<boolean> {
    return USERNAME.test(typed) && (await this.users.existsBy({ username: typed }).catch(() => false));
  }

  private attemptOf(username: string, address: string): Attempt {
    const network = networkOf(address);
    return { username, network, networkHash: this.keyed(network) };
  }

  private keyed(text: string): string {
    return createHmac('sha256', this.secrets.keyFor('network')).update(text).digest('hex');
  }

  private async check(network: string, password: string, passwordHash: string | null): Promise<boolean> {
    this.checking++;
    this.checks.set(network, (this.checks.get(network) ?? 0) + 1);
    try {
      return await isPassword(password, passwordHash);
    } finally {
      this.checking--;
      const left = (this.checks.get(network) ?? 1) - 1;
      if (left === 0) this.checks.delete(network);
      else this.checks.set(network, left);
    }
  }
}

function tooOften(retryAfterSeconds: number): Problem {
  return problem(
    'too-many-requests',
    `登入失敗次數過多，請於 ${retryAfterSeconds} 秒後再試。`,
    `Too many failed sign-ins; try again in ${retryAfterSeconds} s.`,
    { retryAfterSeconds },
  );
}

function wrong(): Problem {
  return problem('unauthenticated', '使用者名稱或密碼不正確。', 'The username or the password is wrong.');
}

function busy(): Problem {
  return problem('unavailable', '登入請求過多，請稍後再試。', 'Too many sign-ins at once; try again later.', {
    retryAfterSeconds: 1,
  });
}
