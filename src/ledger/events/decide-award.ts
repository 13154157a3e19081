import {
  formatYuan,
  invalid,
  leads,
  problem,
  type Actor,
  type BusinessDate,
  type Fen,
  type Problem,
} from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { referenceKey } from '../rules/claim-keys.js';
import { transfer, type Ids } from './decide-budget.js';
import { claimKey, type AwardChange, type Effects, type EntryDraft, type Leg } from '../state/effects.js';
import type {
  AwardEvent,
  CommitEvent,
  DemandRecoveryEvent,
  DisburseEvent,
  RecoverEvent,
  ReleaseEvent,
  ReturnEvent,
} from './events.js';
import { disbursableFrom, effectiveDate, isBelowZero, openFrom, yearNotOpen } from '../state/balances.js';
import type { AwardState, PaymentState, State } from '../state/state.js';

/** What every decision on an award knows. */
interface Case<E> {
  readonly state: State;
  readonly event: E;
  readonly award: AwardState;
  readonly date: BusinessDate;
  readonly ids: Ids;
}

/** Decides what happens to an award after its reservation (承諾, 撥付, 釋放, 退回, 追回): domain §3. */
export function decideAward(state: State, event: AwardEvent, actor: Actor, ids: Ids): Effects | Problem {
  const award = state.awards.get(event.awardId);
  if (award === undefined || !leads(actor, state.line(award.lineId).leadAgencies)) return noAward(event.awardId);
  const date = effectiveDate(state, event.effectiveOn, award.budgetYear);
  if (typeof date !== 'string') return date;
  const closed = yearNotOpen(state, award.budgetYear);
  if (closed !== null) return closed;
  const base = { state, award, date, ids };
  switch (event.kind) {
    case 'commit':
      return decideCommit({ ...base, event });
    case 'disburse':
      return decideDisburse({ ...base, event });
    case 'release':
      return decideRelease({ ...base, event });
    case 'return':
      return decideReturn({ ...base, event });
    case 'recovery-demand':
      return decideDemand({ ...base, event });
    case 'recovery':
      return decideRecovery({ ...base, event });
  }
}

function decideCommit({ state, event, award, date, ids }: Case<CommitEvent>): Effects | Problem {
  const held = onHold(state, award);
  if (held !== null) return held;
  const open = openFrom(award, 'reserved', date);
  const amountFen = event.amountFen ?? open;
  if (amountFen > open || amountFen === 0n) return exceeds('預留', 'reserved', open);
  const legs = transfer(lineAccount(state, award, ACCOUNT.reserved), lineAccount(state, award, ACCOUNT.committed), amountFen);
  return {
    entries: [entry({ event, award, date, ids, amountFen, legs, change: { reserved: -amountFen, committed: amountFen } })],
  };
}

function decideDisburse({ state, event, award, date, ids }: Case<DisburseEvent>): Effects | Problem {
  const held = onHold(state, award);
  if (held !== null) return held;
  const reference = referenceKey(event.paymentRef);
  if (reference === '') return noReference('/paymentRef');
  const used = state.claimHolder(claimKey('payment-ref', reference));
  if (used !== undefined) {
    return problem(
      'already-exists',
      `支付編號「${event.paymentRef}」已用於 ${used.number}`,
      `The payment reference "${event.paymentRef}" is already used by ${used.number}`,
      {
        extras: {
          conflictingAward: { id: used.awardId, number: used.number, line: used.line, amount: formatYuan(used.awarded) },
        },
      },
    );
  }
  const { amountFen } = event;
  const open = openFrom(award, 'committed', date);
  if (amountFen > open) return exceeds('承諾', 'committed', open);
  if (isBelowZero(state, award.budgetYear)) {
    const left = disbursableFrom(state, award.budgetYear, date);
    if (amountFen > left) {
      const available = formatYuan(left);
      return problem(
        'insufficient-funds',
        `${award.budgetYear} 年度有支出方向為負,全年只能再撥付 ${available} 元`,
        `A line of ${award.budgetYear} is below zero: the year can disburse only ${available} more`,
        { extras: { available } },
      );
    }
  }
  const legs = transfer(lineAccount(state, award, ACCOUNT.committed), lineAccount(state, award, ACCOUNT.disbursed), amountFen);
  const draft = entry({
    event,
    award,
    date,
    ids,
    amountFen,
    legs,
    change: { committed: -amountFen, disbursed: amountFen },
    details: { paymentRef: event.paymentRef },
  });
  return {
    entries: [draft],
    claims: [{ kind: 'payment-ref', key: reference, awardId: award.id }],
    payment: {
      id: draft.id,
      awardId: award.id,
      paymentRef: event.paymentRef,
      fiscalYear: award.budgetYear,
      effectiveOn: date,
      paid: amountFen,
      returned: 0n,
      demanded: 0n,
      recovered: 0n,
    },
  };
}

