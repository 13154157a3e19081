import pg from 'pg';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { fundLine, mustPost, openLedger, reservation, yuan } from '../support/ledger.js';

/*
 * A session's temporary tables come before those of the schema where a function names a table without saying which: with a `posting` of
 * its own beside it, a stolen run-time role would be believed. Here the role is even given the right to make them.
 */

let database: TestDatabase;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  const ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000.00'));
  await mustPost(ledger, reservation({ amountFen: yuan('100.00') }));
  // In 2015 a line is below zero: nothing may lapse.
  await fundLine(ledger, 'manufacturing-app', yuan('50.00'), 2015);
  await fundLine(ledger, 'mobile-innovation', yuan('100.00'), 2015);
  await mustPost(ledger, {
    kind: 'reduction',
    fiscalYear: 2015,
    line: 'manufacturing-app',
    amountFen: yuan('80.00'),
    override: { reason: '紀要', documentNo: '1', expiresOn: '2999-12-31' },
    effectiveOn: '2015-03-01',
  });
});
afterAll(() => database.close());

/** Every function of the schema that has a body. */
async function functions(): Promise<{ name: string; config: string[] | null; definer: boolean; source: string; acl: string }[]> {
  return database.db.rows(
    `SELECT p.proname AS name, p.proconfig AS config, p.prosecdef AS definer, p.prosrc AS source,
            has_function_privilege('public', p.oid, 'EXECUTE')::text AS acl
       FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' ORDER BY p.proname`,
  );
}

it('every function looks its tables up in the schema, and in temporary ones last', async () => {
  const found = await functions();
  expect(found.length).toBeGreaterThan(15);
  for (const { name, config } of found) {
    expect([name, (config ?? []).filter((one) => one.startsWith('search_path='))]).toEqual([
      name,
      ['search_path=pg_catalog, public, pg_temp'],
    ]);
  }
});

it('no function may be run by everybody', async () => {
  const found = await functions();
  expect(found.filter(({ acl }) => acl === 'true').map(({ name }) => name)).toEqual([]);
});

/** Tables of the schema that a function's body names. */
async function tablesIn(source: string): Promise<string[]> {
  const rows = await database.db.rows<{ name: string }>(
    `SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r'`,
  );
  return rows.map(({ name }) => name).filter((name) => new RegExp(`\\b${name}\\b`).test(source));
}

/** As a stolen run-time role that may make temporary tables: an empty one beside each table that the function names. */
async function asThief<T>(names: readonly string[], work: (thief: pg.Client) => Promise<T>): Promise<T> {
  const name = new URL(database.url).pathname.slice(1);
  await asOwner(database, (owner) => owner.query(`GRANT TEMPORARY ON DATABASE ${name} TO fund_app`));
  const thief = new pg.Client({ connectionString: database.url });
  await thief.connect();
  try {
    for (const table of names) await thief.query(`CREATE TEMPORARY TABLE ${table} (LIKE public.${table})`);
    return await work(thief);
  } finally {
    await thief.end();
    await asOwner(database, (owner) => owner.query(`REVOKE TEMPORARY ON DATABASE ${name} FROM fund_app`));
  }
}

const APPROVAL = '00000000-0000-7000-8000-00000000000a';
/** Something that the demonstration's first user of finance asked for. */
const ASKED = `INSERT INTO public.approval (fund_id, id, kind, act, data, request, amount_fen, steps, preview, preview_hash, requested_by,
                 requested_role, language, expires_at)
               SELECT 1, '${APPROVAL}', 'merge', 'post', '{}', '{}', 1, 1, '{}', 'seen', id, role, 'en', now() + interval '1 day'
                 FROM public.app_user WHERE username = 'finance'`;
/** A policy of approvals that asks a second person for mergers. */
const POLICY = `INSERT INTO public.approval_policy (fund_id, number, expires_after_days, reason, changed_by)
                SELECT 1, 1 + coalesce(max(number), 0), 30, '', gen_random_uuid() FROM public.approval_policy WHERE fund_id = 1;
                INSERT INTO public.approval_rule SELECT 1, max(number), 'merge', 0, 1 FROM public.approval_policy WHERE fund_id = 1`;

