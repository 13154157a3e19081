import { Directory, type Ledger } from '../ledger/index.js';
import type { Config } from '../platform/config/index.js';
import type { Database } from '../platform/database/database.js';
import { IdempotentWrites } from '../platform/http/index.js';
import { Acts } from './acts/acts.js';
import { Approvals } from './approvals.js';
import { Decisions } from './decisions.js';
import type { People } from './people.js';
import { Trials } from './trials.js';

/** What asks for a second person, and what decides. */
export interface ApprovalServices {
  /** Knows nothing yet: whoever asks declares it. */
  readonly acts: Acts;
  readonly approvals: Approvals;
  readonly decisions: Decisions;
}

/** The same services as the application's, for what has a ledger and a database alone. */
export function approvalsOf(db: Database, ledger: Ledger, people: People, config: Config): ApprovalServices {
  const acts = new Acts();
  const writes = new IdempotentWrites(db, config);
  const trials = new Trials(db, ledger, acts);
  trials.people = people;
  const approvals = new Approvals(db, ledger, new Directory(db), writes, trials);
  return { acts, approvals, decisions: new Decisions(db, ledger, writes, acts, trials) };
}
