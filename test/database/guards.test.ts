import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, openLedger, reservation, yuan, project } from '../support/ledger.js';

/*
 * Architecture §3.6: the database is the last line. Each wrong write is made as the owner, past all code, and must be refused by its
 * own guard; with the guard dropped (in the same transaction, which is rolled back) the same write must no longer be refused so. A
 * guard that is missing, or that another one would have hidden, fails here.
 */

interface Guard {
  readonly name: string;
  /** What the guard says when it refuses. */
  readonly says: string;
  readonly drop: string;
  readonly wrong: (owner: pg.Client) => Promise<unknown>;
}

const REFUSED = {
  entry: 'FL002',
  balance: 'FL003',
  floor: 'FL004',
  belowZero: 'FL005',
  stays: 'FL001',
  award: 'FL006',
  keys: 'FL007',
};
const A = 'manufacturing-app';
const B = 'mobile-innovation';

let database: TestDatabase;
let award: string;

beforeAll(async () => {
  database = await testDatabase();
  const ledger = openLedger(database.db);
  // 2016: A has 85 available, B 100, nothing is unallotted. 2015: A is at −30, B at 20; 50 of the year's 70 are disbursed.
  await fundLine(ledger, A, yuan('100'));
  await fundLine(ledger, B, yuan('100'));
  const first = await mustPost(ledger, reservation({ amountFen: yuan('10'), effectiveOn: '2016-02-01' }));
  award = first.award?.id ?? '';
  await mustPost(ledger, { ...reservation({ amountFen: yuan('5') }), project: project('x') });
  const override = { reason: '紀要', documentNo: '1', expiresOn: '2999-12-31' };
  await fundLine(ledger, A, yuan('50'), 2015);
  await fundLine(ledger, B, yuan('100'), 2015);
  const paid = await mustPost(
    ledger,
    reservation({ line: B, fiscalYear: 2015, amountFen: yuan('80'), effectiveOn: '2015-02-01' }),
  );
  const awardId = paid.award?.id ?? '';
  await mustPost(ledger, { kind: 'commit', awardId, amountFen: null, effectiveOn: '2015-02-01' });
  await mustPost(ledger, { kind: 'disburse', awardId, amountFen: yuan('50'), paymentRef: 'P-1', effectiveOn: '2015-02-02' });
  await mustPost(ledger, {
    kind: 'recovery-demand',
    awardId,
    amountFen: yuan('10'),
    paymentRef: 'P-1',
    effectiveOn: '2015-02-02',
  });
  await mustPost(ledger, {
    kind: 'reduction',
    fiscalYear: 2015,
    line: A,
    amountFen: yuan('80'),
    override,
    effectiveOn: '2015-03-01',
  });
});

afterAll(() => database.close());

type Leg = readonly [account: number, line: string | null, side: 'D' | 'C', amount: string];

const RESERVED: readonly Leg[] = [
  [4610, A, 'D', '5'],
  [4700, A, 'C', '5'],
];

const COMMITTED: readonly Leg[] = [
  [4700, A, 'D', '5'],
  [4801, A, 'C', '5'],
];

/** What an entry's legs do to their accounts, one row for each leg: to be posted in one statement. */
const MOVED = `
  SELECT a.fund_id, a.id, a.version + 1 AS version, v.side::"char" AS side, v.fen,
         a.balance + CASE WHEN a.normal_side = v.side::"char" THEN v.fen ELSE -v.fen END AS balance
    FROM unnest($2::integer[], $3::text[], $4::text[], $5::bigint[]) AS v (code, line, side, fen)
    LEFT JOIN programme_line l ON l.fund_id = 1 AND l.code = v.line
    JOIN account a ON a.fund_id = 1 AND a.fiscal_year = $7 AND a.code = v.code AND a.line_id IS NOT DISTINCT FROM l.id`;
const MOVE =
  'UPDATE account a SET balance = m.balance, version = m.version FROM moved m WHERE a.fund_id = m.fund_id AND a.id = m.id';

