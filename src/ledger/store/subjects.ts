import { countOf, type Digest } from '../../kernel/index.js';
import { integers, rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { sha256 } from '../../platform/digest.js';
import type { AwardPlace, HoldGroup, Known, Needs } from '../events/event-kind.js';
import type { LineState } from '../state/model.js';
import type { FundEntry } from './directory.js';

/** Where an award's money is, with the id of its line. */
interface LocatedAward extends AwardPlace {
  readonly lineId: number;
}

/** What events are about, as far as it was read: where awards lie, and which awards groups have. */
export class Subjects implements Known {
  readonly digest: Digest = sha256;
  /** null: there is no such award */
  private readonly awards = new Map<string, LocatedAward | null>();
  private readonly groups = new Map<string, readonly string[]>();
  private lines: ReadonlyMap<string, LineState> = new Map();

  constructor(private readonly fund: FundEntry) {}

  award(id: string): LocatedAward | undefined {
    return this.awards.get(id) ?? undefined;
  }

  awardsOfGroup(group: HoldGroup): readonly string[] {
    return this.groups.get(groupKey(group)) ?? [];
  }

  line(code: string): LineState | undefined {
    return this.lines.get(code);
  }

  /** Reads again, under the locks, which awards the groups have: one may have left or joined since the locks were chosen. By group's key. */
  async rereadGroups(sql: Sql): Promise<ReadonlyMap<string, readonly string[]>> {
    const groups = [...this.groups.keys()].map((key) => {
      const [projectId = '', fiscalYear = ''] = key.split('|');
      return { projectId, fiscalYear: countOf(BigInt(fiscalYear)) };
    });
    await this.readGroups(sql, groups);
    return this.groups;
  }

  /** From now on lines are known too, as they are under the locks. */
  keepLines(lines: ReadonlyMap<string, LineState>): void {
    this.lines = lines;
  }

  /** What the needs name that was not read yet; null: nothing. */
  unread({ awards = NONE, groups = NONE }: Needs): Unread | null {
    // Most events are reservations, a thousand in a batch, and name none of these.
    if (awards.length + groups.length === 0) return null;
    const unread = {
      awards: awards.filter((id) => !this.awards.has(id)),
      groups: groups.filter((group) => !this.groups.has(groupKey(group))),
    };
    return unread.awards.length + unread.groups.length === 0 ? null : unread;
  }

  /** Reads it, without locks. */
  async read(sql: Sql, unread: readonly Unread[]): Promise<void> {
    const groups = unread.flatMap(({ groups: asked }) => asked);
    await this.readGroups(sql, [...new Map(groups.map((group) => [groupKey(group), group])).values()]);
    await this.readAwards(sql, [...new Set(unread.flatMap(({ awards }) => awards))]);
  }

  private async readAwards(sql: Sql, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return;
    const rows = await sql.rows<{ id: string; line_id: number; fiscal_year: number; budget_year: number }>(LOCATE_AWARDS, [
      this.fund.id,
      uuids(ids, rowAsValue),
    ]);
    for (const id of ids) this.awards.set(id, null);
    for (const { id, line_id: lineId, fiscal_year: fiscalYear, budget_year: budgetYear } of rows) {
      this.awards.set(id, { fiscalYear, budgetYear, lineId, line: this.fund.lineCodes.get(lineId) ?? '' });
    }
  }

  private async readGroups(sql: Sql, groups: readonly HoldGroup[]): Promise<void> {
    if (groups.length === 0) return;
    const rows = await sql.rows<{ id: string; project_id: string; fiscal_year: number }>(AWARDS_OF_GROUPS, [
      this.fund.id,
      uuids(groups, (group) => group.projectId),
      integers(groups, (group) => group.fiscalYear),
    ]);
    const found = new Map(groups.map((group) => [groupKey(group), new Set<string>()]));
    for (const row of rows) found.get(groupKey({ projectId: row.project_id, fiscalYear: row.fiscal_year }))?.add(row.id);
    for (const [key, ids] of found) this.groups.set(key, [...ids]);
  }
}

const NONE: readonly never[] = [];

/** Of one event's needs, what was not read yet. */
export interface Unread {
  readonly awards: readonly string[];
  readonly groups: readonly HoldGroup[];
}

function groupKey({ projectId, fiscalYear }: HoldGroup): string {
  return `${projectId}|${fiscalYear}`;
}

/** $1 fund, $2 award ids. */
const LOCATE_AWARDS: Statement = {
  name: 'ledger.locate-awards',
  plannedEachTime: true,
  text: `SELECT a.* FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT id, line_id, fiscal_year, budget_year FROM award WHERE fund_id = $1 AND id = w.id LIMIT 1) a`,
};

/** $1 fund, $2 project ids, $3 fiscal years. A person's project stands for the person: all awards to the person, at whatever enterprise. */
const AWARDS_OF_GROUPS: Statement = {
  name: 'ledger.awards-of-groups',
  plannedEachTime: true,
  text: `SELECT a.id, w.project_id, w.fiscal_year FROM unnest($2::uuid[], $3::integer[]) AS w (project_id, fiscal_year)
          CROSS JOIN LATERAL (SELECT enterprise_id, key FROM project WHERE fund_id = $1 AND id = w.project_id LIMIT 1) p
           LEFT JOIN LATERAL (SELECT id FROM person
                               WHERE p.key LIKE 'person:%' AND fund_id = $1 AND identity_hash = substr(p.key, 8) LIMIT 1) n ON true
          CROSS JOIN LATERAL (SELECT id FROM award WHERE n.id IS NULL AND fund_id = $1 AND enterprise_id = p.enterprise_id
                                 AND project_id = w.project_id AND fiscal_year + 0 = w.fiscal_year
                               UNION ALL
                              SELECT b.id FROM award b
                               CROSS JOIN LATERAL (SELECT key FROM project WHERE fund_id = $1 AND id = b.project_id LIMIT 1) q
                               WHERE b.fund_id = $1 AND b.person_id = n.id AND b.fiscal_year + 0 = w.fiscal_year AND q.key = p.key OFFSET 0) a`,
};
