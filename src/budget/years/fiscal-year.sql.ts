import { CHART } from '../../ledger/index.js';
import type { Sql, Statement, Tx } from '../../platform/database/database.js';
import { announce } from '../../platform/outbox/outbox.sql.js';
import { FiscalYear, type YearStatus } from './fiscal-year.entity.js';

/** The years from first to last, as drafts; those that are there stay as they are. */
export async function insertYears(tx: Tx, fundId: number, first: number, last: number): Promise<void> {
  const years = Array.from({ length: last - first + 1 }, (_, index) => ({ fundId, year: first + index }));
  await tx.manager.createQueryBuilder().insert().into(FiscalYear).values(years).orIgnore().updateEntity(false).execute();
}

/** The year's status; null when the fund has no such year. */
export async function yearStatus(sql: Sql, fundId: number, year: number): Promise<YearStatus | null> {
  return (await sql.manager.findOneBy(FiscalYear, { fundId, year }))?.status ?? null;
}

/** Draft → open, under the locks of the year's accounts (architecture §3.5); false when the year was no draft. */
export async function markYearOpen(tx: Tx, fundId: number, year: number): Promise<boolean> {
  return (await tx.manager.update(FiscalYear, { fundId, year, status: 'draft' }, { status: 'open' })).affected === 1;
}

const CREATE_ACCOUNTS: Statement = {
  name: 'budget.create-accounts',
  text: `WITH chart AS (
           SELECT * FROM unnest($2::smallint[], $3::"char"[], $4::text[]) AS chart (code, normal_side, scope)
         )
         INSERT INTO account (fund_id, fiscal_year, code, line_id, normal_side, floor)
         SELECT y.fund_id, y.year, c.code, l.id, c.normal_side, CASE WHEN c.code = 4120 THEN NULL ELSE 0 END
           FROM fiscal_year y
          CROSS JOIN chart c
          CROSS JOIN LATERAL (
                SELECT NULL::integer AS id WHERE c.scope IN ('year', 'both')
                UNION ALL
                SELECT p.id FROM programme_line p WHERE p.fund_id = y.fund_id AND c.scope IN ('line', 'both')) l
          WHERE y.fund_id = $1 AND y.status = 'open'
          ORDER BY y.year, c.code, l.id
         ON CONFLICT (fund_id, fiscal_year, code, line_id) DO NOTHING`,
};

/** Creates what accounts the fund's open years still lack: all of a new year, or those of a new line. */
export async function createAccounts(tx: Tx, fundId: number): Promise<void> {
  const columns = [CHART.map((kind) => kind.code), CHART.map((kind) => kind.normalSide), CHART.map((kind) => kind.scope)];
  await tx.rows(CREATE_ACCOUNTS, [fundId, ...columns]);
}

/** Has every open year of the fund reconciled again. */
export async function touchOpenYears(tx: Tx, fundId: number): Promise<void> {
  const years = await tx.manager.find(FiscalYear, { where: { fundId, status: 'open' }, order: { year: 'ASC' } });
  await announce(
    tx,
    'posted',
    fundId,
    years.map(({ year }) => year),
  );
}