/** What an entry says otherwise than its postings. */
interface Entry {
  readonly isMissing?: true;
  readonly effectiveOn?: string;
  readonly amountFen?: bigint;
  /** It is of the award, whose version, amounts (reserved, committed, disbursed, released, recovered), year and hold are so after it. */
  readonly awardAfter?: readonly (bigint | number)[];
}

/** An entry with its postings and balances, by hand; `move` says otherwise what becomes of the balances. */
async function enter(
  owner: pg.Client,
  kind: string,
  year: number,
  legs: readonly Leg[],
  move = MOVE,
  version = 'version',
  entry: Entry = {},
): Promise<void> {
  const id = randomUUID();
  await owner.query(
    `WITH moved AS MATERIALIZED (${MOVED}), balances AS (${move} RETURNING 1), entered AS (
       INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, award_id, award_after)
       SELECT 1, $1, $7, $8, coalesce($10::date, $6), now(), $1, coalesce($11::bigint, $9), $12, $13::bigint[] WHERE $14)
     INSERT INTO posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
     SELECT fund_id, id, ${version}, $1, side, fen, balance, $6::date, now() FROM moved`,
    [
      id,
      legs.map(([code]) => code),
      legs.map(([, line]) => line),
      legs.map(([, , side]) => side),
      legs.map(([, , , amount]) => yuan(amount)),
      `${year}-12-31`,
      year,
      kind,
      yuan(legs[0]?.[3] ?? '0'),
      entry.effectiveOn ?? null,
      entry.amountFen ?? null,
      entry.awardAfter === undefined ? null : award,
      entry.awardAfter ?? null,
      entry.isMissing !== true,
    ],
  );
}

const account = (year: number, code: number, line: string | null): string =>
  `fund_id = 1 AND fiscal_year = ${year} AND code = ${code} AND line_id IS NOT DISTINCT FROM (SELECT id FROM programme_line WHERE code = '${line ?? ''}')`;
const trigger = (name: string, table: string) => `DROP TRIGGER ${name} ON ${table}`;
const constraint = (name: string, table: string) => `ALTER TABLE ${table} DROP CONSTRAINT ${name}`;
const sql = (text: string) => (owner: pg.Client) => owner.query(text);
const copyOf = (table: string, changes: Readonly<Record<string, string>>, where: string) =>
  sql(
    `INSERT INTO ${table} SELECT (jsonb_populate_record(t, jsonb_build_object(${Object.entries(changes)
      .map(([column, value]) => `'${column}', ${value}`)
      .join(', ')}))).* FROM ${table} t WHERE ${where} LIMIT 1`,
  );

const AWARD_COLUMNS = `fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, person_id, awarded_fen, reserved_fen, committed_fen,
  disbursed_fen, released_fen, recovered_fen, on_hold, approved_offline, ever_paid, approval_ref, approved_on, facts, effective_on, last_effective_on, created_by, created_at, version, keys, folding`;
/** A pair that nobody asked for. */
const EXEMPT_PAIR = `INSERT INTO exempt_pair VALUES (1, '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', '{title:x}', '', gen_random_uuid(), now())`;
/** A publicity that no entry records. */
const PUBLICITY = `INSERT INTO publicity VALUES (1, gen_random_uuid(), 1, '2016-03-01', '2016-03-08', '', NULL)`;
const secondAward = () =>
  `INSERT INTO award (${AWARD_COLUMNS}) SELECT ${AWARD_COLUMNS.replace(' id,', ` '${randomUUID()}',`)} FROM award WHERE id = '${award}'`;

