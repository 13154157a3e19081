import type { Digest } from '../../kernel/index.js';
import { rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { sha256 } from '../../platform/digest.js';
import type { AwardPlace, Known, Needs } from '../events/event-kind.js';
import type { LineState } from '../state/model.js';
import type { FundEntry } from './directory.js';

/** Where an award's money is, with the id of its line. */
interface LocatedAward extends AwardPlace {
  readonly lineId: number;
}

/** What events are about, as far as it was read: where awards lie. */
export class Subjects implements Known {
  readonly digest: Digest = sha256;
  /** null: there is no such award */
  private readonly awards = new Map<string, LocatedAward | null>();
  private lines: ReadonlyMap<string, LineState> = new Map();
  private roots: ReadonlyMap<string, { readonly rootCode: string }> = new Map();

  constructor(private readonly fund: FundEntry) {}

  award(id: string): LocatedAward | undefined {
    return this.awards.get(id) ?? undefined;
  }

  line(code: string): LineState | undefined {
    return this.lines.get(code);
  }

  rootOf(organizationCode: string): string {
    return this.roots.get(organizationCode)?.rootCode ?? organizationCode;
  }

  /** From now on it is known who was merged into whom, as it is under the locks. */
  keepRoots(enterprises: ReadonlyMap<string, { readonly rootCode: string }>): void {
    this.roots = enterprises;
  }

  /** From now on lines are known too, as they are under the locks. */
  keepLines(lines: ReadonlyMap<string, LineState>): void {
    this.lines = lines;
  }

  /** Awards that the needs name and that were not read yet. */
  unread({ awards = NONE }: Needs): readonly string[] {
    // Most events are reservations, a thousand in a batch, and name none.
    return awards.length === 0 ? awards : awards.filter((id) => !this.awards.has(id));
  }

  /** Reads where awards lie, without locks. */
  async read(sql: Sql, unread: readonly string[]): Promise<void> {
    const ids = [...new Set(unread)];
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
}

const NONE: readonly never[] = [];

/** $1 fund, $2 award ids. */
const LOCATE_AWARDS: Statement = {
  name: 'ledger.locate-awards',
  plannedEachTime: true,
  text: `SELECT a.* FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT id, line_id, fiscal_year, budget_year FROM award WHERE fund_id = $1 AND id = w.id LIMIT 1) a`,
};
