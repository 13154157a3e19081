import { In, LessThan } from 'typeorm';
import { APPROVAL_KINDS, type Agreed, type ApprovalRule } from '../../ledger/index.js';
import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import { ApprovalPolicy } from './approval-policy.entity.js';
import { ApprovalRuleRow } from './approval-rule.entity.js';

/** For what a fund asks a second person. */
export interface NewPolicy {
  /** None: it asks for nothing. */
  readonly rules: readonly ApprovalRule[];
  /** 1 to 365. */
  readonly expiresAfterDays: number;
  readonly reason: string;
}

/** A version of it, with its rules by kind and amount. */
export type PolicyVersion = NewPolicy & Omit<ApprovalPolicy, 'fundId'>;

/** Who changes a policy. `agreed` null: nobody beside the actor, which only a fund that asks for nothing takes. */
export interface ChangedBy {
  readonly actorId: string;
  readonly agreed: Agreed | null;
}

/** The version in force; null: the fund has none, and asks for nothing. */
export async function policyInForce(sql: Sql, fundId: number): Promise<PolicyVersion | null> {
  const [latest] = await policyVersions(sql, fundId, { before: null, most: 1 });
  return latest ?? null;
}

/** Versions below a number (null: from the latest on), the latest first. */
export async function policyVersions(
  sql: Sql,
  fundId: number,
  { before, most }: { readonly before: number | null; readonly most: number },
): Promise<PolicyVersion[]> {
  const versions = await sql.manager.find(ApprovalPolicy, {
    where: { fundId, ...(before === null ? {} : { number: LessThan(before) }) },
    order: { number: 'DESC' },
    take: most,
  });
  // A version's rules come in its transaction and stay: two statements see one version.
  const numbers = versions.map(({ number }) => number);
  const rows = await sql.manager.find(ApprovalRuleRow, { where: { fundId, number: In(numbers) }, order: { fromFen: 'ASC' } });
  return versions.map((version) => withRules(version, rows));
}

/**
 * Stores the fund's next version with its rules, for whoever comes later; what waits already keeps the stricter of both. The caller has
 * looked under `lockPolicy` whether the change needs a second person.
 */
export async function storePolicy(tx: Tx, fundId: number, policy: NewPolicy, by: ChangedBy): Promise<PolicyVersion> {
  await lockPolicy(tx, fundId);
  const { rules, expiresAfterDays, reason } = policy;
  const number = ((await tx.manager.maximum(ApprovalPolicy, 'number', { fundId })) ?? 0) + 1;
  const agreed = { approvalId: by.agreed?.approvalId ?? null, checkedBy: by.agreed === null ? null : [...by.agreed.checkers] };
  await tx.manager.insert(ApprovalPolicy, { fundId, number, expiresAfterDays, reason, changedBy: by.actorId, ...agreed });
  if (rules.length > 0) {
    await tx.manager.insert(
      ApprovalRuleRow,
      rules.map(({ kind, fromFen, steps }) => ({ fundId, number, kind, fromFen, steps })),
    );
  }
  const stored = await tx.manager.findOneByOrFail(ApprovalPolicy, { fundId, number });
  const rows = await tx.manager.find(ApprovalRuleRow, { where: { fundId, number }, order: { fromFen: 'ASC' } });
  return withRules(stored, rows);
}

/** Versions of a fund are stored one after the other. Taken behind every lock on money. */
export async function lockPolicy(tx: Tx, fundId: number): Promise<void> {
  await tx.rows(LOCK_FUND, [fundId]);
}

const LOCK_FUND: Statement = {
  name: 'approvals.lock-policy',
  text: 'SELECT id FROM fund WHERE id = $1 FOR NO KEY UPDATE',
};

/** The id of the fund with this code; null: there is none. */
export async function fundIdOf(sql: Sql, code: string): Promise<number | null> {
  const [fund] = await sql.rows<{ id: number }>(FIND_FUND, [code]);
  return fund?.id ?? null;
}

const FIND_FUND: Statement = { name: 'approvals.find-fund', text: 'SELECT id FROM fund WHERE code = $1' };

/** `rows`: of any versions, by amount. */
function withRules(version: ApprovalPolicy, rows: readonly ApprovalRuleRow[]): PolicyVersion {
  const { fundId: _, ...said } = version;
  const rules = APPROVAL_KINDS.flatMap((kind) =>
    rows
      .filter((row) => row.number === version.number && row.kind === kind)
      .map(({ fromFen, steps }) => ({ kind, fromFen, steps })),
  );
  return { ...said, rules };
}
