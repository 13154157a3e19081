import {
  rulesInForce,
  type ApprovalServices,
  type AskedBy,
  type Json,
  type PostingAct,
  type Proposal,
} from '../approvals/index.js';
import { awardStepAct } from '../awards/index.js';
import { budgetEntryAct } from '../budget/index.js';
import { demonstrationActor } from '../identity/index.js';
import { formatYuan, type Actor } from '../kernel/index.js';
import { asksOf, stepsFor, type BudgetEvent } from '../ledger/index.js';
import { Answer } from '../platform/http/index.js';
import type { Database } from '../platform/database/database.js';
import { paymentAsked, type Living } from './award-life.js';
import { date, ILLUSTRATIVE } from './planned-awards.js';
import { requestOf } from './request-of.js';
import { LANGUAGE } from './two-people.js';

/** What requests are left with. */
export interface Waiting {
  readonly db: Database;
  readonly services: ApprovalServices;
  readonly usernamesOf: (ids: readonly string[]) => Promise<(id: string) => string>;
  readonly fund: { readonly id: number; readonly code: string };
  /** The last years' awards. */
  readonly awards: readonly Living[];
}

/** Line led by the agency of `officer`, that nothing is planted on. */
const LINE = 'manufacturing-app';
const YEAR = 2017;

/** Leaves requests waiting, one of an officer and one of each of finance, so that there is something to decide. They hold no money. */
export async function leaveWaiting(by: Waiting): Promise<void> {
  const [officer, finance, finance2] = await Promise.all(
    ['officer', 'finance', 'finance2'].map((username) => demonstrationActor(by.db, username)),
  );
  if (officer === undefined || finance === undefined || finance2 === undefined) throw new Error('Three users are asked for');
  await askForPayment(by, officer);
  await askForEntry(by, finance, 'virement', {
    ...said(`示例調整〔${YEAR}〕2號`),
    kind: 'virement',
    fromLine: 'headquarters',
    toLine: 'demo-enterprise',
    amountFen: 200_000_000n,
  });
  await askForEntry(by, finance2, 'allotment', {
    ...said(`示例指標〔${YEAR}〕2號`),
    kind: 'allotment',
    line: 'crossborder-logistics',
    amountFen: 300_000_000n,
  });
}

function said(documentNo: string) {
  return { fiscalYear: YEAR, effectiveOn: date(YEAR, 10, 16), documentNo, reason: ILLUSTRATIVE };
}

/** 用款申請: what is committed of an award is to be paid. */
async function askForPayment({ db, services, usernamesOf, fund, awards }: Waiting, officer: Actor): Promise<void> {
  const living = awards.findLast(({ award, life }) => life === 'committed' && award.line === LINE);
  if (living === undefined) throw new Error(`No award on ${LINE} is committed and unpaid`);
  const { award, payee } = living;
  const event = paymentAsked(living);
  const { amountFen, paymentRef, effectiveOn, documentNo, reason } = event;
  const asked = {
    step: event.kind,
    award: { id: award.id, number: award.number },
    ...{ amount: formatYuan(amountFen), paymentRef, effectiveOn, documentNo, reason },
    payee: { name: payee.name, bankAccount: payee.accountMasked, bank: payee.bank },
  };
  const act = services.acts.addPosting(awardStepAct(db, { of: usernamesOf }));
  const proposal = { fund: fund.code, data: { event }, asked: () => asked, fiscalYear: award.fiscalYear, amountFen };
  await ask(services, act, proposal, officer, 'payment');
}

/** An entry of the budget; not asked for where the fund asks nobody, as it would be posted. */
async function askForEntry({ db, services, fund }: Waiting, maker: Actor, what: string, event: BudgetEvent): Promise<void> {
  if (stepsFor(await rulesInForce(db, fund.id), asksOf(event)) === 0) return;
  const { amountFen, ...rest } = event;
  const asked = { fund: fund.code, amount: formatYuan(amountFen), ...rest };
  const act = services.acts.addPosting(budgetEntryAct);
  const proposal = { fund: fund.code, data: { event }, asked: () => asked, fiscalYear: event.fiscalYear, amountFen };
  await ask(services, act, proposal, maker, what);
}

async function ask<Data extends Json>(
  { approvals }: ApprovalServices,
  act: PostingAct<Data>,
  proposal: Proposal<Data>,
  actor: Actor,
  what: string,
): Promise<void> {
  const by: AskedBy = { actor, request: requestOf(`waiting/${what}`), language: LANGUAGE };
  const answer = await approvals.submit<Json, Data>(act, proposal, by);
  if (!(answer instanceof Answer)) throw new Error(`Waiting ${what}: ${JSON.stringify(answer.problem)}`);
}
