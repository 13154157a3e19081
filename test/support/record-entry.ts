import type pg from 'pg';
import { uuidv7 } from 'uuidv7';
import { CHART } from '../../src/ledger/index.js';

/** A leg of a hand-made entry. */
export interface HandLeg {
  readonly account: number;
  readonly line?: string;
  readonly side: 'D' | 'C';
  readonly amountFen: bigint;
}

/** A hand-made entry of one fiscal year. */
export interface HandEntry {
  readonly kind: string;
  readonly fiscalYear: number;
  readonly effectiveOn: string;
  readonly line?: string;
  readonly documentNo?: string;
  readonly reason?: string;
  readonly details?: Record<string, unknown>;
  readonly legs: readonly HandLeg[];
}

/** Debit one account and credit another. */
export function transferLegs(
  debit: Omit<HandLeg, 'side' | 'amountFen'>,
  credit: Omit<HandLeg, 'side' | 'amountFen'>,
  amountFen: bigint,
): HandLeg[] {
  return [
    { ...debit, side: 'D', amountFen },
    { ...credit, side: 'C', amountFen },
  ];
}

/**
 * Writes an entry with its postings, balances and days as the owner, past the posting engine: tests of what reads the journal thus
 * choose every date and amount themselves. The database's own guards hold.
 */
export async function recordEntry(owner: pg.Client, entry: HandEntry): Promise<string> {
  const id = uuidv7();
  const amount = entry.legs[0]?.amountFen ?? 0n;
  await owner.query('BEGIN');
  const { rows } = await owner.query<{ at: Date; fund_id: number }>(
    `SELECT clock_timestamp()::timestamptz(3) AS at, id AS fund_id FROM fund WHERE code = 'gz-ecommerce'`,
  );
  const [{ at, fund_id: fundId } = { at: new Date(), fund_id: 0 }] = rows;
  const moved = await Promise.all(entry.legs.map((leg) => findAccount(owner, fundId, entry.fiscalYear, leg)));
  await owner.query(
    `WITH legs AS MATERIALIZED (
       SELECT a.fund_id, a.id, a.version + 1 AS version, m.side, m.amount, a.balance + m.net AS balance
         FROM unnest($2::integer[], $4::text[], $5::bigint[], $6::bigint[]) AS m (account, side, amount, net)
         JOIN account a ON a.fund_id = $1 AND a.id = m.account
     ), moved AS (
       UPDATE account a
          SET balance = l.balance, version = l.version, last_effective_on = greatest(a.last_effective_on, $7::date), last_recorded_at = $8::timestamptz
         FROM legs l WHERE a.fund_id = l.fund_id AND a.id = l.id
     ), entered AS (
       INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, line_id, amount_fen, document_no, reason, details)
       VALUES ($1, $3, $9, $10, $7, $8, '00000000-0000-7000-8000-000000000000',
               (SELECT id FROM programme_line WHERE fund_id = $1 AND code = $11), $12, $13, $14, $15)
     )
     INSERT INTO posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
     SELECT fund_id, id, version, $3, side::"char", amount, balance, $7::date, $8::timestamptz FROM legs`,
    [
      fundId,
      moved.map(({ account }) => account),
      id,
      moved.map(({ leg }) => leg.side),
      moved.map(({ leg }) => leg.amountFen),
      moved.map(({ net }) => net),
      entry.effectiveOn,
      at,
      entry.fiscalYear,
      entry.kind,
      entry.line ?? null,
      amount,
      entry.documentNo ?? null,
      entry.reason ?? null,
      entry.details ?? null,
    ],
  );
  for (const { account, net } of moved) {
    await owner.query(
      `INSERT INTO account_day (fund_id, account_id, effective_on, net_fen) VALUES ($1, $2, $3, $4)
       ON CONFLICT (fund_id, account_id, effective_on) DO UPDATE SET net_fen = account_day.net_fen + excluded.net_fen`,
      [fundId, account, entry.effectiveOn, net],
    );
  }
  await owner.query('COMMIT');
  return id;
}

async function findAccount(owner: pg.Client, fundId: number, fiscalYear: number, leg: HandLeg) {
  const { rows } = await owner.query<{ id: number }>(
    `SELECT a.id FROM account a LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
      WHERE a.fund_id = $1 AND a.fiscal_year = $2 AND a.code = $3 AND l.code IS NOT DISTINCT FROM $4`,
    [fundId, fiscalYear, leg.account, leg.line ?? null],
  );
  const account = rows[0]?.id;
  if (account === undefined) throw new Error(`No account ${leg.account} ${leg.line ?? ''} in ${fiscalYear}`);
  const onNormalSide = CHART.find((kind) => kind.code === leg.account)?.normalSide === leg.side;
  return { leg, account, net: onNormalSide ? leg.amountFen : -leg.amountFen };
}
