import type { BusinessDate, Fen } from '../../../kernel/index.js';
import { integers, rowAsValue, texts } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { Programme, RewardReading } from '../../rules/highest-of-three.js';
import type { State } from '../../state/state.js';
import type { Foreseen } from '../foresee.js';
import { approvalColumns, approvalsWanted, keepApprovals, type ApprovalRow } from './approvals.js';
import * as SQL from './rewards.sql.js';

/**
 * Reads the rewards of other programmes of the enterprises that the events are of, in one look-up for all, and with it by which approvals
 * reservations were made before that may come again; only where there are any rewards, the awards that count against them.
 */
export async function loadRewardsAndApprovals(tx: Tx, fundId: number, foreseen: Foreseen, state: State): Promise<void> {
  if (!foreseen.rewards) return;
  const enterprises = [
    ...state.enterprises.values(),
    ...state.families.values(),
    ...[...state.awards.values()].map(({ enterprise }) => enterprise),
  ];
  for (const { id, rootCode } of enterprises) state.rootCodes.set(id, rootCode);
  const codes = [...new Set(enterprises.flatMap(({ rootCode, organizationCode }) => [rootCode, organizationCode]))];
  if (codes.length === 0) return;
  const externals = await readExternals(tx, fundId, codes, foreseen, state);
  if (externals.length === 0) return;
  state.externals = externals.map(({ id, enterpriseId, fiscalYear, programme, amountFen, paidOn, rootCode }) => {
    state.rootCodes.set(enterpriseId, rootCode);
    return { id, enterpriseId, fiscalYear, programme, amountFen, paidOn };
  });
  const [reading] = await tx.rows<RewardReading>(SQL.READ_READING, [fundId]);
  if (reading !== undefined) state.rewardReading = reading;
  const { forms, payees } = state.rewardReading;
  const places = [...new Map(externals.map((one) => [`${one.rootCode}|${one.fiscalYear}`, one])).values()];
  const rows = await tx.rows<RivalRow>(SQL.READ_RIVALS, [
    fundId,
    texts(places, ({ rootCode }) => rootCode),
    integers(places, ({ fiscalYear }) => fiscalYear),
    forms,
    payees,
  ]);
  for (const { enterpriseId, rootCode } of rows) state.rootCodes.set(enterpriseId, rootCode);
  state.rivals = rows.map(({ id, enterpriseId, fiscalYear, amountFen, paidOn, approvedOn }) => ({
    id,
    enterpriseId,
    fiscalYear,
    reward: { amountFen, paidOn, approvedOn },
  }));
}

async function readExternals(
  tx: Tx,
  fundId: number,
  codes: readonly string[],
  foreseen: Foreseen,
  state: State,
): Promise<readonly ExternalRow[]> {
  const values = [fundId, texts(codes, rowAsValue)];
  const approvals = approvalsWanted(foreseen.approvals, state);
  if (approvals.places.length === 0) return tx.rows<ExternalRow>(SQL.READ_EXTERNALS, values);
  const rows = await tx.rows<BesideRow>(SQL.READ_EXTERNALS_AND_APPROVALS, [...values, ...approvalColumns(approvals)]);
  keepApprovals(state, approvals, rows.filter(isApproval));
  return rows.filter((row) => !isApproval(row));
}

/** A row of either kind: an award has its place, a reward of another programme none. */
type BesideRow = (ExternalRow & { readonly at: null }) | ApprovalRow;

function isApproval(row: BesideRow): row is ApprovalRow {
  return row.at !== null;
}

interface ExternalRow {
  readonly id: string;
  readonly enterpriseId: string;
  readonly rootCode: string;
  readonly fiscalYear: number;
  readonly programme: Programme;
  readonly amountFen: Fen;
  readonly paidOn: BusinessDate | null;
}

interface RivalRow {
  readonly id: string;
  readonly enterpriseId: string;
  readonly rootCode: string;
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  readonly paidOn: BusinessDate | null;
  readonly approvedOn: BusinessDate;
}
