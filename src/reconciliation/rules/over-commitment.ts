import { formatYuan, minFen, type Fen } from '../../kernel/index.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import { fingerprint, type Checked, type Rule, type RuleScope, type Suspicion } from './rule.js';

interface LineBelowZero {
  readonly fiscalYear: number;
  readonly lineId: number;
  readonly line: string;
  readonly available: Fen;
  readonly overrides: readonly {
    readonly entryId: string;
    readonly documentNo: string;
    readonly reason: string;
    readonly expiresOn: string;
    /** What it let the line lack, fen as text: JSON has no bigint. */
    readonly lacking: string;
  }[];
}

const LINES_BELOW_ZERO: Statement = {
  name: 'reconciliation.lines-below-zero',
  text: `
    SELECT a.fiscal_year AS "fiscalYear", a.line_id AS "lineId", l.code AS line, a.balance AS available,
           coalesce((SELECT jsonb_agg(jsonb_build_object('entryId', f.entry_id, 'documentNo', f.document_no, 'reason', f.reason,
                                                         'expiresOn', f.expires_on, 'lacking', f.lacking_fen::text) ORDER BY e.recorded_at, f.entry_id)
                       FROM floor_override f
                       JOIN journal_entry e ON e.fund_id = f.fund_id AND e.id = f.entry_id
                      WHERE f.fund_id = a.fund_id AND f.account_id = a.id), '[]') AS overrides
      FROM account a
      JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
     WHERE a.fund_id = $1 AND a.code = 4610 AND a.balance < 0 AND ($2::integer IS NULL OR a.fiscal_year = $2)
     ORDER BY a.fiscal_year, l.code`,
};

interface YearAboveCeiling {
  readonly fiscalYear: number;
  readonly ceiling: Fen;
  readonly appropriated: Fen;
}

const YEARS_ABOVE_CEILING: Statement = {
  name: 'reconciliation.years-above-ceiling',
  text: `
    SELECT y.year AS "fiscalYear", f.annual_amount_fen + y.ceiling_raised_fen AS ceiling, sum(a.balance)::bigint AS appropriated
      FROM fiscal_year y
      JOIN fund f ON f.id = y.fund_id
      JOIN account a ON a.fund_id = y.fund_id AND a.fiscal_year = y.year AND a.code IN (4110, 4120)
     WHERE y.fund_id = $1 AND ($2::integer IS NULL OR y.year = $2)
     GROUP BY y.year, f.annual_amount_fen, y.ceiling_raised_fen
    HAVING sum(a.balance) > f.annual_amount_fen + y.ceiling_raised_fen
     ORDER BY y.year`,
};

const COUNT_LINES: Statement = {
  name: 'reconciliation.count-available-accounts',
  text: `SELECT count(*)::integer AS checked FROM account WHERE fund_id = $1 AND code = 4610 AND ($2::integer IS NULL OR fiscal_year = $2)`,
};

/** 超指標承諾 (domain §5): a line below zero, whether or not its overrides cover it still, and a year above its ceiling. */
export const overCommitment: Rule = { name: 'over-commitment', check };

async function check(sql: Sql, { fundId, fiscalYear, today }: RuleScope): Promise<Checked> {
  const lines = await sql.rows<LineBelowZero>(LINES_BELOW_ZERO, [fundId, fiscalYear]);
  const years = await sql.rows<YearAboveCeiling>(YEARS_ABOVE_CEILING, [fundId, fiscalYear]);
  const [count] = await sql.rows<{ checked: number }>(COUNT_LINES, [fundId, fiscalYear]);
  return {
    checked: count?.checked ?? 0,
    suspicions: [...years.map(aboveCeiling), ...lines.map((line) => belowZero(line, today))],
  };
}

function belowZero(line: LineBelowZero, today: string): Suspicion {
  const lacks = -line.available;
  const overrides = outstanding(line.overrides, lacks);
  const inForce = overrides.filter(({ expiresOn }) => expiresOn >= today);
  const covered = inForce.reduce((sum, { open }) => sum + open, 0n);
  const expired = overrides.filter(({ expiresOn, open }) => expiresOn < today && open > 0n);
  return {
    subject: `line:${line.line}:${line.fiscalYear}`,
    severity: 'error',
    fiscalYear: line.fiscalYear,
    lineId: line.lineId,
    awardIds: [],
    amountFen: lacks,
    evidence: {
      available: formatYuan(line.available),
      overrides: overrides.map(({ open, lacking, ...override }) => ({
        ...override,
        amount: formatYuan(BigInt(lacking)),
        outstanding: formatYuan(open),
      })),
      covered: formatYuan(covered),
      overrideExpired: covered < lacks,
    },
    // Settled while it was covered, it is opened again when an override expires or another one is given.
    fingerprint: fingerprint([overrides.map(({ entryId }) => entryId), expired.map(({ entryId }) => entryId)]),
  };
}

type Override = LineBelowZero['overrides'][number];

/** What each override still covers of what the line lacks, fen: later credits cure the oldest first, so the newest are left. */
function outstanding(overrides: readonly Override[], lacks: Fen): readonly (Override & { readonly open: Fen })[] {
  let left = lacks;
  return [...overrides]
    .reverse()
    .map((override) => {
      const open = minFen(BigInt(override.lacking), left);
      left -= open;
      return { ...override, open };
    })
    .reverse();
}

function aboveCeiling(year: YearAboveCeiling): Suspicion {
  return {
    subject: `year:${year.fiscalYear}:ceiling`,
    severity: 'error',
    fiscalYear: year.fiscalYear,
    lineId: null,
    awardIds: [],
    amountFen: year.appropriated - year.ceiling,
    evidence: { appropriated: formatYuan(year.appropriated), ceiling: formatYuan(year.ceiling) },
    fingerprint: fingerprint([String(year.appropriated), String(year.ceiling)]),
  };
}