function decideRelease({ state, event, award, date, ids }: Case<ReleaseEvent>): Effects | Problem {
  const open = openFrom(award, event.from, date);
  const amountFen = event.amountFen ?? open;
  if (amountFen > open || amountFen === 0n) {
    return event.from === 'reserved' ? exceeds('預留', 'reserved', open) : exceeds('承諾', 'committed', open);
  }
  return { entries: [releaseEntry({ state, event, award, date, ids }, amountFen)] };
}

/** The entry that gives an open amount of an award back to its line's available. */
export function releaseEntry(
  { state, event, award, date, ids }: Case<Pick<ReleaseEvent, 'from' | 'documentNo' | 'reason'>>,
  amountFen: Fen,
  idPosition = 0,
): EntryDraft {
  const stage = event.from === 'reserved' ? ACCOUNT.reserved : ACCOUNT.committed;
  const legs = transfer(lineAccount(state, award, stage), lineAccount(state, award, ACCOUNT.available), amountFen);
  const change = { [event.from]: -amountFen, released: amountFen };
  const named = { ...event, kind: 'release' as const };
  return entry({ event: named, award, date, ids, amountFen, legs, change, details: { from: event.from }, idPosition });
}

function decideReturn({ state, event, award, date, ids }: Case<ReturnEvent>): Effects | Problem {
  const payment = citedPayment(state, award, event.paymentRef);
  if (payment === null) return noPayment(event.paymentRef);
  const refused = checkPayment(payment, event.amountFen, date);
  if (refused !== null) return refused;
  const { amountFen } = event;
  const legs = transfer(lineAccount(state, award, ACCOUNT.disbursed), lineAccount(state, award, ACCOUNT.committed), amountFen);
  const draft = entry({
    event,
    award,
    date,
    ids,
    amountFen,
    legs,
    change: { disbursed: -amountFen, committed: amountFen },
    details: { paymentRef: event.paymentRef, paymentId: payment.id },
  });
  return { entries: [draft], paymentChange: { payment, returned: amountFen } };
}

function decideDemand({ state, event, award, date, ids }: Case<DemandRecoveryEvent>): Effects | Problem {
  const payment = citedPayment(state, award, event.paymentRef);
  if (payment === null) return noPayment(event.paymentRef);
  const refused = checkPayment(payment, event.amountFen, date);
  if (refused !== null) return refused;
  const { amountFen } = event;
  const legs = transfer(
    lineAccount(state, award, ACCOUNT.recoveryDemanded),
    lineAccount(state, award, ACCOUNT.recoveryContra),
    amountFen,
  );
  const draft = entry({
    event,
    award,
    date,
    ids,
    amountFen,
    legs,
    change: {},
    details: { paymentRef: event.paymentRef, paymentId: payment.id },
  });
  return {
    entries: [draft],
    paymentChange: { payment, demanded: amountFen },
    demand: {
      id: draft.id,
      awardId: award.id,
      paymentId: payment.id,
      fiscalYear: award.budgetYear,
      effectiveOn: date,
      demanded: amountFen,
      received: 0n,
    },
  };
}

