import { formatYuan, invalid, problem, type Actor, type BusinessDate, type Problem } from '../../kernel/index.js';
import { releaseEntry } from './decide-award.js';
import type { Ids } from './decide-budget.js';
import { alreadySubsidised } from './reserve.js';
import { personOf, personYearKey, type AwardChange, type Effects, type EntryDraft } from '../state/effects.js';
import type { AssignHoldEvent, SettleEvent } from './events.js';
import { effectiveDate, openFrom, yearNotOpen } from '../state/balances.js';
import type { AwardState, ClaimHolder, FindingState, State } from '../state/state.js';

/** The award that domain §5 keeps: one with money disbursed, then the highest amount, then the earliest approval. */
export function keptAward(live: readonly AwardState[]): AwardState | null {
  return [...live].sort(strongerFirst)[0] ?? null;
}

function strongerFirst(left: AwardState, right: AwardState): number {
  if (left.disbursed > 0n !== right.disbursed > 0n) return left.disbursed > 0n ? -1 : 1;
  if (left.awarded !== right.awarded) return left.awarded > right.awarded ? -1 : 1;
  if (left.approvedOn !== right.approvedOn) return left.approvedOn < right.approvedOn ? -1 : 1;
  return left.id < right.id ? -1 : 1;
}

/** Whether an award still holds money (invariant 7). */
export function isLive(award: AwardState): boolean {
  return award.reserved + award.committed + award.disbursed > 0n;
}

/** Moves the hold of a project, or person, and year to every live award but the kept one; changes nothing where it lies so already. */
export function decideAssignHold(state: State, event: AssignHoldEvent, _actor: Actor, ids: Ids): Effects | Problem {
  const awards = (state.projectAwards.get(`${event.projectId}|${event.fiscalYear}`) ?? []).map((id) => awardOf(state, id));
  const live = awards.filter(isLive);
  const kept = live.find((award) => award.id === event.keep) ?? keptAward(live);
  const stands = kept !== null && standsBeside(state, kept, awards) !== null ? null : kept;
  return { entries: holdEntries(state, awards, stands, event.reason ?? null, ids, 0) };
}

/** The award, other than these, that stands for the same project or person: while it does, none of these can. */
function standsBeside(state: State, award: AwardState, awards: readonly AwardState[]): ClaimHolder | null {
  const person = personOf(award);
  const holders = [
    state.standing.get(`${award.project.id}|${award.fiscalYear}`),
    person === null ? undefined : state.claimHolder(personYearKey(person, award.fiscalYear)),
  ];
  return holders.find((holder) => holder !== undefined && awards.every((one) => one.id !== holder.awardId)) ?? null;
}

function holdEntries(
  state: State,
  awards: readonly AwardState[],
  kept: AwardState | null,
  reason: string | null,
  ids: Ids,
  firstId: number,
): EntryDraft[] {
  return awards
    .filter((award) => award.onHold !== (isLive(award) && award !== kept))
    .map((award, position) =>
      withoutPostings(
        'assign-hold',
        state,
        award,
        ids(firstId + position),
        reason,
        {
          award,
          onHold: !award.onHold,
        },
        { onHold: !award.onHold, kept: kept?.id ?? null },
      ),
    );
}

/** Settles a finding: keep (one stands, the others stay on hold), release (open money goes back) or dismiss (not the same project). */
export function decideSettle(state: State, event: SettleEvent, actor: Actor, ids: Ids): Effects | Problem {
  const finding = state.findings.get(event.findingId);
  if (finding === undefined) return problem('not-found', '沒有此疑點', 'There is no such finding');
  if (finding.status !== 'open') return problem('already-decided', '此疑點已處理', 'The finding is already settled');
  if (event.awardId !== null && !finding.awardIds.includes(event.awardId)) {
    const zh = '須為疑點所列的扶持項目';
    const en = 'Must be an award of the finding';
    return problem('validation-failed', zh, en, { errors: [{ pointer: '/award', detail: { zh, en } }] });
  }
  const awards = finding.awardIds.map((id) => awardOf(state, id));
  const chosen = awards.find((award) => award.id === event.awardId) ?? null;
  const entries = settlementEntries(state, event, finding, awards, chosen, ids);
  if ('code' in entries) return entries;
  const newProject = entries.drafts.map((draft) => draft.award?.project).find((project) => project !== undefined);
  return {
    entries: entries.drafts,
    ...(newProject === undefined ? {} : { newProject }),
    settled: {
      finding,
      status: event.resolution === 'dismiss' ? 'dismissed' : 'resolved',
      resolution: event.resolution,
      reason: event.reason,
      by: actor.username,
    },
  };
}

