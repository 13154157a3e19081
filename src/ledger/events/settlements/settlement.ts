import { invalid, type BusinessDate, type Problem } from '../../../kernel/index.js';
import type { AwardChange, Effects, EntryDraft } from '../../state/effects.js';
import type { AwardState } from '../../state/model.js';
import type { More } from '../../state/more.js';
import type { State } from '../../state/state.js';
import { entryWithoutPostings } from '../common/holds.js';
import type { Ids, Stated } from '../event-kind.js';

/** What a settlement must know of its finding. */
export interface SettledFinding {
  readonly id: string;
  readonly rule: string;
  readonly fiscalYear: number;
  readonly lineId: number | null;
  /** All awards that the finding names. */
  readonly awardIds: readonly string[];
}

/** A finding is settled by finance (`POST /findings/{id}/resolve`). */
export interface SettleEvent extends Stated {
  readonly kind: 'settle';
  readonly finding: SettledFinding;
  readonly resolution: 'keep' | 'release' | 'dismiss' | 'acknowledge';
  /** The awards named: the one to be kept, those to be released, or the pair that is different. None: what the resolution says by itself. */
  readonly awardIds: readonly string[];
  /** keep: what was paid of the others is demanded back. */
  readonly demand: boolean;
  /** acknowledge: the last day on which it is known; null for all others. */
  readonly until: BusinessDate | null;
  /** acknowledge, of a line's rule: the awards named, else all, may be paid until then. */
  readonly payable: boolean;
  readonly reason: string;
}

/** What a settlement is decided by. */
export interface Settlement {
  readonly state: State;
  readonly event: SettleEvent;
  readonly awards: readonly AwardState[];
  readonly named: readonly AwardState[];
  readonly ids: Ids;
}

/** What a resolution comes to. */
export type Settled = Effects | Problem | More;

/** The entry of the settlement itself, the first of its entries; of each award that it changes one more. */
export function settleEntry({ state, event, ids }: Settlement, change: AwardChange | null, position = 0): EntryDraft {
  const { finding, resolution, until, payable } = event;
  const details = { findingId: finding.id, resolution, ...(until === null ? {} : { until }), ...(payable ? { payable } : {}) };
  const about = change?.award ?? finding;
  const { documentNo = null, reason } = event;
  return entryWithoutPostings(state, { kind: 'settle', id: ids(position), documentNo, reason, details, about, change });
}

/** Refused because it is not plain which awards are meant. */
export function nameTheAwards(zh: string, en: string, pointer = '/awards'): Problem {
  return invalid(pointer, zh, en);
}