/** What a thief would do who is believed; each must be refused by its own guard, whatever stands in temporary tables. */
const THEFTS: Readonly<Record<string, { readonly prepare?: string; readonly steal: string; readonly code: string }>> = {
  account_follows_postings: {
    prepare: `INSERT INTO pg_temp.posting SELECT fund_id, id, version + 1, gen_random_uuid(), 'C', 100, balance + 100, '2016-01-01', now() FROM public.account WHERE fiscal_year = 2016 AND code = 4610`,
    steal: `UPDATE public.account SET balance = balance + 100, version = version + 1 WHERE fiscal_year = 2016 AND code = 4610`,
    code: 'FL003',
  },
  posting_moves_balance: {
    prepare: `INSERT INTO pg_temp.account (fund_id, id, fiscal_year, code, normal_side, balance, version, last_recorded_at, award_count)
              SELECT fund_id, id, fiscal_year, code, normal_side, balance + 1, version + 1, last_recorded_at, 0 FROM public.account WHERE fiscal_year = 2016 AND code IN (4110, 4450)`,
    steal: `WITH entered AS (INSERT INTO public.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
                             VALUES (1, '00000000-0000-7000-8000-000000000001', 2016, 'appropriation', '2016-01-01', now(), '00000000-0000-7000-8000-000000000001', 1))
            INSERT INTO public.posting SELECT fund_id, id, version + 1, '00000000-0000-7000-8000-000000000001', normal_side, 1, balance + 1, '2016-01-01', now()
              FROM public.account WHERE fiscal_year = 2016 AND code IN (4110, 4450)`,
    code: 'FL003',
  },
  posting_balances: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
              VALUES (1, '00000000-0000-7000-8000-000000000002', 2016, 'appropriation', '2016-01-01', now(), '00000000-0000-7000-8000-000000000002', 1);
              INSERT INTO pg_temp.account SELECT * FROM public.account`,
    steal: `WITH moved AS (UPDATE public.account SET balance = balance + 1, version = version + 1 WHERE fiscal_year = 2016 AND code IN (4110, 4450) RETURNING *)
            INSERT INTO public.posting SELECT fund_id, id, version, '00000000-0000-7000-8000-000000000002', normal_side, 1, balance, '2016-01-01', now() FROM moved`,
    code: 'FL002',
  },
  entry_is_posted: {
    prepare: `INSERT INTO pg_temp.posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
              VALUES (1, 1, 1, '00000000-0000-7000-8000-000000000003', 'D', 1, 1, '2016-01-01', now())`,
    steal: `INSERT INTO public.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
            VALUES (1, '00000000-0000-7000-8000-000000000003', 2016, 'appropriation', '2016-01-01', now(), '00000000-0000-7000-8000-000000000003', 1)`,
    code: 'FL002',
  },
  floor_needs_override: {
    prepare: `INSERT INTO pg_temp.floor_override SELECT fund_id, gen_random_uuid(), id, 1, '', '', '2016-12-31', pg_current_xact_id() FROM public.account`,
    steal: `UPDATE public.account SET floor = NULL WHERE code = 4610`,
    code: 'FL004',
  },
  award_follows_journal: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, award_id, award_after)
              SELECT fund_id, gen_random_uuid(), 2016, 'disburse', '2016-12-31', now(), id, awarded_fen, id, ARRAY[version + 1, 0, 0, awarded_fen, 0, 0, 2016, 0] FROM public.award`,
    steal: `UPDATE public.award SET reserved_fen = 0, disbursed_fen = awarded_fen, version = version + 1`,
    code: 'FL006',
  },
  payment_follows_award: {
    prepare: `INSERT INTO pg_temp.award (fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, awarded_fen, reserved_fen, committed_fen,
                disbursed_fen, released_fen, recovered_fen, on_hold, approved_offline, ever_paid, approval_ref, approved_on, facts, effective_on, last_effective_on, created_by, created_at, version, live, standing, keys, folding, rule_hold, reward_hold)
              SELECT fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, awarded_fen, 0, 0, 1, 0, 0, false, false, true, '', approved_on, '{}', effective_on, last_effective_on, created_by, created_at, version, true, true, keys, folding, false, false FROM public.award`,
    steal: `INSERT INTO public.payment (fund_id, id, award_id, line_id, payment_ref, fiscal_year, effective_on, paid_fen) SELECT 1, gen_random_uuid(), id, line_id, 'stolen', 2016, '2016-12-31', 1 FROM public.award`,
    code: 'FL006',
  },
  ceiling_follows_journal: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, details)
              VALUES (1, gen_random_uuid(), 2016, 'supplement', '2016-01-01', now(), gen_random_uuid(), 1, '{"ceilingRaised": "1000000.00"}')`,
    steal: `UPDATE public.fiscal_year SET ceiling_raised_fen = 100000000 WHERE year = 2016`,
    code: 'FL006',
  },
  year_below_zero: {
    steal: `WITH legs AS MATERIALIZED (
              SELECT a.*, CASE a.code WHEN 4610 THEN 'D' ELSE 'C' END::"char" AS side, CASE a.code WHEN 4610 THEN a.balance - 1 ELSE a.balance + 1 END AS after
                FROM public.account a JOIN public.programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
               WHERE a.fiscal_year = 2015 AND a.code IN (4610, 4395) AND l.code = 'mobile-innovation'),
            entered AS (INSERT INTO public.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
                        VALUES (1, '00000000-0000-7000-8000-000000000004', 2015, 'lapse', '2015-12-31', now(), gen_random_uuid(), 1)),
            moved AS (UPDATE public.account a SET balance = l.after, version = l.version + 1 FROM legs l WHERE a.fund_id = l.fund_id AND a.id = l.id)
            INSERT INTO public.posting SELECT fund_id, id, version + 1, '00000000-0000-7000-8000-000000000004', side, 1, after, '2015-12-31', now() FROM legs`,
    code: 'FL005',
  },
  award_is_keyed: {
    prepare: `INSERT INTO pg_temp.folding VALUES (true, 9, true)`,
    steal: `WITH entered AS (INSERT INTO public.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, award_id, award_after)
                             VALUES (1, gen_random_uuid(), 2016, 'assign-hold', '2016-01-01', now(), gen_random_uuid(), 0, '00000000-0000-7000-8000-000000000005', NULL))
            INSERT INTO public.award (fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, awarded_fen, reserved_fen, committed_fen,
              disbursed_fen, released_fen, recovered_fen, approval_ref, approved_on, facts, effective_on, last_effective_on, created_by, created_at, version, keys, folding)
            SELECT fund_id, '00000000-0000-7000-8000-000000000005', 'x', fiscal_year, budget_year, line_id, enterprise_id, project_id, 1, 0, 0, 0, 1, 0, '', approved_on, '{}',
                   effective_on, last_effective_on, created_by, created_at, 1, keys, 9 FROM public.award LIMIT 1`,
    code: 'FL007',
  },
  exempt_pair_needs_entry: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
              VALUES (1, '00000000-0000-7000-8000-000000000006', 2016, 'settle', '2016-01-01', now(), gen_random_uuid(), 0)`,
    steal: `INSERT INTO public.exempt_pair VALUES (1, '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000002', '{title:x}', '',
              '00000000-0000-7000-8000-000000000006', now())`,
    code: 'FL002',
  },
  publicity_needs_entry: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, award_id, award_after)
              VALUES (1, gen_random_uuid(), 2016, 'publicity', '2016-01-01', now(), gen_random_uuid(), 0,
                      '00000000-0000-7000-8000-000000000008', ARRAY[2])`,
    steal: `INSERT INTO public.publicity VALUES (1, '00000000-0000-7000-8000-000000000008', 2, '2016-03-01', '2016-03-08', '', NULL)`,
    code: 'FL002',
  },
  agency_succession: {
    steal: `UPDATE public.agency SET successors = ARRAY[code] WHERE code = '市經貿委'`,
    code: 'FL008',
  },
  merger_needs_entry: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
              VALUES (1, gen_random_uuid(), 2016, 'merge', '2016-01-01', now(), gen_random_uuid(), 0);
              SET CONSTRAINTS ALL IMMEDIATE`,
    steal: `UPDATE public.enterprise SET merged_into = gen_random_uuid(), root_id = gen_random_uuid()`,
    code: 'FL002',
  },
  external_award_needs_entry: {
    prepare: `INSERT INTO pg_temp.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, details)
              VALUES (1, gen_random_uuid(), 2016, 'external-award', '2016-01-01', now(), gen_random_uuid(), 0,
                      '{"externalAward": "00000000-0000-7000-8000-000000000007"}');
              SET CONSTRAINTS ALL IMMEDIATE`,
    steal: `INSERT INTO public.external_award (fund_id, id, programme, enterprise_id, root_code, fiscal_year, amount_fen, reference, reference_key, recorded_by, recorded_at)
            VALUES (1, '00000000-0000-7000-8000-000000000007', 'headquarters-reward', gen_random_uuid(), 'x', 2016, 1, 'x', 'x', gen_random_uuid(), now())`,
    code: 'FL002',
  },
  decision_by_another: {
    // Whoever asked, it was somebody else, and the thief's user is of finance.
    prepare: `${ASKED}; INSERT INTO pg_temp.approval SELECT fund_id, id, kind, act, data, request, fiscal_year, amount_fen, steps, preview,
                preview_hash, gen_random_uuid(), requested_role, requested_agency, language, requested_at, expires_at, status
                FROM public.approval WHERE id = '${APPROVAL}';
              INSERT INTO pg_temp.app_user SELECT * FROM public.app_user WHERE username = 'finance'`,
    steal: `INSERT INTO public.approval_decision (fund_id, approval_id, preview_hash, decided_by)
            SELECT 1, '${APPROVAL}', 'seen', id FROM public.app_user WHERE username = 'finance'`,
    code: 'FL007',
  },
  is_same_person: {
    prepare: `UPDATE public.app_user SET display_name = '同一人' WHERE username IN ('finance', 'finance2');
              INSERT INTO pg_temp.app_user SELECT * FROM public.app_user;
              UPDATE pg_temp.app_user SET name_key = username, staff_key = username`,
    steal: `SELECT 1 / CASE WHEN is_same_person(a.id, b.id) THEN 0 ELSE 1 END FROM public.app_user a, public.app_user b
             WHERE a.username = 'finance' AND b.username = 'finance2'`,
    // It says that they are one.
    code: '22012',
  },
  approval_is_decided_once: {
    prepare: `${ASKED}; INSERT INTO pg_temp.approval_decision
              SELECT 1, '${APPROVAL}', 'seen', id, now(), NULL FROM public.app_user WHERE username = 'finance2'`,
    steal: `UPDATE public.approval SET status = 'approved', decided_at = clock_timestamp(),
                   decided_by = (SELECT id FROM public.app_user WHERE username = 'finance2') WHERE id = '${APPROVAL}'`,
    code: 'FL007',
  },
  entry_follows_approval: {
    prepare: `${ASKED}; SET CONSTRAINTS ALL IMMEDIATE;
              INSERT INTO pg_temp.approval SELECT fund_id, id, kind, act, data, request, fiscal_year, amount_fen, steps, preview, preview_hash,
                requested_by, requested_role, requested_agency, language, requested_at, expires_at, 'approved' FROM public.approval WHERE id = '${APPROVAL}';
              INSERT INTO pg_temp.approval_decision
              SELECT 1, '${APPROVAL}', 'seen', id, now(), NULL FROM public.app_user WHERE username = 'finance2'`,
    steal: `INSERT INTO public.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen, approval_id, checked_by)
            SELECT 1, gen_random_uuid(), 2016, 'closing', '2016-01-01', now(), maker.id, 0, '${APPROVAL}', ARRAY[checker.id]
              FROM public.app_user maker, public.app_user checker WHERE maker.username = 'finance' AND checker.username = 'finance2'`,
    code: 'FL007',
  },
  approval_steps: {
    prepare: POLICY,
    steal: `INSERT INTO public.journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, amount_fen)
            VALUES (1, gen_random_uuid(), 2016, 'merge', '2016-01-01', now(), gen_random_uuid(), 0)`,
    code: 'FL007',
  },
  policy_is_agreed: {
    prepare: POLICY,
    steal: `INSERT INTO public.approval_policy (fund_id, number, expires_after_days, reason, changed_by)
            SELECT 1, 1 + max(number), 30, '', gen_random_uuid() FROM public.approval_policy WHERE fund_id = 1`,
    code: 'FL007',
  },
  record_follows_approval: {
    prepare: `${ASKED}; SET CONSTRAINTS ALL IMMEDIATE;
              INSERT INTO pg_temp.approval SELECT fund_id, id, 'approval-policy', act, data, request, fiscal_year, amount_fen, steps, preview,
                preview_hash, requested_by, requested_role, requested_agency, language, requested_at, expires_at, 'approved'
                FROM public.approval WHERE id = '${APPROVAL}';
              INSERT INTO pg_temp.approval_decision
              SELECT 1, '${APPROVAL}', 'seen', id, now(), NULL FROM public.app_user WHERE username = 'finance2'`,
    steal: `INSERT INTO public.approval_policy (fund_id, number, expires_after_days, reason, changed_by, approval_id, checked_by)
            SELECT 1, 1, 30, '', maker.id, '${APPROVAL}', ARRAY[checker.id]
              FROM public.app_user maker, public.app_user checker WHERE maker.username = 'finance' AND checker.username = 'finance2'`,
    code: 'FL007',
  },
  rule_comes_with_policy: {
    prepare: `INSERT INTO pg_temp.approval_policy (fund_id, number, expires_after_days, reason, changed_by, changed_at) VALUES (1, 99, 30, '', gen_random_uuid(), now())`,
    steal: `INSERT INTO public.approval_rule VALUES (1, 99, 'merge', 0, 1)`,
    code: 'FL007',
  },
  free_claims: {
    prepare: `INSERT INTO pg_temp.award (fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, awarded_fen, reserved_fen, committed_fen,
                disbursed_fen, released_fen, recovered_fen, on_hold, approved_offline, ever_paid, approval_ref, approved_on, facts, effective_on, last_effective_on, created_by, created_at, version, live, standing, keys, folding, rule_hold, reward_hold)
              SELECT fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, awarded_fen, 0, 0, 0, awarded_fen, 0, false, false, false, '', approved_on, '{}', effective_on, last_effective_on, created_by, created_at, version, false, false, keys, folding, false, false FROM public.award`,
    steal: `SELECT free_claims(1, array_agg(id), array_agg('once-for-life'::text)) FROM public.award`,
    code: 'FL006',
  },
};