const GUARDS: readonly Guard[] = [
  {
    name: 'debits equal credits',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) =>
      enter(owner, 'reserve', 2016, [
        [4610, A, 'D', '5'],
        [4700, A, 'C', '4'],
      ]),
  },
  {
    name: 'a lone leg',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) => enter(owner, 'appropriation', 2016, [[4110, null, 'D', '5']]),
  },
  {
    name: 'legs of one year',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: sql(
      `WITH moved AS (UPDATE account SET balance = balance + CASE fiscal_year WHEN 2016 THEN 1 ELSE -1 END, version = version + 1
                       WHERE fund_id = 1 AND code = 4110 AND fiscal_year IN (2015, 2016) RETURNING *)
       INSERT INTO posting SELECT 1, id, version, '${randomUUID()}', CASE fiscal_year WHEN 2016 THEN 'D' ELSE 'C' END::"char", 1, balance, '2016-01-01', now() FROM moved`,
    ),
  },
  {
    name: 'legs on an account that is not there',
    says: REFUSED.entry,
    drop: `${trigger('posting_balances', 'posting')}; ${trigger('posting_moves_balance', 'posting')}`,
    wrong: sql(
      `INSERT INTO posting SELECT 1, 99999, n, '${randomUUID()}', CASE n WHEN 1 THEN 'D' ELSE 'C' END::"char", 1, 2 - n, '2016-01-01', now() FROM generate_series(1, 2) n`,
    ),
  },
  {
    name: 'postings that move no balance',
    says: REFUSED.balance,
    drop: trigger('posting_moves_balance', 'posting'),
    wrong: (owner) => enter(owner, 'reserve', 2016, RESERVED, `${MOVE} AND false`),
  },
  {
    name: 'postings that move a balance by something else',
    says: REFUSED.balance,
    drop: `${trigger('posting_moves_balance', 'posting')}; ${trigger('account_follows_postings', 'account')}`,
    wrong: (owner) => enter(owner, 'reserve', 2016, RESERVED, MOVE.replace('m.balance', 'm.balance + 1')),
  },
  {
    name: 'postings behind a gap',
    says: REFUSED.balance,
    drop: trigger('posting_moves_balance', 'posting'),
    wrong: (owner) =>
      enter(owner, 'reserve', 2016, RESERVED, MOVE.replace('version = m.version', 'version = m.version + 1'), 'version + 1'),
  },
  {
    name: 'a balance without a posting',
    says: REFUSED.balance,
    drop: trigger('account_follows_postings', 'account'),
    wrong: sql(`UPDATE account SET balance = balance + 1 WHERE ${account(2016, 4450, null)}`),
  },
  {
    name: 'a version without a posting',
    says: REFUSED.balance,
    drop: trigger('account_follows_postings', 'account'),
    wrong: sql(`UPDATE account SET version = version + 1 WHERE ${account(2016, 4610, A)}`),
  },
  {
    name: 'a version that falls',
    says: REFUSED.balance,
    drop: trigger('account_follows_postings', 'account'),
    wrong: sql(`UPDATE account SET version = version - 1 WHERE ${account(2016, 4610, A)}`),
  },
  {
    name: 'an account that becomes another',
    says: REFUSED.balance,
    drop: trigger('account_follows_postings', 'account'),
    wrong: sql(`UPDATE account SET normal_side = 'D' WHERE ${account(2016, 4610, A)}`),
  },
  {
    name: 'an account that starts with a balance',
    says: REFUSED.balance,
    drop: trigger('account_starts_empty', 'account'),
    wrong: sql(
      `INSERT INTO account (fund_id, fiscal_year, code, line_id, normal_side, balance) SELECT 1, 2014, 4110, id, 'D', 1 FROM programme_line WHERE code = '${A}'`,
    ),
  },
  {
    name: 'a floor without an override',
    says: REFUSED.floor,
    drop: trigger('floor_needs_override', 'account'),
    wrong: (owner) =>
      enter(
        owner,
        'reduction',
        2016,
        [
          [4610, A, 'D', '95'],
          [4120, null, 'C', '95'],
        ],
        MOVE.replace('version = m.version', 'version = m.version, floor = CASE a.code WHEN 4610 THEN m.balance END'),
      ),
  },
  {
    name: 'no floor at all',
    says: REFUSED.floor,
    drop: trigger('floor_needs_override', 'account'),
    wrong: sql(`UPDATE account SET floor = NULL WHERE ${account(2016, 4610, A)}`),
  },
  {
    name: 'a floor where none is allowed',
    says: 'account_floor_only_available',
    drop: constraint('account_floor_only_available', 'account'),
    wrong:
      sql(`INSERT INTO floor_override (fund_id, entry_id, account_id, lacking_fen, reason, document_no, expires_on) SELECT 1, '${randomUUID()}', id, 1, '', '', '2016-12-31' FROM account WHERE ${account(2016, 4700, A)};
                UPDATE account SET floor = -1 WHERE ${account(2016, 4700, A)}`),
  },
  {
    name: 'available below its floor',
    says: 'account_not_below_floor',
    drop: constraint('account_not_below_floor', 'account'),
    wrong: (owner) =>
      enter(owner, 'reserve', 2016, [
        [4610, A, 'D', '86'],
        [4700, A, 'C', '86'],
      ]),
  },
  {
    name: 'unallotted below zero',
    says: 'account_not_below_floor',
    drop: constraint('account_not_below_floor', 'account'),
    wrong: (owner) =>
      enter(owner, 'allotment', 2016, [
        [4450, null, 'D', '1'],
        [4610, A, 'C', '1'],
      ]),
  },
  {
    name: 'a reservation above the free money while a line is below zero',
    says: REFUSED.belowZero,
    drop: trigger('year_below_zero', 'account'),
    wrong: (owner) =>
      enter(owner, 'reserve', 2015, [
        [4610, B, 'D', '1'],
        [4700, B, 'C', '1'],
      ]),
  },
  {
    name: 'a lapse while a line is below zero',
    says: REFUSED.belowZero,
    drop: trigger('year_below_zero', 'account'),
    wrong: (owner) =>
      enter(owner, 'lapse', 2015, [
        [4610, B, 'D', '1'],
        [4395, B, 'C', '1'],
      ]),
  },
  {
    name: 'available carried out while a line is below zero',
    says: REFUSED.belowZero,
    drop: trigger('year_below_zero', 'account'),
    wrong: (owner) =>
      enter(owner, 'carry-forward', 2015, [
        [4610, B, 'D', '1'],
        [4396, B, 'C', '1'],
      ]),
  },
  {
    name: 'payments above the year’s resources while a line is below zero',
    says: REFUSED.belowZero,
    drop: trigger('year_below_zero', 'account'),
    wrong: (owner) =>
      enter(owner, 'disburse', 2015, [
        [4801, B, 'D', '21'],
        [4902, B, 'C', '21'],
      ]),
  },
  {
    name: 'a reduction below what is paid while a line is below zero',
    says: REFUSED.belowZero,
    drop: trigger('year_below_zero', 'account'),
    wrong: (owner) =>
      enter(owner, 'reduction', 2015, [
        [4801, B, 'D', '21'],
        [4120, null, 'C', '21'],
      ]),
  },
  {
    name: 'a version twice',
    says: 'posting_pkey',
    drop: `${constraint('posting_pkey', 'posting')}; ${trigger('posting_moves_balance', 'posting')}; ${trigger('posting_balances', 'posting')}`,
    wrong: sql(`INSERT INTO posting SELECT * FROM posting WHERE entry_id = (SELECT min(entry_id::text)::uuid FROM posting)`),
  },
  {
    name: 'an award that is keyed by other data',
    says: REFUSED.keys,
    drop: `${trigger('award_is_keyed', 'award')}; ${trigger('award_starts_with_entry', 'award')}`,
    wrong: (owner) => owner.query(secondAward().replace(/keys, folding FROM/, 'keys, 0 FROM')),
  },
  {
    name: 'an award without a key',
    says: REFUSED.keys,
    drop: `${trigger('award_is_keyed', 'award')}; ${trigger('award_starts_with_entry', 'award')}`,
    wrong: (owner) => owner.query(secondAward().replace(/keys, folding FROM/, "'{}', folding FROM")),
  },
  {
    name: 'an award while others are keyed anew',
    says: REFUSED.keys,
    drop: `${trigger('award_is_keyed', 'award')}; ${trigger('award_starts_with_entry', 'award')}`,
    wrong: (owner) => owner.query(`UPDATE folding SET finished = false; ${secondAward()}`),
  },
  {
    name: 'an award made payable without an entry',
    says: REFUSED.award,
    drop: trigger('award_follows_journal', 'award'),
    wrong: (owner) => owner.query(`UPDATE award SET payable_until = '2999-12-31' WHERE id = '${award}'`),
  },
  {
    name: 'a hold by a rule without an entry',
    says: REFUSED.award,
    drop: trigger('award_follows_journal', 'award'),
    wrong: (owner) => owner.query(`UPDATE award SET rule_hold = true WHERE id = '${award}'`),
  },
  {
    name: 'an award whose keys change',
    says: REFUSED.award,
    drop: trigger('award_keeps_keys', 'award'),
    wrong: (owner) => owner.query(`UPDATE award SET keys = '{title:another}' WHERE id = '${award}'`),
  },
  {
    name: 'an exempt pair that no entry asks for',
    says: REFUSED.entry,
    drop: trigger('exempt_pair_needs_entry', 'exempt_pair'),
    wrong: sql(EXEMPT_PAIR),
  },
  {
    name: 'an exempt pair the wrong way round',
    says: 'exempt_pair_in_order',
    drop: constraint('exempt_pair_in_order', 'exempt_pair'),
    wrong: sql(`ALTER TABLE exempt_pair DISABLE TRIGGER exempt_pair_needs_entry; ${EXEMPT_PAIR.replace("'0", "'1")}`),
  },
  ...['UPDATE exempt_pair SET reason = $$x$$', 'DELETE FROM exempt_pair'].map((change): Guard => ({
    name: `an exempt pair: ${change}`,
    says: REFUSED.stays,
    drop: trigger('exempt_pair_stays', 'exempt_pair'),
    wrong: sql(`ALTER TABLE exempt_pair DISABLE TRIGGER exempt_pair_needs_entry; ${EXEMPT_PAIR}; ${change}`),
  })),
  {
    name: 'a publicity that no entry records',
    says: REFUSED.entry,
    drop: trigger('publicity_needs_entry', 'publicity'),
    wrong: sql(PUBLICITY),
  },
  {
    name: 'a publicity of an entry of the past',
    says: REFUSED.entry,
    drop: trigger('publicity_needs_entry', 'publicity'),
    wrong: (owner) => owner.query(PUBLICITY.replace('gen_random_uuid()', `'${award}'`)),
  },
  {
    name: 'a publicity that ends before it begins',
    says: 'publicity_in_order',
    drop: constraint('publicity_in_order', 'publicity'),
    wrong: sql(`ALTER TABLE publicity DISABLE TRIGGER publicity_needs_entry; ${PUBLICITY.replace('03-08', '02-08')}`),
  },
  ...['UPDATE publicity SET objections = $$x$$', 'DELETE FROM publicity'].map((change): Guard => ({
    name: `a publicity: ${change}`,
    says: REFUSED.stays,
    drop: trigger('publicity_stays', 'publicity'),
    wrong: sql(`ALTER TABLE publicity DISABLE TRIGGER publicity_needs_entry; ${PUBLICITY}; ${change}`),
  })),
  {
    name: 'publicities truncated',
    says: REFUSED.stays,
    drop: trigger('publicity_not_truncated', 'publicity'),
    wrong: sql('TRUNCATE publicity'),
  },
  ...['UPDATE enterprise_alias SET value = $$x$$', 'DELETE FROM enterprise_alias'].map((change): Guard => ({
    name: `another name: ${change}`,
    says: REFUSED.stays,
    drop: trigger('enterprise_alias_stays', 'enterprise_alias'),
    wrong: sql(`INSERT INTO enterprise_alias VALUES (1, gen_random_uuid(), 'name', '示例', gen_random_uuid(), now()); ${change}`),
  })),
  {
    name: 'other names truncated',
    says: REFUSED.stays,
    drop: trigger('enterprise_alias_not_truncated', 'enterprise_alias'),
    wrong: sql('TRUNCATE enterprise_alias'),
  },
  {
    name: 'exempt pairs truncated',
    says: REFUSED.stays,
    drop: trigger('exempt_pair_not_truncated', 'exempt_pair'),
    wrong: sql('TRUNCATE exempt_pair'),
  },
  {
    name: 'an award that does not add up',
    says: 'award_adds_up',
    drop: `${constraint('award_adds_up', 'award')}; ${trigger('award_follows_journal', 'award')}`,
    wrong: (owner) => owner.query(`UPDATE award SET reserved_fen = reserved_fen - 1 WHERE id = '${award}'`),
  },
  ...(['reserved', 'committed', 'disbursed', 'released', 'recovered'] as const).map((stage): Guard => {
    const other = stage === 'committed' ? 'released' : 'committed';
    return {
      name: `${stage} below zero`,
      says: `award_${stage}_fen_check`,
      drop: `${constraint(`award_${stage}_fen_check`, 'award')}; ${trigger('award_follows_journal', 'award')}`,
      wrong: (owner) =>
        owner.query(`UPDATE award SET ${stage}_fen = -1, ${other}_fen = ${other}_fen + ${stage}_fen + 1 WHERE id = '${award}'`),
    };
  }),
  {
    name: 'a claim twice',
    says: 'claim_once',
    drop: constraint('claim_once', 'claim'),
    wrong: copyOf('claim', { award_id: `'${randomUUID()}'` }, `kind = 'payment-ref'`),
  },
  {
    name: 'a key twice',
    says: 'idempotency_once',
    drop: constraint('idempotency_once', 'idempotency_key'),
    wrong: copyOf('idempotency_key', { entry_id: `'${randomUUID()}'` }, 'true'),
  },
  {
    name: 'an enterprise twice',
    says: 'enterprise_organization_code',
    drop: constraint('enterprise_organization_code', 'enterprise'),
    wrong: copyOf('enterprise', { id: `'${randomUUID()}'` }, 'true'),
  },
  {
    name: 'a project twice',
    says: 'project_key',
    drop: constraint('project_key', 'project'),
    wrong: copyOf('project', { id: `'${randomUUID()}'` }, 'true'),
  },
  {
    name: 'a person twice',
    says: 'person_identity',
    drop: constraint('person_identity', 'person'),
    wrong: sql(`INSERT INTO person SELECT 1, gen_random_uuid(), 'hash', '', '', now() FROM generate_series(1, 2)`),
  },
  {
    name: 'more returned and demanded than was paid',
    says: 'payment_not_overdrawn',
    drop: `${constraint('payment_not_overdrawn', 'payment')}; ${trigger('payment_change_follows_award', 'payment')}`,
    wrong: sql('UPDATE payment SET returned_fen = paid_fen'),
  },
  {
    name: 'a payee without an account',
    says: 'payment_payee_whole',
    drop: constraint('payment_payee_whole', 'payment'),
    wrong: sql(`UPDATE payment SET payee_name = '示例'`),
  },
  {
    name: 'more received than was demanded',
    says: 'recovery_demand_check',
    drop: constraint('recovery_demand_check', 'recovery_demand'),
    wrong: sql('UPDATE recovery_demand SET received_fen = demanded_fen + 1'),
  },
  {
    name: 'an override changed',
    says: REFUSED.stays,
    drop: trigger('floor_override_stays', 'floor_override'),
    wrong: sql('UPDATE floor_override SET lacking_fen = 1'),
  },
  {
    name: 'an override deleted',
    says: REFUSED.stays,
    drop: trigger('floor_override_stays', 'floor_override'),
    wrong: sql('DELETE FROM floor_override'),
  },
  {
    name: 'overrides truncated',
    says: REFUSED.stays,
    drop: trigger('floor_override_not_truncated', 'floor_override'),
    wrong: sql('TRUNCATE floor_override'),
  },
  {
    name: 'an account deleted',
    says: REFUSED.stays,
    drop: trigger('account_not_deleted', 'account'),
    wrong: sql('DELETE FROM account WHERE id = 1'),
  },
  {
    name: 'accounts truncated',
    says: REFUSED.stays,
    drop: trigger('account_not_truncated', 'account'),
    wrong: sql('TRUNCATE account'),
  },
  {
    name: 'an entry without postings',
    says: REFUSED.entry,
    drop: trigger('entry_is_posted', 'journal_entry'),
    wrong: (owner) => enter(owner, 'reserve', 2016, [], MOVE, 'version', { amountFen: 1n }),
  },
  {
    name: 'postings without an entry',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) => enter(owner, 'reserve', 2016, RESERVED, MOVE, 'version', { isMissing: true }),
  },
  {
    name: 'postings added to an entry that was recorded before',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: sql(
      `WITH moved AS MATERIALIZED (
         SELECT a.fund_id, a.id, a.version + 1 AS version, p.side, p.amount_fen, p.entry_id, p.effective_on,
                a.balance + CASE WHEN a.normal_side = p.side THEN p.amount_fen ELSE -p.amount_fen END AS balance
           FROM posting p JOIN account a ON a.fund_id = p.fund_id AND a.id = p.account_id
          WHERE p.entry_id = (SELECT id FROM journal_entry WHERE kind = 'reserve' AND award_id = (SELECT id FROM award ORDER BY id LIMIT 1))), balances AS (${MOVE} RETURNING 1)
       INSERT INTO posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
       SELECT fund_id, id, version, entry_id, side, amount_fen, balance, effective_on, now() FROM moved`,
    ),
  },
  {
    name: 'postings of another amount than their entry',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) => enter(owner, 'reserve', 2016, RESERVED, MOVE, 'version', { amountFen: yuan('6') }),
  },
  {
    name: 'postings of another date than their entry',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) => enter(owner, 'reserve', 2016, RESERVED, MOVE, 'version', { effectiveOn: '2016-12-30' }),
  },
  {
    name: 'an entry by which its award gets more than is posted',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) =>
      enter(owner, 'commit', 2016, COMMITTED, MOVE, 'version', { awardAfter: [2, yuan('5'), yuan('6'), 0, 0, 0, 2016, 0] }),
  },
  {
    name: 'an entry behind a version of its award that is not there',
    says: REFUSED.entry,
    drop: trigger('posting_balances', 'posting'),
    wrong: (owner) =>
      enter(owner, 'commit', 2016, COMMITTED, MOVE, 'version', { awardAfter: [3, yuan('5'), yuan('5'), 0, 0, 0, 2016, 0] }),
  },
  {
    name: 'an entry without postings that moves its award’s money',
    says: REFUSED.entry,
    drop: trigger('entry_is_posted', 'journal_entry'),
    wrong: (owner) =>
      enter(owner, 'assign-hold', 2016, [], MOVE, 'version', {
        amountFen: 0n,
        awardAfter: [2, yuan('9'), 0, yuan('1'), 0, 0, 2016, 0],
      }),
  },
  {
    name: 'a version of an award twice',
    says: 'journal_entry_award_version',
    drop: `DROP INDEX journal_entry_award_version; ${trigger('entry_is_posted', 'journal_entry')}`,
    wrong: (owner) =>
      enter(owner, 'assign-hold', 2016, [], MOVE, 'version', { amountFen: 0n, awardAfter: [1, yuan('10'), 0, 0, 0, 0, 2016, 0] }),
  },
  {
    name: 'an award moved without an entry',
    says: REFUSED.award,
    drop: trigger('award_follows_journal', 'award'),
    wrong: (owner) =>
      owner.query(`UPDATE award SET reserved_fen = 0, disbursed_fen = awarded_fen, version = 2 WHERE id = '${award}'`),
  },
  {
    name: 'an award moved otherwise than its entry says',
    says: REFUSED.award,
    drop: trigger('award_follows_journal', 'award'),
    wrong: async (owner) => {
      await enter(owner, 'commit', 2016, COMMITTED, MOVE, 'version', { awardAfter: [2, yuan('5'), yuan('5'), 0, 0, 0, 2016, 0] });
      await owner.query(
        `UPDATE award SET reserved_fen = ${yuan('5')}, disbursed_fen = ${yuan('5')}, version = 2 WHERE id = '${award}'`,
      );
    },
  },
  {
    name: 'an award put back to what it was before an entry',
    says: REFUSED.award,
    drop: trigger('award_follows_journal', 'award'),
    wrong: (owner) =>
      owner.query(
        `UPDATE award a SET version = 2, reserved_fen = 0, committed_fen = ${yuan('80')}, disbursed_fen = 0 WHERE line_id = (SELECT id FROM programme_line WHERE code = '${B}')`,
      ),
  },
  {
    name: 'a hold without an entry',
    says: REFUSED.award,
    drop: trigger('award_follows_journal', 'award'),
    wrong: (owner) => owner.query(`UPDATE award SET on_hold = true WHERE id = '${award}'`),
  },
  {
    name: 'an award from nowhere',
    says: REFUSED.award,
    drop: trigger('award_starts_with_entry', 'award'),
    wrong: (owner) =>
      owner.query(
        `INSERT INTO award (${AWARD_COLUMNS}) SELECT ${AWARD_COLUMNS.replace(' id,', ' gen_random_uuid(),').replace('project_id', 'gen_random_uuid()')} FROM award WHERE id = '${award}'`,
      ),
  },
  {
    name: 'a payment that its award has not disbursed',
    says: REFUSED.award,
    drop: trigger('payment_follows_award', 'payment'),
    wrong: copyOf('payment', { id: `'${randomUUID()}'` }, 'true'),
  },
  {
    name: 'a payment returned that its award still has',
    says: REFUSED.award,
    drop: trigger('payment_change_follows_award', 'payment'),
    wrong: sql('UPDATE payment SET returned_fen = 1'),
  },
  {
    name: 'a ceiling raised without an entry',
    says: REFUSED.award,
    drop: trigger('ceiling_follows_journal', 'fiscal_year'),
    wrong: sql('UPDATE fiscal_year SET ceiling_raised_fen = 1 WHERE year = 2016'),
  },
  {
    name: 'a year that starts with a raised ceiling',
    says: REFUSED.award,
    drop: trigger('year_starts_without_ceiling', 'fiscal_year'),
    wrong: sql("INSERT INTO fiscal_year (fund_id, year, status, ceiling_raised_fen) VALUES (1, 2999, 'draft', 1)"),
  },
  { name: 'an award deleted', says: REFUSED.stays, drop: trigger('award_not_deleted', 'award'), wrong: sql('DELETE FROM award') },
  {
    name: 'an entry changed',
    says: REFUSED.stays,
    drop: trigger('journal_entry_stays', 'journal_entry'),
    wrong: sql('UPDATE journal_entry SET amount_fen = 1'),
  },
  {
    name: 'entries truncated',
    says: REFUSED.stays,
    drop: trigger('journal_entry_not_truncated', 'journal_entry'),
    wrong: sql('TRUNCATE journal_entry'),
  },
  {
    name: 'a posting deleted',
    says: REFUSED.stays,
    drop: trigger('posting_stays', 'posting'),
    wrong: sql('DELETE FROM posting'),
  },
  {
    name: 'postings truncated',
    says: REFUSED.stays,
    drop: trigger('posting_not_truncated', 'posting'),
    wrong: sql('TRUNCATE posting'),
  },
];

/** How the write is refused: the constraint's name, else the SQLSTATE; null when it is accepted. Leaves nothing behind. */
async function refusal(wrong: Guard['wrong'], first: string | null): Promise<string | null> {
  return asOwner(database, async (owner) => {
    await owner.query('BEGIN');
    try {
      if (first !== null) await owner.query(first);
      await wrong(owner);
      return null;
    } catch (error) {
      const { code, constraint: name } = error as { code?: string; constraint?: string };
      return name ?? code ?? String(error);
    } finally {
      await owner.query('ROLLBACK');
    }
  });
}

describe.each(GUARDS)('$name', ({ says, drop, wrong }) => {
  it(`is refused by the database (${says})`, async () => {
    expect(await refusal(wrong, null)).toBe(says);
  });

  it('is refused by this guard and no other', async () => {
    expect(await refusal(wrong, drop)).toBeNull();
  });
});
