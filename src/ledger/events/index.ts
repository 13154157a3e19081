import type { Actor, Fen, Text } from '../../kernel/index.js';
import type { State } from '../state/state.js';
import { allotmentReturn } from './allotment-return.js';
import { allotment } from './allotment.js';
import { appropriation } from './appropriation.js';
import { assignHold } from './assign-hold.js';
import { commit } from './commit.js';
import { stepsFor, type Asked } from '../rules/second-person.js';
import { withDocument } from './common/same-document.js';
import { summarise, type Voucher } from './common/voucher.js';
import { disburse } from './disburse.js';
import type { EventKind, Ids, Known, Needs, Outcome } from './event-kind.js';
import { merge } from './merge.js';
import { externalAward } from './external-award.js';
import { rewardHold } from './reward-hold.js';
import { publicity } from './publicity.js';
import { recoveryDemand } from './recovery-demand.js';
import { recovery } from './recovery.js';
import { reduction } from './reduction.js';
import { rekey } from './rekey.js';
import { release } from './release.js';
import { reserve } from './reserve.js';
import { returnedPayment } from './return.js';
import { ruleHold } from './rule-hold.js';
import { settle } from './settle.js';
import { supplement } from './supplement.js';
import { unmerge } from './unmerge.js';
import { virement } from './virement.js';

/** Every kind of event: a new one is its file, a row here and its test. Types and dispatch follow from this table. */
const EVENTS = {
  appropriation,
  supplement,
  reduction,
  allotment,
  'allotment-return': allotmentReturn,
  virement,
  reserve,
  commit,
  disburse,
  release,
  publicity,
  return: returnedPayment,
  'recovery-demand': recoveryDemand,
  recovery,
  'assign-hold': assignHold,
  'rule-hold': ruleHold,
  settle,
  rekey,
  merge,
  unmerge,
  'reward-hold': rewardHold,
  'external-award': externalAward,
};

type Events = { [Kind in keyof typeof EVENTS]: (typeof EVENTS)[Kind] extends EventKind<infer E> ? E : never };

/** Kinds of events, and of the journal entries that they post. */
export type EntryKind = keyof Events;
/** Any event. */
export type LedgerEvent = Events[EntryKind];
/** Steps of an award after its reservation. */
export type AwardEvent = Extract<LedgerEvent, { readonly awardId: string }>;
/** Entries of the budget, which belong to no award. */
export type BudgetEvent = Exclude<
  Extract<LedgerEvent, { readonly fiscalYear: number; readonly amountFen: Fen }>,
  { readonly kind: 'reserve' | 'external-award' }
>;

/** Each row is of the event whose kind is its name. */
const BY_KIND: { readonly [Kind in EntryKind]: EventKind<Extract<LedgerEvent, { readonly kind: Kind }>> } = EVENTS;
/** The same for an event of any kind. */
const KINDS: Readonly<Record<EntryKind, EventKind<LedgerEvent>>> = BY_KIND;

/** Every kind there is. */
export const ENTRY_KINDS: readonly string[] = Object.keys(EVENTS);

/** What people call a kind of entry; the kind itself where it is unknown here. */
export function entryKindTitle(kind: string): Text {
  return Object.entries(KINDS).find(([known]) => known === kind)?.[1].title ?? { zh: kind, en: kind };
}

/** 摘要 of an entry's voucher: who, what, and which document. */
export function entrySummary(kind: string, voucher: Voucher): Text {
  const known = Object.entries(KINDS).find(([name]) => name === kind)?.[1];
  return known === undefined ? summarise(voucher, entryKindTitle(kind)) : known.summary(voucher);
}

/** What the event needs, as far as it can be told by what is known. */
export function needsOf(event: LedgerEvent, known: Known): Needs {
  return KINDS[event.kind].needs(event, known);
}

/** What of the event a fund may ask a second person for. */
export function asksOf(event: LedgerEvent): readonly Asked[] {
  return KINDS[event.kind].asks(event);
}

/**
 * People beside the maker that the event needs, by the rules in force. What an officer asks for needs one in any case: an officer has no money
 * to pay with.
 */
export function stepsOf(state: State, event: LedgerEvent, { role }: Actor): number {
  const asked = asksOf(event);
  if (asked.length === 0) return 0;
  return Math.max(stepsFor(state.approvalRules, asked, state.moved), role === 'officer' ? 1 : 0);
}

/** Decides the event on this state: effects (`apply` carries them out), a refusal, or what must still be read. */
export function decide(state: State, event: LedgerEvent, actor: Actor, ids: Ids): Outcome {
  const outcome = KINDS[event.kind].decide(state, event, actor, ids);
  return 'entries' in outcome ? withDocument(state, outcome) : outcome;
}