it.each(Object.entries(THEFTS))('%s believes no temporary table', async (name, { prepare, steal, code }) => {
  const source = (await functions()).find((one) => one.name === name)?.source ?? '';
  const names = await tablesIn(source);
  expect(names.length).toBeGreaterThan(0);
  await asThief(names, async (thief) => {
    await thief.query('BEGIN');
    if (prepare !== undefined) await thief.query(prepare);
    await expect(thief.query(steal)).rejects.toMatchObject({ code });
    await thief.query('ROLLBACK');
  });
});

/** Functions by which nothing could be stolen: they refuse whatever comes, or only delete what is old, or read; the path is looked at above. */
const HARMLESS = [
  'account_starts_empty',
  'account_version_at',
  'approval_starts_pending',
  // Reads nothing.
  'audit_event_is_now',
  'award_keeps_keys',
  'enterprise_starts_alone',
  // Asks approval_steps.
  'entry_is_agreed',
  // Likewise.
  'line_rule_is_agreed',
  'forget_answer_pages',
  'forget_keys',
  'forget_sessions',
  'forget_sign_in_failures',
  'forget_sign_in_pace',
  // Takes only what is claimed by another code than the root's.
  'move_claims',
  'prune_runs',
  'refuse_change',
  'root_code',
  'take_outbox',
  'take_unindexed',
  // Reads nothing but the row itself.
  'user_stands_since',
  'year_starts_without_ceiling',
];

it('is tried with every function that decides by what it reads', async () => {
  const names = (await functions()).map(({ name }) => name);
  expect(names.sort()).toEqual([...Object.keys(THEFTS), ...HARMLESS].sort());
});

it('The old guards, whose path was the session’s, would have believed it', async () => {
  const name = 'account_follows_postings';
  await asOwner(database, (owner) => owner.query(`ALTER FUNCTION ${name}() RESET search_path`));
  try {
    await asThief(['posting'], async (thief) => {
      await thief.query('BEGIN');
      await thief.query(THEFTS[name]?.prepare ?? '');
      await expect(thief.query(THEFTS[name]?.steal ?? '')).resolves.toMatchObject({ rowCount: expect.any(Number) });
      await thief.query('ROLLBACK');
    });
  } finally {
    await asOwner(database, (owner) => owner.query(`ALTER FUNCTION ${name}() SET search_path = pg_catalog, public, pg_temp`));
  }
});
