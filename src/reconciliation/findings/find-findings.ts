import type { SelectQueryBuilder } from 'typeorm';
import type { Fen } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { Finding } from './finding.entity.js';

/** An award that a finding names. */
export interface NamedAward {
  readonly id: string;
  readonly number: string;
  /** Code of its line. */
  readonly line: string;
  /** fen */
  readonly awarded: Fen;
  /** Net, fen. */
  readonly disbursed: Fen;
  readonly approvalRef: string;
  readonly approvedOn: string;
  /** A stronger award stands for its project. */
  readonly onHold: boolean;
  /** It breaks its line's rule. */
  readonly ruleHold: boolean;
  /** A reward of another programme is higher. */
  readonly rewardHold: boolean;
}

/** A finding with the awards that it names, in its order. */
export interface FindingWithAwards {
  readonly finding: Finding;
  readonly awards: readonly NamedAward[];
}

/** What findings are listed. */
export interface FindingFilters {
  readonly fund: string | null;
  readonly fiscalYear: number | null;
  readonly rule: string | null;
  readonly status: string | null;
  readonly severity: string | null;
  /** Code of the line that it is of, or of a line of an award that it names. */
  readonly line: string | null;
  /** Id of an award that it names. */
  readonly award: string | null;
  /** Leads the finding's line, or the line of an award that it names. */
  readonly agency: string | null;
  /** Acknowledged, and until this day or an earlier one. */
  readonly dueBy: string | null;
}

/** Findings before the id given (null: from the newest), newest first. `agencies`: those that they may see; null: all. */
export async function listFindings(
  sql: Sql,
  agencies: readonly string[] | null,
  filters: FindingFilters,
  beforeId: string | null,
  limit: number,
): Promise<FindingWithAwards[]> {
  const query = visibleTo(sql, agencies).orderBy('f.id', 'DESC').limit(limit);
  const { fund, line, award, agency, dueBy, ...columns } = filters;
  if (fund !== null) query.andWhere('d.code = :fund', { fund });
  if (line !== null) query.andWhere(ofLines('l.code = :line', 'al.code = :line'), { line });
  if (award !== null) query.andWhere(NAMES_AWARD, { award });
  if (agency !== null) query.andWhere(ofLines(':agency = ANY (l.lead_agencies)', ':agency = ANY (al.lead_agencies)'), { agency });
  if (dueBy !== null) query.andWhere(`f.status = 'acknowledged' AND f.until <= :dueBy`, { dueBy });
  for (const [column, value] of Object.entries(columns)) if (value !== null) query.andWhere(`f.${column} = :${column}`, columns);
  if (beforeId !== null) query.andWhere('f.id < :beforeId', { beforeId });
  return withAwards(sql, await query.getMany());
}

/** The finding, or null where there is none that the agencies may see. */
export async function findFinding(sql: Sql, agencies: readonly string[] | null, id: string): Promise<FindingWithAwards | null> {
  const [found] = await withAwards(sql, await visibleTo(sql, agencies).andWhere('f.id = :id', { id }).getMany());
  return found ?? null;
}

/** Open findings by rule and severity, for metrics. */
export function countOpenFindings(sql: Sql): Promise<{ rule: string; severity: string; count: number }[]> {
  return sql.manager
    .createQueryBuilder(Finding, 'f')
    .select(['f.rule AS rule', 'f.severity AS severity', 'count(*)::integer AS count'])
    .where(`f.status = 'open'`)
    .groupBy('f.rule, f.severity')
    .getRawMany();
}

/**
 * Agencies see the findings of the lines that they lead, and those that name an award of such a line: an award on hold tells its
 * officer which finding holds it. The other awards that a finding names are part of it.
 */
function visibleTo(sql: Sql, agencies: readonly string[] | null): SelectQueryBuilder<Finding> {
  const query = sql.manager.createQueryBuilder(Finding, 'f').innerJoinAndSelect('f.fund', 'd').leftJoinAndSelect('f.line', 'l');
  if (agencies === null) return query;
  const theirs = 'lead_agencies && ARRAY[:...agencies]::text[]';
  return query.andWhere(ofLines(`l.${theirs}`, `al.${theirs}`), { agencies: [...agencies] });
}

/** Looked up first: few are found among any number, and the newest would else be tried one by one. */
const NAMES_AWARD = 'f.id = ANY (ARRAY(SELECT n.id FROM finding n WHERE n.award_ids @> ARRAY[:award]::uuid[]))';

/** Findings whose line `l` is so, or that name an award whose line `al` is so. */
function ofLines(own: string, named: string): string {
  return `(${own} OR EXISTS (SELECT FROM award a WHERE a.fund_id = f.fund_id AND a.id = ANY (f.award_ids)
                              AND (a.fund_id, a.line_id) IN (SELECT al.fund_id, al.id FROM programme_line al WHERE ${named})))`;
}

const NAMED_AWARDS: Statement = {
  name: 'reconciliation.named-awards',
  text: `
    SELECT a.id, a.number, l.code AS line, a.awarded_fen AS awarded, a.disbursed_fen AS disbursed, a.approval_ref AS "approvalRef",
           a.approved_on AS "approvedOn", a.on_hold AS "onHold", a.rule_hold AS "ruleHold", a.reward_hold AS "rewardHold"
      FROM unnest($1::integer[], $2::uuid[]) AS named (fund_id, id)
      JOIN award a ON a.fund_id = named.fund_id AND a.id = named.id
      JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id`,
};

async function withAwards(sql: Sql, findings: readonly Finding[]): Promise<FindingWithAwards[]> {
  const named = findings.flatMap(({ fundId, awardIds }) => awardIds.map((id) => ({ fundId, id })));
  const columns = [named.map(({ fundId }) => fundId), named.map(({ id }) => id)];
  const awards = named.length === 0 ? [] : await sql.rows<NamedAward>(NAMED_AWARDS, columns);
  const byId = new Map(awards.map((award) => [award.id, award]));
  return findings.map((finding) => ({ finding, awards: finding.awardIds.flatMap((id) => byId.get(id) ?? []) }));
}
