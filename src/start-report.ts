import Table from 'cli-table3';
import { formatYuan, type Fen } from './kernel/index.js';
import type { Database } from './platform/database/database.js';

interface YearLine {
  readonly year: number;
  readonly status: string;
  readonly appropriated_fen: Fen;
  readonly adjusted_fen: Fen;
  readonly unallotted_fen: Fen;
  readonly available_fen: Fen;
  readonly reserved_fen: Fen;
  readonly committed_fen: Fen;
  readonly disbursed_fen: Fen;
  readonly awards: number;
  readonly on_hold: number;
  readonly findings: string | null;
}

const YEARS = `
SELECT y.year, y.status,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4110), 0)::bigint AS appropriated_fen,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4120), 0)::bigint AS adjusted_fen,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4450), 0)::bigint AS unallotted_fen,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4610), 0)::bigint AS available_fen,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4700), 0)::bigint AS reserved_fen,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4801), 0)::bigint AS committed_fen,
       coalesce(sum(a.balance) FILTER (WHERE a.code = 4902), 0)::bigint AS disbursed_fen,
       (SELECT count(*)::integer FROM award w WHERE w.fund_id = y.fund_id AND w.fiscal_year = y.year) AS awards,
       (SELECT count(*)::integer FROM award w WHERE w.fund_id = y.fund_id AND w.fiscal_year = y.year AND w.on_hold) AS on_hold,
       (SELECT string_agg(rule || ' ' || count, E'\\n' ORDER BY rule)
          FROM (SELECT rule, count(*) FROM finding f
                 WHERE f.fund_id = y.fund_id AND f.fiscal_year = y.year AND f.status = 'open' GROUP BY rule) found) AS findings
  FROM fiscal_year y
  LEFT JOIN account a ON a.fund_id = y.fund_id AND a.fiscal_year = y.year
 WHERE y.fund_id = (SELECT id FROM fund WHERE code = $1)
 GROUP BY y.fund_id, y.year, y.status
 ORDER BY y.year`;

/** The fund's years with where their money is, in yuan, and what reconciliation found: for a terminal. */
export async function yearTable(db: Database, fund: string): Promise<string> {
  const table = new Table({
    head: [
      'year',
      'status',
      'appropriated',
      'adjusted',
      'unallotted',
      'available',
      'reserved',
      'committed',
      'disbursed',
      'awards (on hold)',
      'open findings',
    ],
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'right', 'left'],
    style: { head: [], border: [] },
  });
  for (const line of await db.rows<YearLine>(YEARS, [fund])) {
    table.push([
      line.year,
      line.status,
      grouped(line.appropriated_fen),
      grouped(line.adjusted_fen),
      grouped(line.unallotted_fen),
      grouped(line.available_fen),
      grouped(line.reserved_fen),
      grouped(line.committed_fen),
      grouped(line.disbursed_fen),
      `${line.awards} (${line.on_hold})`,
      line.findings ?? 'none',
    ]);
  }
  return table.toString();
}

/** `500000000.00` → `500,000,000.00`. */
function grouped(fen: Fen): string {
  return formatYuan(fen).replace(/\B(?=(?:\d{3})+\.)/g, ',');
}
