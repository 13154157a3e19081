import { formatYuan } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';
import { fingerprint, NAMED_AWARDS_LIMIT, type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';
import { countAwards, keepSettlements, subsidyGroups, type GroupMember, type SubsidyGroup } from './subsidy-groups.sql.js';

/** Where the holds of a project, or of a person, and year belong. */
export interface HoldArrangement {
  /** The project; of a person any one of theirs. */
  readonly projectId: string;
  readonly fiscalYear: number;
  /** The award that finance settled to keep; null: the one that domain §5 keeps. */
  readonly keep: string | null;
}

/** One subsidy per project and year, and to a person per year (§二(九)2): more than one live award, of which all but one are on hold. */
export const oneSubsidy: Rule = { name: 'one-subsidy', check };

async function check(sql: Sql, scope: RuleScope): Promise<Checked> {
  const suspicions: Suspicion[] = [];
  for await (const page of judgedGroups(sql, scope)) {
    for (const { group, kept } of page) {
      const live = group.members.filter((member) => member.live);
      if (live.length > 1) suspicions.push(suspicion(group, live, kept));
    }
  }
  return { checked: await countAwards(sql, scope.fundId, scope.fiscalYear), suspicions };
}

/** Groups whose holds lie otherwise than they should, a page at a time. */
export async function* misplacedHolds(sql: Sql, scope: RuleScope): AsyncGenerator<readonly HoldArrangement[]> {
  for await (const page of judgedGroups(sql, scope)) {
    yield page
      .filter(({ group, kept }) => group.members.some((member) => member.onHold !== (member.live && member !== kept)))
      .map(({ group, keep }) => ({ projectId: group.project.id, fiscalYear: group.fiscalYear, keep }));
  }
}

interface JudgedGroup {
  readonly group: SubsidyGroup;
  /** The live award that stands. */
  readonly kept: GroupMember | undefined;
  readonly keep: string | null;
}

async function* judgedGroups(sql: Sql, scope: RuleScope): AsyncGenerator<readonly JudgedGroup[]> {
  for await (const groups of subsidyGroups(sql, scope.fundId, scope.fiscalYear, scope.thorough)) {
    const settled = await keepSettlements(sql, scope.fundId, groups.map(subjectOf));
    yield groups.map((group) => {
      const live = group.members.filter((member) => member.live);
      const among = settled.get(subjectOf(group)) ?? [];
      // The award that a settlement kept stands for as long as it is live, also before stronger awards that came later.
      const kept = live.find((member) => !member.onHold && among.includes(member.id));
      return { group, kept: kept ?? live[0], keep: kept?.id ?? null };
    });
  }
}

function subjectOf(group: SubsidyGroup): string {
  return `${group.kind}:${group.id}:${group.fiscalYear}`;
}

function suspicion(group: SubsidyGroup, live: readonly GroupMember[], kept: GroupMember | undefined): Suspicion {
  const held = live.filter((member) => member !== kept);
  return {
    subject: subjectOf(group),
    severity: 'error',
    fiscalYear: group.fiscalYear,
    lineId: held[0]?.lineId ?? null,
    awardIds: [...(kept === undefined ? [] : [kept]), ...held].slice(0, NAMED_AWARDS_LIMIT).map((member) => member.id),
    amountFen: held.reduce((sum, member) => sum + member.heldFen, 0n),
    evidence: {
      project: group.project,
      enterprise: group.enterprise,
      ...(group.person === null ? {} : { person: group.person }),
      kept: kept === undefined ? null : memberEvidence(kept),
      held: held.slice(0, NAMED_AWARDS_LIMIT).map(memberEvidence),
    },
    fingerprint: fingerprint(live.map((member) => member.id).sort()),
  };
}

function memberEvidence(member: GroupMember): Record<string, unknown> {
  return { id: member.id, number: member.number, line: member.line, amount: formatYuan(member.awardedFen) };
}
