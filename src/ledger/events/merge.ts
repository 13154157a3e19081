import { invalid, problem } from '../../kernel/index.js';
import type { EventKind, Stated } from './event-kind.js';
import { memberOf, moveFamily, tooLarge, withMerged } from './common/families.js';
import { said, saidText, summarise } from './common/voucher.js';

/** Two enterprises are found to be one: from now on their awards are told apart as of one (domain §6). Finance posts it. */
export interface MergeEvent extends Stated {
  readonly kind: 'merge';
  /** Id of the enterprise that is merged, with all that were merged into it before. */
  readonly enterprise: string;
  /** Id of the one that it is. */
  readonly into: string;
  readonly reason: string;
}

/** Moves no money. Holds what becomes the second of a project. */
export const merge: EventKind<MergeEvent> = {
  title: { zh: '企業合併', en: 'Enterprises merged' },
  summary: (voucher) => {
    const merged = saidText(said(voucher.details, 'enterprise'), 'name') ?? '';
    const into = saidText(said(voucher.details, 'into'), 'name') ?? '';
    return summarise(voucher, { zh: `併入「${into}」`, en: `merged into “${into}”` }, [], {
      zh: `「${merged}」`,
      en: `“${merged}”`,
    });
  },

  asks: () => [{ kind: 'merge', amountFen: null }],
  needs: ({ enterprise, into }) => ({ enterprises: [enterprise, into], rewards: true }),

  decide(state, event, _actor, ids) {
    const merged = memberOf(state, event.enterprise);
    if ('code' in merged) return merged;
    const into = state.families.get(event.into);
    if (into === undefined) return invalid('/into', '沒有這家企業', 'There is no such enterprise');
    if (merged.mergedInto !== null) {
      const known = state.families.get(merged.mergedInto)?.name ?? '';
      return problem('already-decided', `該企業已併入「${known}」`, `The enterprise was merged into “${known}” already`);
    }
    if (into.rootId === merged.rootId) {
      return invalid(
        '/into',
        '須為另一家企業,且尚未併入本企業',
        'Must be another enterprise, and not one that was merged into this',
      );
    }
    const large = tooLarge(state);
    if (large !== null) return large;
    const moved = {
      members: withMerged(state, merged),
      parted: merged,
      into: into.id,
      rootId: into.rootId,
      rootCode: into.rootCode,
    };
    return moveFamily(state, moved, ids, {
      kind: 'merge',
      reason: event.reason,
      details: { enterprise: { id: merged.id, name: merged.name }, into: { id: into.id, name: into.name } },
    });
  },
};
