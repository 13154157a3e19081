import { maxFen, minFen } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import type { Leg } from '../chart/legs.js';
import { pairOf } from '../rules/one-subsidy.js';
import { applyAward, projectClaims, takeClaim } from './apply-award.js';
import { applyMove } from './apply-move.js';
import { payeeSubject, stands } from './award-state.js';
import { claimKey, type ClaimName } from './claims.js';
import { AstrayAccount } from './astray-account.js';
import type { Author, Changes } from './changes.js';
import type { Effects, EntryDraft } from './effects.js';
import type { AccountState, AwardState, PaymentState } from './model.js';
import type { State } from './state.js';
import { add, push, set, setKey, type Undo } from './undo.js';

/** Carries accepted effects out in memory: on the state, for the events that follow, and on the changes that will be written. */
export function apply(state: State, changes: Changes, effects: Effects, by: Author, undo: Undo): void {
  if (effects.newEnterprise !== undefined) {
    setKey(state.rootCodes, effects.newEnterprise.id, effects.newEnterprise.rootCode, undo);
    setKey(state.enterprises, effects.newEnterprise.organizationCode, effects.newEnterprise, undo);
    push(changes.enterprises, effects.newEnterprise, undo);
  }
  if (effects.creditCode !== undefined) {
    const { enterprise, creditCode } = effects.creditCode;
    set(enterprise, 'creditCode', creditCode, undo);
    push(changes.creditCodes, effects.creditCode, undo);
  }
  if (effects.newProject !== undefined) {
    setKey(state.projects, `${effects.newProject.enterpriseId}|${effects.newProject.key}`, effects.newProject, undo);
    push(changes.projects, effects.newProject, undo);
  }
  if (effects.newPerson !== undefined) {
    setKey(state.persons, effects.newPerson.identityHash, effects.newPerson, undo);
    push(changes.persons, effects.newPerson, undo);
  }
  if (effects.newAward !== undefined) applyNewAward(state, changes, effects.newAward, undo);
  if (effects.document !== undefined) setKey(state.documents, effects.document.key, effects.document.seenAs, undo);
  for (const alias of effects.aliases ?? []) push(changes.aliases, { entryId: effects.entries[0]?.id ?? '', alias }, undo);
  if (effects.details !== undefined) push(changes.details, effects.details, undo);
  applyExemptions(state, changes, effects, undo);
  if (effects.externals !== undefined) set(state, 'externals', effects.externals, undo);
  if (effects.moved !== undefined) applyMove(state, changes, effects.moved, undo);
  for (const year of effects.touchedYears ?? []) add(changes.touchedYears, year, undo);
  for (const entry of effects.entries) applyEntry(state, changes, entry, effects, by, undo);
  if (effects.rekeyed !== undefined) applyKeys(state, changes, effects.rekeyed, undo);
  const claimant = effects.newAward ?? effects.entries[0]?.award?.award;
  for (const claim of effects.claims ?? []) if (claimant !== undefined) takeClaim(state, changes, claim, claimant, undo);
  applyPayment(state, changes, effects, undo);
  if (effects.ceilingRaised !== undefined) {
    const year = state.years.get(effects.ceilingRaised.year);
    if (year !== undefined) set(year, 'ceilingRaisedFen', year.ceilingRaisedFen + effects.ceilingRaised.byFen, undo);
    add(changes.raisedYears, effects.ceilingRaised.year, undo);
  }
}

function applyExemptions(state: State, changes: Changes, { entries, exemptions = [] }: Effects, undo: Undo): void {
  for (const exemption of exemptions) {
    const pair = pairOf(...exemption.awardIds);
    setKey(state.exempt, pair, [...(state.exempt.get(pair) ?? []), ...exemption.keys], undo);
    push(changes.exemptions, { entryId: entries[0]?.id ?? '', exemption }, undo);
  }
}

