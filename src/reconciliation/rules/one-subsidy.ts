import { formatYuan } from '../../kernel/index.js';
import { claimOfKey, isExempt, keyShown, pairOf, sharedKeys, strongerFirst, whoStands } from '../../ledger/index.js';
import type { Sql } from '../../platform/database/database.js';
import { fingerprint, NAMED_AWARDS_LIMIT, type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';
import { countAwards, subsidyPages, type SubsidyAward, type SubsidyPage } from './subsidy-awards.sql.js';

/** One subsidy per project and year (§二(九)2, domain §5): live awards that meet, of which not all can stand. */
export const oneSubsidy: Rule = { name: 'one-subsidy', check };

async function check(sql: Sql, scope: RuleScope): Promise<Checked> {
  const suspicions = new Map<string, Suspicion>();
  for await (const page of subsidyPages(sql, scope.fundId, scope.fiscalYear, scope.thorough)) {
    for (const group of groupsOf(page)) suspicions.set(subjectOf(group), suspicion(group));
  }
  return { checked: await countAwards(sql, scope.fundId, scope.fiscalYear), suspicions: [...suspicions.values()] };
}

/** Awards whose holds lie otherwise than they should, those together that hang together; a page at a time. */
export async function* misplacedHolds(sql: Sql, scope: RuleScope): AsyncGenerator<readonly (readonly string[])[]> {
  for await (const page of subsidyPages(sql, scope.fundId, scope.fiscalYear, scope.thorough)) {
    const groups = groupsOf(page);
    const inGroups = new Set(groups.flatMap(({ awards }) => awards));
    // A hold without anybody to meet is called for no longer.
    const alone = page.awards.filter((award) => award.onHold && !inGroups.has(award));
    const misplaced = groups.filter(({ awards, standing }) => awards.some((award) => award.onHold === standing.has(award)));
    yield [...misplaced.map(({ awards }) => awards.map(({ awardId }) => awardId)), ...alone.map(({ awardId }) => [awardId])];
  }
}

/** Two awards of one project, and by which keys. */
interface Meeting {
  readonly left: SubsidyAward;
  readonly right: SubsidyAward;
  readonly keys: readonly string[];
}

/** Awards that hang together by meeting one another, directly or by way of others. */
interface SubsidyGroup {
  /** The strongest first; those that stand before those that don't. */
  readonly awards: readonly SubsidyAward[];
  readonly standing: ReadonlySet<SubsidyAward>;
  readonly meetings: readonly Meeting[];
}

function groupsOf({ awards, exempt }: SubsidyPage): readonly SubsidyGroup[] {
  const meetings = meetingsOf(awards, exempt);
  const met = new Map<string, readonly string[]>(
    meetings.map(({ left, right, keys }) => [pairOf(left.awardId, right.awardId), keys]),
  );
  const meets = (left: { awardId: string }, right: { awardId: string }): boolean => met.has(pairOf(left.awardId, right.awardId));
  return componentsOf(meetings).map((component) => {
    const standing = whoStands([...component], meets);
    const members = [...component];
    const held = members.filter((award) => !standing.has(award)).sort(strongerFirst);
    return { awards: [...standing, ...held], standing, meetings: meetings.filter(({ left }) => component.has(left)) };
  });
}

/** Every pair that shares a key, the keys that a pair is exempt of aside. */
function meetingsOf(awards: readonly SubsidyAward[], exempt: SubsidyPage['exempt']): readonly Meeting[] {
  const byKey = new Map<string, SubsidyAward[]>();
  for (const award of awards) {
    for (const key of award.keys) {
      const claim = claimOfKey(award.rootCode, award.fiscalYear, key);
      const sharing = byKey.get(claim);
      if (sharing === undefined) byKey.set(claim, [award]);
      else sharing.push(award);
    }
  }
  const meetings = new Map<string, Meeting>();
  for (const sharing of byKey.values()) {
    for (const [at, left] of sharing.entries()) {
      for (const right of sharing.slice(at + 1)) {
        const pair = pairOf(left.awardId, right.awardId);
        if (meetings.has(pair)) continue;
        const keys = sharedKeys(left, right);
        if (keys.length > 0 && !isExempt(keys, exempt.get(pair))) meetings.set(pair, { left, right, keys });
      }
    }
  }
  return [...meetings.values()];
}

function componentsOf(meetings: readonly Meeting[]): readonly ReadonlySet<SubsidyAward>[] {
  const componentOf = new Map<SubsidyAward, Set<SubsidyAward>>();
  for (const { left, right } of meetings) {
    const [one, other] = [componentOf.get(left) ?? new Set([left]), componentOf.get(right) ?? new Set([right])];
    const [large, small] = one.size >= other.size ? [one, other] : [other, one];
    for (const award of [left, right, ...small]) componentOf.set(award, large.add(award));
  }
  return [...new Set(componentOf.values())];
}

/** The earliest recorded of them names the group. */
function subjectOf({ awards }: SubsidyGroup): string {
  const [first] = awards.map(({ awardId }) => awardId).sort();
  return `awards:${first ?? ''}`;
}

function suspicion(group: SubsidyGroup): Suspicion {
  const { awards, standing, meetings } = group;
  const held = awards.filter((award) => !standing.has(award));
  const [kept] = awards;
  const shown = [...awards].slice(0, NAMED_AWARDS_LIMIT);
  return {
    subject: subjectOf(group),
    severity: 'error',
    fiscalYear: kept?.fiscalYear ?? 0,
    lineId: held[0]?.lineId ?? null,
    awardIds: shown.map(({ awardId }) => awardId),
    amountFen: held.reduce((sum, award) => sum + award.heldFen, 0n),
    evidence: {
      project: { title: kept?.projectTitle ?? '' },
      enterprise:
        kept === undefined ? null : { id: kept.enterpriseId, name: kept.enterpriseName, organizationCode: kept.organizationCode },
      ...(kept?.personName === undefined || kept.personName === null
        ? {}
        : { person: { name: kept.personName, identityNumber: kept.identityNumber } }),
      kept: kept === undefined ? null : awardEvidence(kept),
      standing: shown.filter((award) => standing.has(award)).map(awardEvidence),
      held: held.slice(0, NAMED_AWARDS_LIMIT).map(awardEvidence),
      because: becauseOf(awards, standing),
      meetings: meetings
        .slice(0, NAMED_AWARDS_LIMIT)
        .map(({ left, right, keys }) => ({ awards: [left.awardId, right.awardId], keys: keys.map(keyShown) })),
    },
    fingerprint: fingerprint(
      meetings.map(({ left, right, keys }) => [pairOf(left.awardId, right.awardId), ...[...keys].sort()].join(' ')).sort(),
    ),
  };
}

/** By what the first that stands goes before the strongest that doesn't. */
function becauseOf(awards: readonly SubsidyAward[], standing: ReadonlySet<SubsidyAward>): string | null {
  const [kept] = awards;
  const next = awards.find((award) => !standing.has(award));
  if (kept === undefined || next === undefined) return null;
  if (kept.kept !== next.kept) return 'kept';
  if (kept.disbursed > 0n !== next.disbursed > 0n) return 'paid';
  if (kept.awarded !== next.awarded) return 'amount';
  return kept.approvedOn === next.approvedOn ? 'recorded' : 'approval';
}

function awardEvidence(award: SubsidyAward): Record<string, unknown> {
  const { awardId: id, number, line, awarded, disbursed, approvedOn } = award;
  return { id, number, line, amount: formatYuan(awarded), disbursed: formatYuan(disbursed), approvedOn };
}
