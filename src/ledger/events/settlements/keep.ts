import { formatYuan, invalid, problem, type Problem } from '../../../kernel/index.js';
import { strongerFirst } from '../../rules/one-subsidy.js';
import { isLive } from '../../state/award-state.js';
import { holderOf } from '../../state/apply-award.js';
import type { AwardState, PaymentState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import { tooEarly } from '../common/award-step.js';
import { dateInOpenYear } from '../common/dates.js';
import { demandOf, type Demand } from '../common/demand.js';
import { alreadySubsidised, holdEntries } from '../common/holds.js';
import { allOfSameProject, meetingKeys, standingOf } from '../common/same-project.js';
import { nameTheAwards, settleEntry, type Settled, type Settlement } from './settlement.js';

/**
 * One award is kept; those that meet it are on hold until they are released. Refused while money went out on one of them, unless it is
 * demanded back with it: keeping this one would make the breach look healed (domain §5).
 */
export function keep(settlement: Settlement): Settled {
  const { state, event, awards, named, ids } = settlement;
  if (named.length > 1) return nameTheAwards('只能保留一項', 'One award is kept');
  const live = awards.filter(isLive);
  const kept = named[0] ?? [...standingOf(state, live)][0] ?? strongest(state, live);
  if (kept === undefined) return nameTheAwards('須指明保留的扶持項目', 'Name the award to be kept', '/award');
  if (!isLive(kept))
    return invalid('/award', `${kept.number} 已無款項,不能保留`, `${kept.number} holds no money: it can't be kept`);
  const outside = allOfSameProject(state, kept).find(({ holder }) => !event.finding.awardIds.includes(holder.awardId));
  if (outside !== undefined) return alreadySubsidised(outside);
  const others = live.filter(
    (award) => meetingKeys(state, holderOf(state, award), holderOf(state, kept)).length > 0 && award !== kept,
  );
  const paid = others.filter((award) => award.disbursed > 0n);
  if (paid.length > 0 && !event.demand) return hasPayments(state, kept, paid);

  const standing = standingOf(state, live, { kept: { award: kept, entryId: ids(0) } });
  const holds = holdEntries(state, awards, standing, event.reason, ids, 1);
  const demands = demandBack(settlement, paid, holds.length + 1);
  if (!Array.isArray(demands)) return demands;
  return {
    entries: [settleEntry(settlement, { award: kept, kept: ids(0) }), ...holds, ...demands.map(({ entry }) => entry)],
    paymentChanges: demands.map(({ change }) => change),
    demands: demands.map(({ demand }) => demand),
  };
}

/** None of them stands where another one does that the finding does not name. */
function strongest(state: State, live: readonly AwardState[]): AwardState | undefined {
  return [...live].sort((left, right) => strongerFirst(holderOf(state, left), holderOf(state, right)))[0];
}

/** Demands back whatever was paid of these awards, and has not come back nor is demanded already. */
function demandBack({ state, event, ids }: Settlement, paid: readonly AwardState[], firstId: number): Demand[] | Problem {
  const demands: Demand[] = [];
  const { documentNo = null, reason } = event;
  for (const award of paid) {
    const date = dateInOpenYear(state, event.effectiveOn, award.budgetYear);
    if (typeof date !== 'string') return date;
    for (const payment of state.payments.get(award.id) ?? []) {
      const amountFen = payment.paid - payment.returned - payment.demanded;
      if (amountFen === 0n) continue;
      if (date < payment.effectiveOn) return tooEarly(payment.effectiveOn);
      const id = ids(firstId + demands.length);
      demands.push(demandOf(state, { step: { award, date }, payment, amountFen, id, documentNo, reason }));
    }
  }
  return demands;
}

function hasPayments(state: State, kept: AwardState, paid: readonly AwardState[]): Problem {
  const numbers = paid.map(({ number }) => number).join('、');
  const shown = (award: AwardState, { paymentRef, paid: amount, returned, recovered }: PaymentState) => ({
    award: award.id,
    number: award.number,
    paymentRef,
    net: formatYuan(amount - returned - recovered),
  });
  const payments = paid.flatMap((award) => (state.payments.get(award.id) ?? []).map((payment) => shown(award, payment)));
  return problem(
    'award-has-payments',
    `${numbers} 已有撥付:須同時要求追回,才能改為保留 ${kept.number}`,
    `${numbers} has been paid: demand it back in the same request (demand: true) to keep ${kept.number} instead`,
    { extras: { payments: payments.filter(({ net }) => net !== '0.00') } },
  );
}
