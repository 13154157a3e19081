import type { Fen } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { openFrom } from '../state/balances.js';
import type { EntryDraft } from '../state/effects.js';
import type { State } from '../state/state.js';
import { accountOf, exceedsOn, needsOfAward, stepEntry, stepOf, type AwardStated, type Step } from './common/award-step.js';
import type { EventKind } from './event-kind.js';
import { saidText, summarise } from './common/voucher.js';

/** 釋放 of a reservation or a commitment, whole or part. */
export interface ReleaseEvent extends AwardStated {
  readonly kind: 'release';
  readonly from: 'reserved' | 'committed';
  /** null: all that is open there. */
  readonly amountFen: Fen | null;
}

/** 4700 or 4801 → 4610. Never blocked by a hold. */
export const release: EventKind<ReleaseEvent> = {
  title: { zh: '釋放', en: 'Release' },
  summary: (voucher) =>
    summarise(
      voucher,
      saidText(voucher.details, 'from') === 'committed'
        ? { zh: '釋放承諾', en: 'commitment released' }
        : { zh: '釋放預留', en: 'reservation released' },
    ),

  asks: () => [],
  needs: (event, known) => needsOfAward(event, known, [...RELEASE_ACCOUNTS]),

  decide(state, event, actor, ids) {
    const step = stepOf(state, event, actor);
    if ('code' in step) return step;
    const open = openFrom(step.award, event.from, step.date);
    if (typeof open !== 'bigint') return open;
    const amountFen = event.amountFen ?? open;
    if (amountFen > open || amountFen === 0n) return exceedsOn(step.award, event.from, event.amountFen);
    return { entries: [releaseEntry(state, step, event, amountFen, ids(0))] };
  },
};

/** Accounts that a release may move. */
export const RELEASE_ACCOUNTS = [ACCOUNT.reserved, ACCOUNT.committed, ACCOUNT.available] as const;

/** The entry that gives an open amount of an award back to its line's available. */
export function releaseEntry(
  state: State,
  step: Step,
  { from, documentNo = null, reason = null }: Pick<ReleaseEvent, 'from' | 'documentNo' | 'reason'>,
  amountFen: Fen,
  id: string,
): EntryDraft {
  const { award } = step;
  const stage = from === 'reserved' ? ACCOUNT.reserved : ACCOUNT.committed;
  const legs = transfer(accountOf(state, award, stage), accountOf(state, award, ACCOUNT.available), amountFen);
  const change = { [from]: -amountFen, released: amountFen };
  return stepEntry({ event: { kind: 'release', documentNo, reason }, step, id, amountFen, legs, change, details: { from } });
}
