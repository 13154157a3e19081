import type { Publicity } from '../state/model.js';
import { awardOf, type AwardStated } from './common/award-step.js';
import { entryWithoutPostings } from './common/holds.js';
import { publicityDetails, wrongDays } from './common/publicity.js';
import { PAPERS, saidText, summarise } from './common/voucher.js';
import type { EventKind } from './event-kind.js';

/** 公示: an approved award was, or is being, shown to the public. Recorded again, the last one counts, and all stay in the journal. */
export interface PublicityEvent extends AwardStated {
  readonly kind: 'publicity';
  readonly publicity: Publicity;
}

/** Moves no money. */
export const publicity: EventKind<PublicityEvent> = {
  title: { zh: '公示', en: 'Publicity' },
  summary(voucher) {
    const { details } = voucher;
    const [from, to] = [saidText(details, 'from') ?? '', saidText(details, 'to') ?? ''];
    const what = { zh: `公示 ${from} 至 ${to}`, en: `shown to the public from ${from} to ${to}` };
    return summarise(voucher, what, [[PAPERS.register, saidText(details, 'reference')]]);
  },

  asks: () => [],
  needs: ({ awardId }) => ({ awards: [awardId] }),

  decide(state, event, actor, ids) {
    const award = awardOf(state, event, actor);
    if ('code' in award) return award;
    const wrong = wrongDays(state, event.publicity, award);
    if (wrong !== null) return wrong;
    const entry = entryWithoutPostings(state, {
      kind: 'publicity',
      id: ids(0),
      reason: event.reason ?? null,
      details: publicityDetails(event.publicity),
      about: award,
      change: { award, publicity: event.publicity },
    });
    return { entries: [entry] };
  },
};
