import type { Fen } from '../../kernel/index.js';
import { isReward, PAID_ON, type ExternalReward, type OwnReward, type RewardReading } from '../../ledger/index.js';
import { integers, texts } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';

/** A live award of an enterprise that has, or is held for, rewards of other programmes. */
export interface RewardAward extends OwnReward {
  readonly id: string;
  readonly lineId: number;
  /** Of a line whose awards are rewards in the clause's sense. */
  readonly isReward: boolean;
  /** Something else holds it. */
  readonly isHeld: boolean;
  readonly rewardHold: boolean;
  /** Open reservation + open commitment + net disbursed, fen. */
  readonly held: Fen;
  /** Net, fen. */
  readonly disbursed: Fen;
  /** Demanded back and not received, fen. */
  readonly openDemands: Fen;
}

/** An enterprise's rewards of a year, with those of whom were merged into it. */
export interface RewardPlace {
  readonly rootId: string;
  readonly rootCode: string;
  readonly enterpriseName: string;
  readonly fiscalYear: number;
  readonly externals: readonly ExternalReward[];
  readonly awards: readonly RewardAward[];
}

/** Enterprises and years read at once. */
const PAGE = 500;

interface PlaceRow {
  readonly code: string;
  readonly fiscalYear: number;
}

/** Enterprises and years with a reward of another programme, or an award that is held for one ($1 fund, $2 year or null, $3 and $4 the last one read). */
const PLACES: Statement = {
  name: 'reconciliation.reward-places',
  text: `
    WITH place AS (
      SELECT root_code AS code, fiscal_year FROM external_award
       WHERE fund_id = $1 AND status = 'valid' AND ($2::integer IS NULL OR fiscal_year = $2)
       UNION
      SELECT CASE WHEN e.root_id IS NULL THEN e.organization_code ELSE root_code(e) END, a.fiscal_year
        FROM award a JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id
       WHERE a.fund_id = $1 AND a.reward_hold AND ($2::integer IS NULL OR a.fiscal_year = $2))
    SELECT code, fiscal_year AS "fiscalYear" FROM place
     WHERE (code, fiscal_year) > ($3::text COLLATE "C", $4::integer) ORDER BY code COLLATE "C", fiscal_year LIMIT ${PAGE}`,
};

const EXTERNALS: Statement = {
  name: 'reconciliation.reward-externals',
  plannedEachTime: true,
  text: `SELECT x.id, x.enterprise_id AS "enterpriseId", w.code, x.fiscal_year AS "fiscalYear", x.programme, x.amount_fen AS "amountFen",
                x.paid_on AS "paidOn"
           FROM unnest($2::text[], $3::integer[]) AS w (code, fiscal_year)
          CROSS JOIN LATERAL (SELECT * FROM external_award
                               WHERE fund_id = $1 AND root_code = w.code AND fiscal_year = w.fiscal_year AND status = 'valid' OFFSET 0) x
          ORDER BY x.id`,
};

/** Looked up by key for each, as a join reads all of the fund for each on a database never analysed. */
const AWARDS: Statement = {
  name: 'reconciliation.reward-awards',
  plannedEachTime: true,
  text: `SELECT a.id, a.line_id AS "lineId", l.form, l.payee, a.on_hold OR a.rule_hold AS "isHeld", a.reward_hold AS "rewardHold",
                a.reserved_fen + a.committed_fen + a.disbursed_fen AS held, a.disbursed_fen AS disbursed, a.approved_on AS "approvedOn",
                a.awarded_fen - a.released_fen - a.recovered_fen AS "amountFen", ${PAID_ON} AS "paidOn",
                coalesce((SELECT sum(d.demanded_fen - d.received_fen) FROM recovery_demand d
                           WHERE d.fund_id = a.fund_id AND d.award_id = a.id), 0)::bigint AS "openDemands",
                w.code, w.fiscal_year AS "fiscalYear", r.id AS "rootId", r.name AS "enterpriseName"
           FROM unnest($2::text[], $3::integer[]) AS w (code, fiscal_year)
          CROSS JOIN LATERAL (SELECT id, name FROM enterprise WHERE fund_id = $1 AND organization_code = w.code LIMIT 1) r
          CROSS JOIN LATERAL (SELECT r.id UNION ALL SELECT id FROM enterprise WHERE fund_id = $1 AND root_id = r.id) m
          CROSS JOIN LATERAL (SELECT * FROM award WHERE fund_id = $1 AND enterprise_id = m.id AND fiscal_year + 0 = w.fiscal_year AND live OFFSET 0) a
          CROSS JOIN LATERAL (SELECT form, payee FROM programme_line WHERE fund_id = $1 AND id = a.line_id LIMIT 1) l
          ORDER BY a.id`,
};

type ExternalRow = ExternalReward & { readonly code: string };
type AwardRow = Omit<RewardAward, 'isReward'> & {
  readonly form: string;
  readonly payee: string;
  readonly code: string;
  readonly fiscalYear: number;
  readonly rootId: string;
  readonly enterpriseName: string;
};

/** Every enterprise and year with something to look at that has live awards. */
export async function* rewardPlaces(
  sql: Sql,
  fundId: number,
  fiscalYear: number | null,
  reading: RewardReading,
): AsyncGenerator<RewardPlace> {
  let after: PlaceRow = { code: '', fiscalYear: 0 };
  for (;;) {
    const places = await sql.rows<PlaceRow>(PLACES, [fundId, fiscalYear, after.code, after.fiscalYear]);
    const columns = [fundId, texts(places, ({ code }) => code), integers(places, (place) => place.fiscalYear)];
    const externals = await sql.rows<ExternalRow>(EXTERNALS, columns);
    const awards = await sql.rows<AwardRow>(AWARDS, columns);
    for (const place of places) {
      const isHere = (one: PlaceRow): boolean => one.code === place.code && one.fiscalYear === place.fiscalYear;
      const own = awards.filter(isHere);
      const [first] = own;
      if (first === undefined) continue;
      yield {
        rootId: first.rootId,
        rootCode: place.code,
        enterpriseName: first.enterpriseName,
        fiscalYear: place.fiscalYear,
        externals: externals.filter(isHere),
        awards: own.map((award) => ({ ...award, isReward: isReward(reading, award) })),
      };
    }
    const last = places.at(-1);
    if (last === undefined || places.length < PAGE) return;
    after = last;
  }
}

const READING: Statement = {
  name: 'reconciliation.reward-reading',
  text: 'SELECT reading, forms, payees, reason FROM highest_of_three WHERE fund_id = $1 ORDER BY number DESC LIMIT 1',
};

/** How the fund reads the clause; null: by the default. */
export async function readReading(sql: Sql, fundId: number): Promise<RewardReading | null> {
  const [reading] = await sql.rows<RewardReading>(READING, [fundId]);
  return reading ?? null;
}

const COUNT: Statement = {
  name: 'reconciliation.count-externals',
  text: `SELECT count(*)::integer AS checked FROM external_award WHERE fund_id = $1 AND status = 'valid' AND ($2::integer IS NULL OR fiscal_year = $2)`,
};

/** Rewards of other programmes in the register. */
export async function countExternals(sql: Sql, fundId: number, fiscalYear: number | null): Promise<number> {
  const [row] = await sql.rows<{ checked: number }>(COUNT, [fundId, fiscalYear]);
  return row?.checked ?? 0;
}
