import { formatYuan, invalid, readableYuan, problem, type BusinessDate, type Problem } from '../../kernel/index.js';
import { isLive } from '../state/award-state.js';
import { openFrom } from '../state/balances.js';
import type { AwardChange, EntryDraft } from '../state/effects.js';
import type { AwardState } from '../state/model.js';
import type { More } from '../state/more.js';
import type { State } from '../state/state.js';
import { accountsOfAward, tooEarly } from './common/award-step.js';
import { effectiveDate, yearNotOpen } from './common/dates.js';
import { alreadySubsidised, entryWithoutPostings, holdEntries, keptAward, standsBeside } from './common/holds.js';
import type { EventKind, Ids, Stated } from './event-kind.js';
import { RELEASE_ACCOUNTS, releaseEntry } from './release.js';

/** What a settlement must know of its finding. */
export interface SettledFinding {
  readonly id: string;
  readonly rule: string;
  readonly fiscalYear: number;
  readonly lineId: number | null;
  /** All awards that the finding names. */
  readonly awardIds: readonly string[];
}

/** A finding is settled by finance (`POST /findings/{id}/resolve`). Whether it is open still, its companion record says. */
export interface SettleEvent extends Stated {
  readonly kind: 'settle';
  readonly finding: SettledFinding;
  readonly resolution: 'keep' | 'release' | 'dismiss';
  /** The award kept, released or dismissed; null: for keep the one that stands, else those on hold. */
  readonly awardId: string | null;
  readonly reason: string;
}

/** keep: one stands, the others stay on hold. release: open money goes back. dismiss: not the same project. */
export const settle: EventKind<SettleEvent> = {
  title: { zh: '疑點處理', en: 'Finding settled' },

  needs: ({ finding: { awardIds } }, known) => ({
    awards: awardIds,
    accounts: awardIds.flatMap((id) => accountsOfAward(id, known, RELEASE_ACCOUNTS)),
  }),

  decide(state, event, _actor, ids) {
    const { finding } = event;
    if (event.awardId !== null && !finding.awardIds.includes(event.awardId)) {
      return refusedAward('須為疑點所列的扶持項目', 'Must be an award of the finding');
    }
    const awards = finding.awardIds.map((id) => state.award(id));
    const chosen = awards.find((award) => award.id === event.awardId) ?? null;
    const settlement = { state, event, awards, chosen, ids };
    const settled = { keep, release: releaseHeld, dismiss }[event.resolution](settlement);
    if (!Array.isArray(settled)) return settled;
    const newProject = settled.map((draft) => draft.award?.project).find((project) => project !== undefined);
    return { entries: settled, ...(newProject === undefined ? {} : { newProject }) };
  },
};

/** What a settlement is decided by. */
interface Settlement {
  readonly state: State;
  readonly event: SettleEvent;
  readonly awards: readonly AwardState[];
  readonly chosen: AwardState | null;
  readonly ids: Ids;
}

type Drafts = EntryDraft[] | Problem | More;

function keep(settlement: Settlement): Drafts {
  const { state, event, awards, chosen, ids } = settlement;
  if (!isOneSubsidy(event)) return [settleEntry(settlement, null)];
  const live = awards.filter(isLive);
  if (chosen !== null && !isLive(chosen)) {
    return invalid('/award', `${chosen.number} 已無款項,不能保留`, `${chosen.number} holds no money: it can't be kept`);
  }
  const kept = chosen ?? live.find((award) => !award.onHold) ?? keptAward(live);
  const holder = kept === null ? null : standsBeside(state, kept, awards);
  if (holder !== null) return alreadySubsidised(holder);
  const paid = paidBeside(state, awards, kept);
  if (paid !== null) return paid;
  return [settleEntry(settlement, null), ...holdEntries(state, awards, kept, event.reason, ids, 1)];
}