function decideRecovery({ state, event, award, date, ids }: Case<RecoverEvent>): Effects | Problem {
  const demand = state.demands.get(event.demandId);
  const payment = state.payments.get(award.id)?.find((one) => one.id === demand?.paymentId);
  if (demand === undefined || demand.awardId !== award.id || payment === undefined) {
    return problem('not-found', '該扶持項目沒有此追回要求', 'The award has no such recovery demand');
  }
  const reference = referenceKey(event.receiptRef);
  if (reference === '') return noReference('/receiptRef');
  const used = state.claimHolder(claimKey('receipt-ref', reference));
  if (used !== undefined) {
    return problem(
      'already-exists',
      `收款編號「${event.receiptRef}」已用於 ${used.number}`,
      `The receipt reference "${event.receiptRef}" is already used by ${used.number}`,
    );
  }
  const open = demand.demanded - demand.received;
  if (event.amountFen > open) return exceeds('應追回', 'demanded', open);
  if (date < demand.effectiveOn) return tooEarly(demand.effectiveOn);
  const { amountFen } = event;
  const legs: Leg[] = [
    ...transfer(lineAccount(state, award, ACCOUNT.disbursed), state.account(award.budgetYear, ACCOUNT.unallotted), amountFen),
    ...transfer(
      lineAccount(state, award, ACCOUNT.recoveryContra),
      lineAccount(state, award, ACCOUNT.recoveryDemanded),
      amountFen,
    ),
  ];
  const draft = entry({
    event,
    award,
    date,
    ids,
    amountFen,
    legs,
    change: { disbursed: -amountFen, recovered: amountFen },
    details: { demandId: demand.id, receiptRef: event.receiptRef },
  });
  return {
    entries: [draft],
    claims: [{ kind: 'receipt-ref', key: reference, awardId: award.id }],
    paymentChange: { payment, recovered: amountFen },
    demandReceived: { demand, received: amountFen },
  };
}

function lineAccount(state: State, award: AwardState, code: Parameters<State['account']>[1]) {
  return state.account(award.budgetYear, code, award.lineId);
}

function citedPayment(state: State, award: AwardState, paymentRef: string): PaymentState | null {
  const reference = referenceKey(paymentRef);
  return state.payments.get(award.id)?.find((payment) => referenceKey(payment.paymentRef) === reference) ?? null;
}

function checkPayment(payment: PaymentState, amountFen: Fen, date: BusinessDate): Problem | null {
  const open = payment.paid - payment.returned - payment.demanded;
  if (amountFen > open) return exceeds('該筆撥付', 'paid', open);
  return date < payment.effectiveOn ? tooEarly(payment.effectiveOn) : null;
}

function onHold(state: State, award: AwardState): Problem | null {
  if (!award.onHold) return null;
  const findings = state.openFindings.get(award.id) ?? [];
  return problem(
    'award-on-hold',
    `${award.number} 已暫停支付,須先處理疑點`,
    `${award.number} is on hold until its finding is settled`,
    {
      extras: { findings },
    },
  );
}

/** Refused because an award does not exist, or is not this officer's to see. */
export function noAward(id: string): Problem {
  return problem('not-found', `沒有扶持項目 ${id}`, `There is no award ${id}`);
}

function noReference(pointer: string): Problem {
  return invalid(pointer, '編號須含可見字元', 'A reference must hold something that shows');
}

function noPayment(paymentRef: string): Problem {
  return problem('not-found', `該扶持項目沒有支付編號「${paymentRef}」`, `The award has no payment "${paymentRef}"`);
}

function exceeds(zhStage: string, stage: string, open: Fen): Problem {
  const text = formatYuan(open);
  return problem('exceeds-open-amount', `${zhStage}尚餘 ${text} 元`, `Only ${text} is open (${stage})`, {
    extras: { open: text },
  });
}

function tooEarly(date: BusinessDate): Problem {
  const zh = `日期不得早於 ${date}`;
  const en = `The date must not be before ${date}`;
  return problem('validation-failed', zh, en, { errors: [{ pointer: '/effectiveOn', detail: { zh, en } }] });
}

function entry(what: {
  readonly event: { readonly kind: EntryDraft['kind']; readonly documentNo?: string | null; readonly reason?: string | null };
  readonly award: AwardState;
  readonly date: BusinessDate;
  readonly ids: Ids;
  readonly amountFen: Fen;
  readonly legs: readonly Leg[];
  readonly change: Omit<AwardChange, 'award'>;
  readonly details?: Record<string, unknown>;
  readonly idPosition?: number;
}): EntryDraft {
  return {
    id: what.ids(what.idPosition ?? 0),
    kind: what.event.kind,
    fiscalYear: what.award.budgetYear,
    effectiveOn: what.date,
    lineId: what.award.lineId,
    amountFen: what.amountFen,
    documentNo: what.event.documentNo ?? null,
    reason: what.event.reason ?? null,
    details: what.details ?? null,
    legs: what.legs,
    award: { award: what.award, ...what.change },
  };
}
