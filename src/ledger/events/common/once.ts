import type { Digest, Problem } from '../../../kernel/index.js';
import { place, violation, type Facts } from '../../rules/check-line-rule.js';
import { uniqueFactKeys } from '../../rules/claim-keys.js';
import { factKey } from '../../rules/one-subsidy.js';
import { versionOn, type RuleVersion } from '../../rules/rule-versions.js';
import { onceKey } from '../../state/apply-move.js';
import { claimKey, type ClaimName } from '../../state/claims.js';
import type { AwardState, ClaimHolder, LineState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import { conflictingAward } from './holds.js';

/** Of whom and when a reservation is. */
interface Stated {
  /** Organization code of the enterprise, or of the one that this was merged into. */
  readonly rootCode: string;
  readonly fiscalYear: number;
  readonly facts: Facts;
}

/** What rules of the line let happen once in the fund's life, each once. */
export function onceClaims(
  line: LineState,
  rules: readonly RuleVersion[],
  { rootCode, facts }: Stated,
  digest: Digest,
): readonly ClaimName[] {
  const claims = new Map<string, ClaimName>();
  const add = (claim: ClaimName): unknown => claims.set(claimKey(claim), claim);
  for (const { rule } of rules) {
    if (rule.oncePerEnterprise === true) add({ kind: 'once-for-life', key: onceKey(line.id, rootCode) });
    for (const { key } of uniqueFactKeys(rule, facts, digest)) add({ kind: 'unique-fact', key });
  }
  return [...claims.values()];
}

/**
 * Refused because another award holds one of these claims. A unique fact of the same enterprise and year is a question of one-subsidy
 * (same-project.ts), not of this.
 */
export function checkOnce(state: State, claims: readonly ClaimName[], { rootCode, fiscalYear }: Stated): Problem | null {
  const of = { rootCode, fiscalYear };
  for (const claim of claims) {
    const holder = (state.claims.get(claimKey(claim)) ?? []).find(
      (one) => claim.kind === 'once-for-life' || !isOfProject(one, claim, of),
    );
    if (holder === undefined) continue;
    if (claim.kind === 'once-for-life') {
      return violation(
        'once-per-enterprise',
        [
          place(
            '/enterprise',
            `該企業已獲本支出方向扶持(${holder.number})`,
            `The enterprise already has an award of this line (${holder.number})`,
          ),
        ],
        { conflictingAward: conflictingAward(holder) },
      );
    }
    const name = claim.key.split('|')[0] ?? '';
    return violation('unique-fact', [place(`/facts/${name}`, `已用於 ${holder.number}`, `Already used by ${holder.number}`)], {
      conflictingAward: conflictingAward(holder),
    });
  }
  return null;
}

/** Whether the two meet by the fact; the key of one that was reserved before the line's rule knew the fact lacks it. */
function isOfProject(
  holder: ClaimHolder,
  claim: ClaimName,
  of: { readonly rootCode: string; readonly fiscalYear: number },
): boolean {
  if (holder.rootCode !== of.rootCode || holder.fiscalYear !== of.fiscalYear) return false;
  const [name = '', ...value] = claim.key.split('|');
  return holder.keys.includes(factKey(name, value.join('|')));
}

/** What the rule by which an award is judged lets happen once in the fund's life. */
export function onceClaimsOf(state: State, award: AwardState): readonly ClaimName[] {
  const line = state.line(award.lineId);
  return onceClaims(line, [versionOn(line.rules, award.effectiveOn)], statedOf(award), state.digest);
}

/** The award of the line that had before, by the date of its approval, what this one's rule lets happen once; null: none had. */
export function hadBefore(state: State, award: AwardState): ClaimHolder | null {
  const { code } = state.line(award.lineId);
  for (const claim of onceClaimsOf(state, award)) {
    const before = (state.claims.get(claimKey(claim)) ?? [])
      .filter((one) => one.awardId !== award.id && one.line === code && isBefore(one, award))
      .find((one) => claim.kind === 'once-for-life' || !isOfProject(one, claim, statedOf(award)));
    if (before !== undefined) return before;
  }
  return null;
}

function statedOf({ enterprise: { rootCode }, fiscalYear, facts }: AwardState): Stated {
  return { rootCode, fiscalYear, facts };
}

function isBefore(holder: ClaimHolder, { approvedOn, id }: AwardState): boolean {
  return holder.approvedOn === approvedOn ? holder.awardId < id : holder.approvedOn < approvedOn;
}
