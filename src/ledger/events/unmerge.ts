import { problem } from '../../kernel/index.js';
import type { EventKind, Stated } from './event-kind.js';
import { memberOf, moveFamily, tooLarge, withMerged } from './common/families.js';
import { said, saidText, summarise } from './common/voucher.js';

/** An enterprise that was merged is another one after all: its awards, those since included, are told apart as of it alone again. */
export interface UnmergeEvent extends Stated {
  readonly kind: 'unmerge';
  /** Id of the enterprise that was merged into another. */
  readonly enterprise: string;
  readonly reason: string;
}

/** Moves no money. Frees whom the merger had held, and nothing else holds. */
export const unmerge: EventKind<UnmergeEvent> = {
  title: { zh: '企業拆分', en: 'Enterprises parted' },
  summary: (voucher) => {
    const parted = saidText(said(voucher.details, 'enterprise'), 'name') ?? '';
    const from = saidText(said(voucher.details, 'from'), 'name') ?? '';
    return summarise(voucher, { zh: `自「${from}」拆分`, en: `parted from “${from}”` }, [], {
      zh: `「${parted}」`,
      en: `“${parted}”`,
    });
  },

  asks: () => [{ kind: 'unmerge', amountFen: null }],
  needs: ({ enterprise }) => ({ enterprises: [enterprise], rewards: true }),

  decide(state, event, _actor, ids) {
    const parted = memberOf(state, event.enterprise);
    if ('code' in parted) return parted;
    if (parted.mergedInto === null) return problem('already-decided', '該企業並未併入其他企業', 'The enterprise is not merged');
    const large = tooLarge(state);
    if (large !== null) return large;
    const from = state.families.get(parted.mergedInto);
    const moved = {
      members: withMerged(state, parted),
      parted,
      into: null,
      rootId: parted.id,
      rootCode: parted.organizationCode,
    };
    return moveFamily(state, moved, ids, {
      kind: 'unmerge',
      reason: event.reason,
      details: { enterprise: { id: parted.id, name: parted.name }, from: { id: from?.id ?? '', name: from?.name ?? '' } },
    });
  },
};