/** Refused because money went out on another award than the kept one: keeping this one would make the breach look healed (domain §5). */
function paidBeside(state: State, awards: readonly AwardState[], kept: AwardState | null): Problem | null {
  const paid = awards.filter((award) => award !== kept && award.disbursed > 0n);
  if (kept === null || paid.length === 0) return null;
  const numbers = paid.map(({ number }) => number).join('、');
  const payments = paid.flatMap((award) =>
    (state.payments.get(award.id) ?? []).map(({ paymentRef, paid: amount, returned, recovered }) => ({
      award: award.id,
      number: award.number,
      paymentRef,
      net: formatYuan(amount - returned - recovered),
    })),
  );
  return problem(
    'award-has-payments',
    `${numbers} 已有撥付,款項收回之前不能改為保留 ${kept.number}`,
    `${numbers} has been paid: ${kept.number} can't be kept instead before that money has come back`,
    { extras: { payments: payments.filter(({ net }) => net !== '0.00') } },
  );
}

function dismiss(settlement: Settlement): Drafts {
  const { event, awards, chosen, ids } = settlement;
  if (!isOneSubsidy(event)) return [settleEntry(settlement, null)];
  const held = awards.filter((one) => one.onHold);
  const award = chosen ?? (held.length === 1 ? held[0] : undefined);
  if (award === undefined) return nameTheAward();
  // Dismissed a second time it has its own identity already.
  if (award.project.splitFrom !== null) return [settleEntry(settlement, { award, onHold: false })];
  const project = { ...award.project, id: ids(1), key: `distinct:${award.id}`, splitFrom: award.project.id };
  return [settleEntry(settlement, { award, onHold: false, project })];
}

function releaseHeld(settlement: Settlement): Drafts {
  const { event, awards, chosen } = settlement;
  const held = isOneSubsidy(event) ? awards.filter((one) => one.onHold && isLive(one)) : [];
  const targets = chosen === null ? held : [chosen];
  if (targets.length === 0) return nameTheAward();
  const drafts = [settleEntry(settlement, null)];
  for (const award of targets) {
    const released = releaseAll(settlement, award, drafts.length);
    if (!Array.isArray(released)) return released;
    drafts.push(...released);
  }
  return drafts;
}

/** Releases all that is open of an award which has nothing paid. */
function releaseAll({ state, event, ids }: Settlement, award: AwardState, firstId: number): Drafts {
  const closed = yearNotOpen(state, award.budgetYear);
  if (closed !== null) return closed;
  if (award.disbursed > 0n || award.reserved + award.committed === 0n) {
    const paid = readableYuan(award.disbursed);
    return problem(
      'exceeds-open-amount',
      `${award.number} 已撥付 ${paid} 元,須追回後才能處理`,
      `${award.number} has ${paid} disbursed: demand its recovery instead of releasing it`,
      { extras: { open: formatYuan(award.reserved + award.committed) } },
    );
  }
  const stated = effectiveDate(state, event.effectiveOn, award.budgetYear);
  if (typeof stated !== 'string') return stated;
  if (stated < award.lastEffectiveOn) return tooEarly(award.lastEffectiveOn);
  const date: BusinessDate = stated;
  const drafts: EntryDraft[] = [];
  for (const from of ['reserved', 'committed'] as const) {
    const open = openFrom(award, from, date);
    if (typeof open !== 'bigint') return open;
    if (open === 0n) continue;
    const why = { from, documentNo: event.documentNo ?? null, reason: event.reason };
    drafts.push(releaseEntry(state, { award, date }, why, open, ids(firstId + drafts.length)));
  }
  return drafts;
}

/** The entry of the settlement itself. */
function settleEntry({ state, event, ids }: Settlement, change: AwardChange | null): EntryDraft {
  const details = { findingId: event.finding.id, resolution: event.resolution };
  const about = change?.award ?? event.finding;
  return entryWithoutPostings(state, { kind: 'settle', id: ids(0), reason: event.reason, details, about, change });
}

function isOneSubsidy({ finding }: SettleEvent): boolean {
  return finding.rule === 'one-subsidy';
}

function nameTheAward(): Problem {
  return refusedAward('須指明扶持項目', 'Name the award');
}

function refusedAward(zh: string, en: string): Problem {
  return problem('validation-failed', zh, en, { errors: [{ pointer: '/award', detail: { zh, en } }] });
}
