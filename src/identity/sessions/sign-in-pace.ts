import type { Config } from '../../platform/config/index.js';
import type { Database } from '../../platform/database/database.js';
import { countFailures, takePlace, type Attempt, type Failures } from './sign-in-failure.sql.js';

/** Seconds between two attempts of who has failed most often. */
const SLOWEST_SECONDS = 30;

/** Something that has failed too often: one more attempt of it every so many seconds. */
interface Paced {
  readonly subject: string;
  readonly everySeconds: number;
  /** Seconds since its last failure. */
  readonly age: number;
}

/** Whether an attempt may go on: at once, in its turn, or how many seconds it waits. */
export type Admission = { readonly kind: 'free' | 'in-turn' } | { readonly kind: 'wait'; readonly seconds: number };

/**
 * Counts failures of a user from a network, of the user from everywhere, and of the network with whatever names. Who has too many is let in
 * one attempt at a time, at a pace that falls from 1 to 30 s, and the right password is taken as soon as it comes in: nobody is ever shut
 * out. From a network from which a user has signed in lately, neither what other networks try nor what is tried there with other names
 * slows that user down. Places are taken in the database, so that two processes don't give the same one.
 */
export class SignInPace {
  constructor(
    private readonly database: Database,
    private readonly config: Config,
  ) {}

  /** Asked before a password is checked. */
  async admit(attempt: Attempt): Promise<Admission> {
    const paced = await this.paced(attempt);
    if (paced.length === 0) return { kind: 'free' };
    for (const { subject, everySeconds, age } of paced) {
      const wait = age < everySeconds ? everySeconds - age : await takePlace(this.database, subject, everySeconds);
      if (wait !== null) return { kind: 'wait', seconds: Math.max(1, Math.ceil(wait)) };
    }
    return { kind: 'in-turn' };
  }

  /** Asked after it: many guesses that were sent at once have failed meanwhile, so what was let in freely counts as if it had come after them. */
  async isLate(attempt: Attempt): Promise<boolean> {
    return (await this.paced(attempt)).length > 0;
  }

  private async paced(attempt: Attempt): Promise<Paced[]> {
    const { username, network } = attempt;
    const failures = await countFailures(this.database, attempt, this.config.signInFailureWindowMinutes);
    return this.limits(failures).flatMap(({ failed, limit, age, subject }) =>
      failed < limit ? [] : [{ subject: subject(username, network), everySeconds: pace(failed - limit), age: age ?? 0 }],
    );
  }

  private limits({ isKnown, ofPair, ofUser, ofNetwork, pairAge, userAge, networkAge }: Failures) {
    const { signInFailureLimit, signInUserFailureLimit, signInNetworkFailureLimit } = this.config;
    const pair = {
      failed: ofPair,
      limit: signInFailureLimit,
      age: pairAge,
      subject: (user: string, network: string) => `pair:${user}|${network}`,
    };
    if (isKnown) return [pair];
    const user = { failed: ofUser, limit: signInUserFailureLimit, age: userAge, subject: (name: string) => `user:${name}` };
    const network = {
      failed: ofNetwork,
      limit: signInNetworkFailureLimit,
      age: networkAge,
      subject: (_: string, of: string) => `network:${of}`,
    };
    return [pair, user, network];
  }
}

/** Seconds between two attempts after so many failures beyond the limit: 1, 2, 4, 8, 16, 30. */
function pace(beyond: number): number {
  return Math.min(SLOWEST_SECONDS, 2 ** Math.min(beyond, 10));
}
