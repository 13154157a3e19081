import { accepted, refused } from '../kernel/index.js';
import type { ActUnit, Json, PostingAct } from '../approvals/index.js';
import type { Usernames } from '../identity/index.js';
import type { AwardEvent } from '../ledger/index.js';
import type { Database } from '../platform/database/database.js';
import type { Language } from '../platform/http/index.js';
import { renderAward } from './award-view.js';
import { noSuchAward } from './award.controller.js';
import { findAward } from './award.sql.js';

/** A step of an award that was asked for; of an account number only the keyed hash and the mask. */
export interface AwardStepData extends Json {
  readonly event: AwardEvent;
}

/** Posts a step of an award. An officer's payment (用款申請) is one that finance agrees to. */
export function awardStepAct(db: Database, usernames: Pick<Usernames, 'of'>): PostingAct<AwardStepData> {
  return {
    name: 'award-step',
    roles: ['finance', 'officer'],
    async unit(_, { event }, { language }) {
      const found = await findAward(db, event.awardId);
      if (found === null) return refused(noSuchAward(event.awardId));
      return accepted(await awardStepUnit(usernames, event, found, language));
    },
  };
}

/** The unit of a step of an award that was found. */
export async function awardStepUnit(
  usernames: Pick<Usernames, 'of'>,
  event: AwardEvent,
  { created_by: createdBy }: { readonly created_by: string },
  language: Language,
): Promise<ActUnit> {
  return { mode: 'single', events: [event], render: renderAward(await usernames.of([createdBy]), language) };
}