function settlementEntries(
  state: State,
  event: SettleEvent,
  finding: FindingState,
  awards: readonly AwardState[],
  chosen: AwardState | null,
  ids: Ids,
): { readonly drafts: EntryDraft[] } | Problem {
  const isOneSubsidy = finding.rule === 'one-subsidy';
  const settlement = (change: AwardChange | null): EntryDraft =>
    withoutPostings(
      'settle',
      state,
      change?.award ?? null,
      ids(0),
      event.reason,
      change,
      {
        findingId: finding.id,
        resolution: event.resolution,
      },
      finding,
    );

  if (event.resolution === 'keep') {
    if (!isOneSubsidy) return { drafts: [settlement(null)] };
    const live = awards.filter(isLive);
    if (chosen !== null && !isLive(chosen)) {
      return invalid('/award', `${chosen.number} 已無款項,不能保留`, `${chosen.number} holds no money: it can't be kept`);
    }
    const kept = chosen ?? live.find((award) => !award.onHold) ?? keptAward(live);
    const holder = kept === null ? null : standsBeside(state, kept, awards);
    if (holder !== null) return alreadySubsidised(holder);
    return { drafts: [settlement(null), ...holdEntries(state, awards, kept, event.reason, ids, 1)] };
  }

  if (event.resolution === 'dismiss') {
    if (!isOneSubsidy) return { drafts: [settlement(null)] };
    const award = chosen ?? onlyOne(awards.filter((one) => one.onHold));
    if (award === null) return nameTheAward();
    // Dismissed a second time it has its own identity already.
    if (award.project.splitFrom !== null) return { drafts: [settlement({ award, onHold: false })] };
    const project = { ...award.project, id: ids(1), key: `distinct:${award.id}`, splitFrom: award.project.id };
    return { drafts: [settlement({ award, onHold: false, project })] };
  }

  const targets = chosen !== null ? [chosen] : isOneSubsidy ? awards.filter((one) => one.onHold && isLive(one)) : [];
  if (targets.length === 0) return nameTheAward();
  const drafts: EntryDraft[] = [];
  for (const award of targets) {
    const released = releaseAll(state, event, award, ids, 1 + drafts.length);
    if ('code' in released) return released;
    drafts.push(...released.drafts);
  }
  return { drafts: [settlement(null), ...drafts] };
}

function releaseAll(
  state: State,
  event: SettleEvent,
  award: AwardState,
  ids: Ids,
  firstId: number,
): { drafts: EntryDraft[] } | Problem {
  const closed = yearNotOpen(state, award.budgetYear);
  if (closed !== null) return closed;
  if (award.disbursed > 0n || award.reserved + award.committed === 0n) {
    const open = formatYuan(award.disbursed);
    return problem(
      'exceeds-open-amount',
      `${award.number} 已撥付 ${open} 元,須追回後才能處理`,
      `${award.number} has ${open} disbursed: demand its recovery instead of releasing it`,
      { extras: { open: formatYuan(award.reserved + award.committed) } },
    );
  }
  const date = effectiveDate(state, event.effectiveOn, award.budgetYear);
  if (typeof date !== 'string') return date;
  const latest: BusinessDate = date < award.lastEffectiveOn ? award.lastEffectiveOn : date;
  const drafts: EntryDraft[] = [];
  for (const from of ['reserved', 'committed'] as const) {
    const open = openFrom(award, from, latest);
    if (open === 0n) continue;
    const named = { from, documentNo: event.documentNo ?? null, reason: event.reason };
    drafts.push(releaseEntry({ state, event: named, award, date: latest, ids }, open, firstId + drafts.length));
  }
  return { drafts };
}

function nameTheAward(): Problem {
  const zh = '須指明扶持項目';
  const en = 'Name the award';
  return problem('validation-failed', zh, en, { errors: [{ pointer: '/award', detail: { zh, en } }] });
}

function onlyOne<T>(items: readonly T[]): T | null {
  return items.length === 1 ? (items[0] ?? null) : null;
}

function awardOf(state: State, id: string): AwardState {
  const award = state.awards.get(id);
  if (award === undefined) throw new Error(`Award ${id} is not locked`);
  return award;
}

/** An entry that moves no money: a hold, or the settlement of a finding. */
function withoutPostings(
  kind: 'assign-hold' | 'settle',
  state: State,
  award: AwardState | null,
  id: string,
  reason: string | null,
  change: AwardChange | null,
  details: Record<string, unknown>,
  finding?: FindingState,
): EntryDraft {
  const fiscalYear = award?.fiscalYear ?? finding?.fiscalYear ?? 0;
  const today = effectiveDate(state, null, fiscalYear);
  const effectiveOn = typeof today === 'string' ? today : state.today;
  return {
    id,
    kind,
    fiscalYear,
    effectiveOn: award !== null && effectiveOn < award.lastEffectiveOn ? award.lastEffectiveOn : effectiveOn,
    lineId: award?.lineId ?? finding?.lineId ?? null,
    amountFen: 0n,
    documentNo: null,
    reason,
    details,
    legs: [],
    award: change,
  };
}
