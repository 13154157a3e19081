import type { Changes } from './changes.js';
import { claimKey, type ClaimName } from './claims.js';
import type { Moved } from './effects.js';
import { projectClaims, takeClaim } from './apply-award.js';
import { isLive, stands } from './award-state.js';
import type { AwardState, EnterpriseState } from './model.js';
import type { State } from './state.js';
import { add, push, set, setKey, type Undo } from './undo.js';

/** Gives enterprises another root: what their awards claim by its code they claim by the other's. */
export function applyMove(state: State, changes: Changes, moved: Moved, undo: Undo): void {
  const members = new Map(moved.members.map((member) => [member.id, member]));
  for (const award of state.awards.values()) {
    if (members.has(award.enterprise.id)) moveAward(state, changes, award, moved, undo);
  }
  for (const enterprise of [...state.enterprises.values(), ...state.families.values()]) {
    if (members.has(enterprise.id)) reroot(enterprise, moved, undo);
  }
  recode(state, moved, undo);
  push(changes.families, moved, undo);
}

/** The code by which an enterprise's rewards are compared. */
function recode(state: State, { members, rootCode }: Moved, undo: Undo): void {
  for (const { id } of members) setKey(state.rootCodes, id, rootCode, undo);
}

function reroot(enterprise: EnterpriseState, { parted, into, rootId, rootCode }: Moved, undo: Undo): void {
  if (enterprise.id === parted.id) set(enterprise, 'mergedInto', into, undo);
  set(enterprise, 'rootId', rootId, undo);
  set(enterprise, 'rootCode', rootCode, undo);
}

function moveAward(state: State, changes: Changes, award: AwardState, moved: Moved, undo: Undo): void {
  const before = claimsByCode(award);
  reroot(award.enterprise, moved, undo);
  add(changes.rerooted, award, undo);
  const after = claimsByCode(award);
  for (const [index, claim] of before.entries()) {
    const next = after[index];
    const holders = state.claims.get(claimKey(claim)) ?? [];
    if (next === undefined || next.key === claim.key || holders.every(({ awardId }) => awardId !== award.id)) continue;
    setKey(
      state.claims,
      claimKey(claim),
      holders.filter(({ awardId }) => awardId !== award.id),
      undo,
    );
    takeClaim(state, changes, next, award, undo);
  }
}

/** What an award may hold by its enterprise's code. */
function claimsByCode(award: AwardState): readonly ClaimName[] {
  const once = { kind: 'once-for-life', key: onceKey(award.lineId, award.enterprise.rootCode) } as const;
  return [...(stands(award) ? projectClaims(award) : []), ...(isLive(award) || award.everPaid ? [once] : [])];
}

/** Where a line that is given once claims its enterprise. */
export function onceKey(lineId: number, rootCode: string): string {
  return `${lineId}|${rootCode}`;
}
