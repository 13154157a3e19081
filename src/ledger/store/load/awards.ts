import type { Fen } from '../../../kernel/index.js';
import { rowAsValue, uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { Foreseen } from '../foresee.js';
import { LostRace } from '../lost-race.js';
import * as SQL from './read.sql.js';
import type { AwardState, DemandState, PaymentState, Publicity } from '../../state/model.js';
import type { State } from '../../state/state.js';

/** A row of READ_AWARDS. */
interface LockedAwardRow {
  readonly id: string;
  readonly number: string;
  readonly fiscal_year: number;
  readonly budget_year: number;
  readonly line_id: number;
  readonly enterprise_id: string;
  readonly project_id: string;
  readonly keys: string[];
  readonly folding: number;
  readonly kept: string | null;
  readonly payable_until: string | null;
  readonly person_id: string | null;
  readonly awarded_fen: Fen;
  readonly reserved_fen: Fen;
  readonly committed_fen: Fen;
  readonly disbursed_fen: Fen;
  readonly released_fen: Fen;
  readonly recovered_fen: Fen;
  readonly on_hold: boolean;
  readonly rule_hold: boolean;
  readonly reward_hold: boolean;
  readonly approved_offline: boolean;
  readonly ever_paid: boolean;
  readonly approval_ref: string;
  readonly approved_on: string;
  readonly facts: Record<string, unknown>;
  readonly effective_on: string;
  readonly last_effective_on: string;
  readonly created_by: string;
  readonly created_at: Date;
  readonly version: number;
  readonly organization_code: string;
  readonly credit_code: string | null;
  readonly enterprise_name: string;
  readonly merged_into: string | null;
  readonly root_id: string | null;
  readonly root_code: string;
  readonly project_enterprise_id: string;
  readonly project_key: string;
  readonly project_title: string;
  readonly project_code: string | null;
  readonly person_name: string | null;
  readonly identity_masked: string | null;
  readonly identity_hash: string | null;
  readonly publicity: Publicity | null;
}

/** A row of READ_PAYMENTS. */
interface PaymentRow {
  readonly id: string;
  readonly award_id: string;
  readonly line_id: number;
  readonly payment_ref: string;
  readonly fiscal_year: number;
  readonly effective_on: string;
  readonly paid_fen: Fen;
  readonly returned_fen: Fen;
  readonly demanded_fen: Fen;
  readonly recovered_fen: Fen;
  readonly payee_name: string | null;
  readonly payee_bank: string | null;
  readonly payee_account_hash: string | null;
  readonly payee_account_masked: string | null;
  readonly voucher_no: string | null;
  readonly paid_on: string | null;
}

/** Reads the awards that are locked, with their payments, demands and, for those on hold, their open findings. */
export async function loadAwards(tx: Tx, fundId: number, foreseen: Foreseen, state: State): Promise<void> {
  const ids = uuids(foreseen.awardIds, rowAsValue);
  const rows = await tx.rows<LockedAwardRow>(SQL.READ_AWARDS, [fundId, ids]);
  const held: string[] = [];
  for (const row of rows) {
    if (foreseen.subjects.award(row.id)?.budgetYear !== row.budget_year)
      throw new LostRace('the award moved to another budget year');
    state.awards.set(row.id, awardOf(row));
    if (row.on_hold || row.rule_hold || row.reward_hold) held.push(row.id);
  }
  const payments = await tx.rows<PaymentRow>(SQL.READ_PAYMENTS, [fundId, ids]);
  for (const row of payments) {
    state.payments.set(row.award_id, [...(state.payments.get(row.award_id) ?? []), paymentOf(row)]);
  }
  if (payments.some((payment) => payment.demanded_fen > 0n)) await loadDemands(tx, fundId, ids, state);
  if (held.length === 0) return;
  const findings = await tx.rows<{ id: string; rule: string; award_ids: string[] }>(SQL.READ_OPEN_FINDINGS, [
    fundId,
    uuids(held, rowAsValue),
  ]);
  for (const awardId of held) {
    const open = findings.filter((finding) => finding.award_ids.includes(awardId)).map(({ id, rule }) => ({ id, rule }));
    state.openFindings.set(awardId, open);
  }
}

function awardOf(row: LockedAwardRow): AwardState {
  return {
    id: row.id,
    number: row.number,
    fiscalYear: row.fiscal_year,
    budgetYear: row.budget_year,
    lineId: row.line_id,
    enterprise: {
      id: row.enterprise_id,
      organizationCode: row.organization_code,
      creditCode: row.credit_code,
      name: row.enterprise_name,
      mergedInto: row.merged_into,
      rootId: row.root_id ?? row.enterprise_id,
      rootCode: row.root_code,
    },
    project: {
      id: row.project_id,
      enterpriseId: row.project_enterprise_id,
      key: row.project_key,
      title: row.project_title,
      code: row.project_code,
    },
    keys: row.keys,
    folding: row.folding,
    kept: row.kept,
    payableUntil: row.payable_until,
    person:
      row.person_id === null
        ? null
        : {
            id: row.person_id,
            name: row.person_name ?? '',
            identityHash: row.identity_hash ?? '',
            identityMasked: row.identity_masked ?? '',
          },
    awarded: row.awarded_fen,
    reserved: row.reserved_fen,
    committed: row.committed_fen,
    disbursed: row.disbursed_fen,
    released: row.released_fen,
    recovered: row.recovered_fen,
    onHold: row.on_hold,
    ruleHold: row.rule_hold,
    rewardHold: row.reward_hold,
    everPaid: row.ever_paid,
    approvedOffline: row.approved_offline,
    approvalRef: row.approval_ref,
    approvedOn: row.approved_on,
    facts: row.facts,
    effectiveOn: row.effective_on,
    lastEffectiveOn: row.last_effective_on,
    createdBy: row.created_by,
    createdAt: row.created_at,
    version: row.version,
    publicity: row.publicity,
  };
}

function paymentOf(row: PaymentRow): PaymentState {
  return {
    id: row.id,
    awardId: row.award_id,
    lineId: row.line_id,
    paymentRef: row.payment_ref,
    fiscalYear: row.fiscal_year,
    effectiveOn: row.effective_on,
    paid: row.paid_fen,
    returned: row.returned_fen,
    demanded: row.demanded_fen,
    recovered: row.recovered_fen,
    payee:
      row.payee_name === null
        ? null
        : {
            name: row.payee_name,
            bank: row.payee_bank ?? '',
            accountHash: row.payee_account_hash ?? '',
            accountMasked: row.payee_account_masked ?? '',
          },
    voucherNo: row.voucher_no,
    paidOn: row.paid_on,
  };
}

async function loadDemands(tx: Tx, fundId: number, awardIds: Buffer, state: State): Promise<void> {
  const rows = await tx.rows<{
    id: string;
    award_id: string;
    payment_id: string;
    fiscal_year: number;
    effective_on: string;
    demanded_fen: Fen;
    received_fen: Fen;
  }>(SQL.READ_DEMANDS, [fundId, awardIds]);
  for (const row of rows) {
    const demand: DemandState = {
      id: row.id,
      awardId: row.award_id,
      paymentId: row.payment_id,
      fiscalYear: row.fiscal_year,
      effectiveOn: row.effective_on,
      demanded: row.demanded_fen,
      received: row.received_fen,
    };
    state.demands.set(demand.id, demand);
  }
}
