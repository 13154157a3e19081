import { isLive } from '../state/award-state.js';
import { holdEntries, keptAward, standsBeside } from './common/holds.js';
import type { EventKind, HoldGroup, Stated } from './event-kind.js';

/**
 * The hold of a project and year goes to every live award but one: `keep`, or where it is null the one that domain §5 keeps. A person's
 * project stands for the person, at whatever enterprise. Reconciliation posts it.
 */
export interface AssignHoldEvent extends Stated, HoldGroup {
  readonly kind: 'assign-hold';
  /** Award id. */
  readonly keep: string | null;
}

/** Moves no money. Changes nothing where the holds lie so already. */
export const assignHold: EventKind<AssignHoldEvent> = {
  title: { zh: '暫停支付調整', en: 'Hold assigned' },

  needs: (event, known) => ({ groups: [event], awards: known.awardsOfGroup(event) }),

  decide(state, event, _actor, ids) {
    const awards = (state.projectAwards.get(`${event.projectId}|${event.fiscalYear}`) ?? []).map((id) => state.award(id));
    const live = awards.filter(isLive);
    const kept = live.find((award) => award.id === event.keep) ?? keptAward(live);
    const stands = kept !== null && standsBeside(state, kept, awards) !== null ? null : kept;
    return { entries: holdEntries(state, awards, stands, event.reason ?? null, ids, 0) };
  },
};
