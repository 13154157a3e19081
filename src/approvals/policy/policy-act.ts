import { accepted } from '../../kernel/index.js';
import type { Json, RecordAct } from '../acts/act.js';
import { changePolicy } from './change-policy.js';
import { usernamesIn } from '../approval.sql.js';
import { peopleOf, toPolicyDto } from './policy.dto.js';
import { lockPolicy, policyInForce, type NewPolicy, type PolicyVersion } from './store-policy.js';

/** A policy that was asked for. */
export interface PolicyData extends Json {
  readonly policy: NewPolicy;
}

/**
 * Changes for what a fund asks a second person. One that asks for anything is itself changed by two, whatever it says of its own kind; a fund that
 * asks for nothing takes its policy from one.
 */
export const policyAct: RecordAct<PolicyData> = {
  name: 'approval-policy',
  roles: ['finance'],
  asks: () => [{ kind: 'approval-policy', amountFen: null, always: true }],

  async run(tx, fundId, { policy }, { maker, agreed, isTrial = false }) {
    await lockPolicy(tx, fundId);
    const before = await policyInForce(tx, fundId);
    const shown = { before: before === null ? null : shownOf(before), after: shownOf(policy) };
    // The database stores none that one person has changed alone.
    if (isTrial) return accepted({ answer: null, shown });
    const changed = await changePolicy(tx, fundId, policy, maker, agreed);
    if (!changed.ok) return changed;
    const usernameOf = await usernamesIn(tx, peopleOf([changed.value]));
    return accepted({ answer: toPolicyDto(changed.value, usernameOf), shown });
  },
};

/** What a checker is shown of a version: not who made it, nor when. */
function shownOf({ rules, expiresAfterDays, reason }: NewPolicy | PolicyVersion): Json {
  const { rules: written } = toPolicyDto({ ...UNSTORED, rules, expiresAfterDays, reason }, (id) => id);
  return { rules: written, expiresAfterDays, reason };
}

const UNSTORED = { number: 0, changedBy: '', changedAt: new Date(0), approvalId: null, checkedBy: null };
