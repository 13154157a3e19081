import type { Actor, Problem } from '../../kernel/index.js';
import { decideAward } from './decide-award.js';
import { decideBudget, type Ids } from './decide-budget.js';
import { decideAssignHold, decideSettle } from './decide-hold.js';
import { decideReserve } from './reserve.js';
import type { Effects } from '../state/effects.js';
import type { LedgerEvent } from './events.js';
import type { State } from '../state/state.js';

/**
 * The pure heart: what an event changes, or why it is refused. Reads only the state (no I/O, no clock) and changes nothing;
 * `apply` carries the effects out. Throws StateNeed when the state lacks something that can be read.
 */
export function decide(state: State, event: LedgerEvent, actor: Actor, ids: Ids): Effects | Problem {
  switch (event.kind) {
    case 'appropriation':
    case 'supplement':
    case 'reduction':
    case 'allotment':
    case 'allotment-return':
    case 'virement':
      return decideBudget(state, event, actor, ids);
    case 'reserve':
      return decideReserve(state, event, actor, ids);
    case 'commit':
    case 'disburse':
    case 'release':
    case 'return':
    case 'recovery-demand':
    case 'recovery':
      return decideAward(state, event, actor, ids);
    case 'assign-hold':
      return decideAssignHold(state, event, actor, ids);
    case 'settle':
      return decideSettle(state, event, actor, ids);
  }
}

/** Tells a refusal from effects. */
export function isProblem(outcome: Effects | Problem): outcome is Problem {
  return 'code' in outcome;
}