/** Its claims are those of its keys: what it had before and has still stays claimed as it is. */
function applyKeys(state: State, changes: Changes, { award, keys, folding }: NonNullable<Effects['rekeyed']>, undo: Undo): void {
  const before = projectClaims(award);
  set(award, 'keys', keys, undo);
  set(award, 'folding', folding, undo);
  add(changes.rekeyed, award, undo);
  if (!stands(award)) return;
  const after = projectClaims(award);
  const isIn = (claims: readonly ClaimName[]) => (claim: ClaimName) => claims.some(({ key }) => key === claim.key);
  const [gone, added] = [before.filter((claim) => !isIn(after)(claim)), after.filter((claim) => !isIn(before)(claim))];
  // The database frees those that are no longer among its keys.
  if (gone.length > 0) push(changes.freedClaims, { awardId: award.id, kind: 'project-year' }, undo);
  for (const claim of gone) {
    const others = (state.claims.get(claimKey(claim)) ?? []).filter((holder) => holder.awardId !== award.id);
    setKey(state.claims, claimKey(claim), others, undo);
  }
  for (const claim of added) takeClaim(state, changes, claim, award, undo);
}

function applyNewAward(state: State, changes: Changes, award: AwardState, undo: Undo): void {
  setKey(state.awards, award.id, award, undo);
  add(changes.newAwards, award, undo);
  const reserved = state.account(award.fiscalYear, ACCOUNT.reserved, award.lineId);
  set(reserved, 'awardCount', reserved.awardCount + 1, undo);
}

function applyEntry(state: State, changes: Changes, entry: EntryDraft, effects: Effects, by: Author, undo: Undo): void {
  if (effects.override !== undefined) push(changes.overrides, { entryId: entry.id, override: effects.override }, undo);
  for (const leg of entry.legs) applyLeg(changes, entry, leg, effects.override?.account === leg.account, undo);
  let awardAfter: readonly bigint[] | null = null;
  if (entry.award !== null) awardAfter = applyAward(state, changes, entry, entry.award, undo);
  push(changes.entries, { entry, by, awardAfter }, undo);
}

function applyLeg(changes: Changes, entry: EntryDraft, leg: Leg<AccountState>, overridden: boolean, undo: Undo): void {
  const { account } = leg;
  const signed = leg.side === account.normalSide ? leg.amountFen : -leg.amountFen;
  const balance = account.balance + signed;
  const floor = account.floor === null ? null : minFen(0n, overridden ? balance : maxFen(account.floor, minFen(balance, 0n)));
  if (floor !== null && balance < floor) {
    throw new AstrayAccount(account.id, balance, floor);
  }
  if (!changes.moved.has(account)) {
    changes.moved.set(account, account.version);
    undo.push(() => changes.moved.delete(account));
  }
  set(account, 'balance', balance, undo);
  set(account, 'floor', floor, undo);
  set(account, 'version', account.version + 1n, undo);
  if (account.lastEffectiveOn === null || entry.effectiveOn > account.lastEffectiveOn) {
    set(account, 'lastEffectiveOn', entry.effectiveOn, undo);
  }
  if (account.days !== undefined) {
    setKey(account.days, entry.effectiveOn, (account.days.get(entry.effectiveOn) ?? 0n) + signed, undo);
  }
  push(changes.postings, { account, version: account.version, entry, leg, balanceAfter: balance }, undo);
}

/** The payee's next payment is compared with this one. */
function applyPayee(state: State, { awardId, payee }: PaymentState, undo: Undo): void {
  const award = state.awards.get(awardId);
  if (payee === null || award === undefined) return;
  const account = { hash: payee.accountHash, masked: payee.accountMasked, from: 'payment' } as const;
  setKey(state.payeeAccounts, payeeSubject(award), account, undo);
}

function applyPayment(state: State, changes: Changes, effects: Effects, undo: Undo): void {
  if (effects.payment !== undefined) {
    setKey(
      state.payments,
      effects.payment.awardId,
      [...(state.payments.get(effects.payment.awardId) ?? []), effects.payment],
      undo,
    );
    add(changes.newPayments, effects.payment, undo);
    applyPayee(state, effects.payment, undo);
  }
  for (const { payment, returned = 0n, demanded = 0n, recovered = 0n } of effects.paymentChanges ?? []) {
    set(payment, 'returned', payment.returned + returned, undo);
    set(payment, 'demanded', payment.demanded + demanded, undo);
    set(payment, 'recovered', payment.recovered + recovered, undo);
    if (!changes.newPayments.has(payment)) add(changes.payments, payment, undo);
  }
  for (const demand of effects.demands ?? []) {
    setKey(state.demands, demand.id, demand, undo);
    add(changes.newDemands, demand, undo);
  }
  if (effects.demandReceived !== undefined) {
    const { demand, received } = effects.demandReceived;
    set(demand, 'received', demand.received + received, undo);
    if (!changes.newDemands.has(demand)) add(changes.demands, demand, undo);
  }
}
