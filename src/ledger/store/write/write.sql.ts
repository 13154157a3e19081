import type { Statement } from '../../../platform/database/database.js';

/*
 * Every INSERT takes its rows sorted by key, so that two transactions meet in one order. A key that another process has taken since it
 * was looked for raises 23505, after which the batch is decided anew: ON CONFLICT DO NOTHING would search each index twice.
 */

export const INSERT_ENTERPRISES: Statement = {
  name: 'ledger.insert-enterprises',
  text: `INSERT INTO enterprise (fund_id, id, organization_code, credit_code, name, created_at)
         SELECT $1, v.id, v.organization_code, v.credit_code, v.name, $2::timestamptz
           FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) AS v (id, organization_code, credit_code, name)`,
};

export const FILL_CREDIT_CODES: Statement = {
  name: 'ledger.fill-credit-codes',
  text: `UPDATE enterprise e SET credit_code = v.credit_code FROM unnest($2::uuid[], $3::text[]) AS v (id, credit_code)
          WHERE e.fund_id = $1 AND e.id = v.id AND e.credit_code IS NULL RETURNING 1`,
};

/** Rewards of other programmes go with their enterprises. */
export const MOVE_EXTERNALS: Statement = {
  name: 'ledger.move-externals',
  text: `UPDATE external_award x SET root_code = root_code(e) FROM enterprise e
          WHERE e.fund_id = $1 AND e.id = ANY ($2::uuid[]) AND x.fund_id = $1 AND x.enterprise_id = e.id`,
};

/** Details that are known stay as they are. */
export const FILL_DETAILS: Statement = {
  name: 'ledger.fill-details',
  text: `UPDATE enterprise e
            SET address = coalesce(e.address, v.address), legal_representative = coalesce(e.legal_representative, v.legal_representative),
                phone = coalesce(e.phone, v.phone), bank_account_hash = coalesce(e.bank_account_hash, v.bank_account_hash),
                bank_account_masked = coalesce(e.bank_account_masked, v.bank_account_masked), version = e.version + 1
           FROM (SELECT id, (array_agg(address ORDER BY turn) FILTER (WHERE address IS NOT NULL))[1] AS address,
                        (array_agg(legal_representative ORDER BY turn) FILTER (WHERE legal_representative IS NOT NULL))[1] AS legal_representative,
                        (array_agg(phone ORDER BY turn) FILTER (WHERE phone IS NOT NULL))[1] AS phone,
                        (array_agg(bank_account_hash ORDER BY turn) FILTER (WHERE bank_account_hash IS NOT NULL))[1] AS bank_account_hash,
                        (array_agg(bank_account_masked ORDER BY turn) FILTER (WHERE bank_account_masked IS NOT NULL))[1] AS bank_account_masked
                   FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[]) WITH ORDINALITY
                     AS r (id, address, legal_representative, phone, bank_account_hash, bank_account_masked, turn)
                  GROUP BY id) v
          WHERE e.fund_id = $1 AND e.id = v.id
            AND (e.address IS NULL AND v.address IS NOT NULL OR e.legal_representative IS NULL AND v.legal_representative IS NOT NULL
                 OR e.phone IS NULL AND v.phone IS NOT NULL OR e.bank_account_hash IS NULL AND v.bank_account_hash IS NOT NULL)`,
};

export const MOVE_ENTERPRISES: Statement = {
  name: 'ledger.move-enterprises',
  text: `UPDATE enterprise e SET merged_into = v.merged_into, root_id = v.root_id, version = e.version + 1
           FROM unnest($2::uuid[], $3::uuid[], $4::uuid[]) AS v (id, merged_into, root_id)
          WHERE e.fund_id = $1 AND e.id = v.id RETURNING 1`,
};

/** What is known already stays as it was first said. */
export const INSERT_ALIASES: Statement = {
  name: 'ledger.insert-aliases',
  text: `INSERT INTO enterprise_alias (fund_id, enterprise_id, kind, value, entry_id, recorded_at)
         SELECT $1, v.enterprise_id, v.kind, v.value, v.entry_id, $2::timestamptz
           FROM unnest($3::uuid[], $4::text[], $5::text[], $6::uuid[]) AS v (enterprise_id, kind, value, entry_id)
             ON CONFLICT DO NOTHING`,
};

export const INSERT_PERSONS: Statement = {
  name: 'ledger.insert-persons',
  text: `INSERT INTO person (fund_id, id, identity_hash, identity_masked, name, created_at)
         SELECT $1, v.id, v.identity_hash, v.identity_masked, v.name, $2::timestamptz
           FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[]) AS v (id, identity_hash, identity_masked, name)`,
};

export const INSERT_PROJECTS: Statement = {
  name: 'ledger.insert-projects',
  text: `INSERT INTO project (fund_id, id, enterprise_id, key, title, code, created_at)
         SELECT $1, v.id, v.enterprise_id, v.key, v.title, v.code, $2::timestamptz
           FROM unnest($3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::text[]) AS v (id, enterprise_id, key, title, code)`,
};

/** The database frees them, and decides by itself whether it may. */
export const FREE_CLAIMS: Statement = { name: 'ledger.free-claims', text: 'SELECT free_claims($1, $2::uuid[], $3::text[])' };

/** What awards of moved enterprises claim by another code than their root's. */
export const MOVE_CLAIMS: Statement = { name: 'ledger.move-claims', text: 'SELECT move_claims($1, $2::uuid[])' };

export const INSERT_CLAIMS: Statement = {
  name: 'ledger.insert-claims',
  text: `INSERT INTO claim (fund_id, kind, key, place, award_id)
         SELECT $1, v.kind, v.key, v.place, v.award_id FROM unnest($2::text[], $3::text[], $4::integer[], $5::uuid[]) AS v (kind, key, place, award_id)`,
};

/** Lists of keys come as JSON: an array of arrays would have to be square. */
const KEYS = 'ARRAY(SELECT jsonb_array_elements_text(v.keys))';

export const REKEY_AWARDS: Statement = {
  name: 'ledger.rekey-awards',
  text: `UPDATE award a SET keys = ${KEYS}, folding = v.folding FROM unnest($2::uuid[], $3::jsonb[], $4::integer[]) AS v (id, keys, folding)
          WHERE a.fund_id = $1 AND a.id = v.id RETURNING 1`,
};

export const INSERT_EXEMPT_PAIRS: Statement = {
  name: 'ledger.insert-exempt-pairs',
  text: `INSERT INTO exempt_pair (fund_id, award_a, award_b, keys, reason, entry_id, recorded_at)
         SELECT $1, v.award_a, v.award_b, ${KEYS}, v.reason, v.entry_id, $2::timestamptz
           FROM unnest($3::uuid[], $4::uuid[], $5::jsonb[], $6::text[], $7::uuid[]) AS v (award_a, award_b, keys, reason, entry_id)`,
};

export const INSERT_KEYS: Statement = {
  name: 'ledger.insert-keys',
  text: `INSERT INTO idempotency_key (fund_id, key_hash, request_hash, entry_id, page_id, page_line, recorded_at)
         SELECT $1, v.key_hash, v.request_hash, v.entry_id, CASE WHEN v.page_line IS NOT NULL THEN $3::uuid END, v.page_line, $2::timestamptz
           FROM unnest($4::uuid[], $5::uuid[], $6::uuid[], $7::integer[]) AS v (key_hash, request_hash, entry_id, page_line)`,
};

/** The columns of entries as parameters from `$first` on, and the INSERT that takes them. */
function insertEntries(first: number): string {
  const parameter = (offset: number, type: string): string => `$${first + offset}::${type}[]`;
  const types = [
    'uuid',
    'integer',
    'text',
    'date',
    'uuid',
    'integer',
    'uuid',
    'bigint',
    'text',
    'text',
    'jsonb',
    'text',
    'uuid',
    'text',
  ];
  return `INSERT INTO journal_entry (fund_id, id, fiscal_year, kind, effective_on, recorded_at, actor_id, line_id, award_id, amount_fen,
                                     document_no, reason, details, award_after, approval_id, checked_by)
          SELECT $1, v.id, v.fiscal_year, v.kind, v.effective_on, $2::timestamptz, v.actor_id, v.line_id, v.award_id, v.amount_fen,
                 v.document_no, v.reason, v.details, v.award_after::bigint[], v.approval_id, v.checked_by::uuid[]
            FROM unnest(${types.map((type, offset) => parameter(offset, type)).join(', ')})
              AS v (id, fiscal_year, kind, effective_on, actor_id, line_id, award_id, amount_fen, document_no, reason, details, award_after,
                   approval_id, checked_by)`;
}

/** Entries of a batch that moves no money. */
export const INSERT_ENTRIES: Statement = { name: 'ledger.insert-entries', text: insertEntries(3) };

export const INSERT_OVERRIDES: Statement = {
  name: 'ledger.insert-overrides',
  text: `INSERT INTO floor_override (fund_id, entry_id, account_id, lacking_fen, reason, document_no, expires_on)
         SELECT $1, v.* FROM unnest($2::uuid[], $3::integer[], $4::bigint[], $5::text[], $6::text[], $7::date[]) AS v`,
};

/**
 * Entries, their postings and the balances that these move, one row per account and netted over the batch: one statement, as the database
 * refuses each without the others. The version read under the lock must still stand.
 */
export const POST: Statement = {
  name: 'ledger.post',
  text: `WITH moved AS (
           UPDATE account a
              SET balance = v.balance, floor = v.floor, version = v.version, last_effective_on = v.last_effective_on,
                  last_recorded_at = $2::timestamptz, award_count = v.award_count
             FROM unnest($3::integer[], $4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::date[], $9::integer[])
               AS v (id, balance, floor, version_before, version, last_effective_on, award_count)
            WHERE a.fund_id = $1 AND a.id = v.id AND a.version = v.version_before),
         entered AS (${insertEntries(17)})
         INSERT INTO posting (fund_id, account_id, version, entry_id, side, amount_fen, balance_after, effective_on, recorded_at)
         SELECT $1, v.account_id, v.version, v.entry_id, v.side, v.amount_fen, v.balance_after, v.effective_on, $2::timestamptz
           FROM unnest($10::integer[], $11::bigint[], $12::uuid[], $13::"char"[], $14::bigint[], $15::bigint[], $16::date[])
             AS v (account_id, version, entry_id, side, amount_fen, balance_after, effective_on)`,
};

export const UPSERT_DAYS: Statement = {
  name: 'ledger.upsert-days',
  text: `INSERT INTO account_day AS d (fund_id, account_id, effective_on, net_fen)
         SELECT $1, v.account_id, v.effective_on, v.net_fen FROM unnest($2::integer[], $3::date[], $4::bigint[]) AS v (account_id, effective_on, net_fen)
             ON CONFLICT (fund_id, account_id, effective_on) DO UPDATE SET net_fen = d.net_fen + excluded.net_fen`,
};

export const INSERT_AWARDS: Statement = {
  name: 'ledger.insert-awards',
  text: `INSERT INTO award (fund_id, id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, person_id, awarded_fen, reserved_fen,
                            committed_fen, disbursed_fen, released_fen, recovered_fen, on_hold, reward_hold, approved_offline, ever_paid, approval_ref,
                            approved_on, facts, effective_on, last_effective_on, created_by, created_at, version, keys, folding)
         SELECT $1, v.id, v.number, v.fiscal_year, v.budget_year, v.line_id, v.enterprise_id, v.project_id, v.person_id, v.awarded_fen,
                v.reserved_fen, 0, 0, 0, 0, v.on_hold, v.reward_hold, v.approved_offline, false, v.approval_ref, v.approved_on, v.facts, v.effective_on,
                v.last_effective_on, v.created_by, $2::timestamptz, v.version, v.keys::text[], v.folding
           FROM unnest($3::uuid[], $4::text[], $5::integer[], $6::integer[], $7::integer[], $8::uuid[], $9::uuid[], $10::uuid[], $11::bigint[],
                       $12::bigint[], $13::boolean[], $14::boolean[], $15::boolean[], $16::text[], $17::date[], $18::jsonb[], $19::date[], $20::date[], $21::uuid[],
                       $22::integer[], $23::text[], $24::integer[])
             AS v (id, number, fiscal_year, budget_year, line_id, enterprise_id, project_id, person_id, awarded_fen, reserved_fen, on_hold,
                   reward_hold, approved_offline, approval_ref, approved_on, facts, effective_on, last_effective_on, created_by, version, keys, folding)`,
};

export const UPDATE_AWARDS: Statement = {
  name: 'ledger.update-awards',
  text: `UPDATE award a
            SET kept = v.kept, payable_until = v.payable_until, reserved_fen = v.reserved_fen, committed_fen = v.committed_fen,
                disbursed_fen = v.disbursed_fen, released_fen = v.released_fen, recovered_fen = v.recovered_fen, on_hold = v.on_hold,
                rule_hold = v.rule_hold, reward_hold = v.reward_hold, ever_paid = v.ever_paid, last_effective_on = v.last_effective_on, version = v.version
           FROM unnest($2::uuid[], $3::uuid[], $4::date[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::boolean[],
                       $11::boolean[], $12::boolean[], $13::boolean[], $14::date[], $15::integer[])
             AS v (id, kept, payable_until, reserved_fen, committed_fen, disbursed_fen, released_fen, recovered_fen, on_hold, rule_hold,
                   reward_hold, ever_paid, last_effective_on, version)
          WHERE a.fund_id = $1 AND a.id = v.id RETURNING 1`,
};

export const INSERT_PUBLICITIES: Statement = {
  name: 'ledger.insert-publicities',
  text: `INSERT INTO publicity (fund_id, award_id, version, shown_from, shown_to, reference, objections)
         SELECT $1, v.* FROM unnest($2::uuid[], $3::integer[], $4::date[], $5::date[], $6::text[], $7::text[]) AS v`,
};

/** New payments and changed ones in one statement: the database compares an award with all of its payments when the statement ends. */
export const WRITE_PAYMENTS: Statement = {
  name: 'ledger.write-payments',
  text: `WITH added AS (
           INSERT INTO payment (fund_id, id, award_id, payment_ref, fiscal_year, effective_on, paid_fen, returned_fen, demanded_fen, recovered_fen,
                                line_id, payee_name, payee_bank, payee_account_hash, payee_account_masked, voucher_no, paid_on)
           SELECT $1, v.* FROM unnest($2::uuid[], $3::uuid[], $4::text[], $5::integer[], $6::date[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[],
                                      $11::integer[], $12::text[], $13::text[], $14::text[], $15::text[], $16::text[], $17::date[]) AS v)
         UPDATE payment p SET returned_fen = v.returned_fen, demanded_fen = v.demanded_fen, recovered_fen = v.recovered_fen
           FROM unnest($18::uuid[], $19::bigint[], $20::bigint[], $21::bigint[]) AS v (id, returned_fen, demanded_fen, recovered_fen)
          WHERE p.fund_id = $1 AND p.id = v.id RETURNING 1`,
};

export const INSERT_DEMANDS: Statement = {
  name: 'ledger.insert-demands',
  text: `INSERT INTO recovery_demand (fund_id, id, award_id, payment_id, fiscal_year, effective_on, demanded_fen, received_fen)
         SELECT $1, v.* FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::integer[], $6::date[], $7::bigint[], $8::bigint[]) AS v`,
};

export const UPDATE_DEMANDS: Statement = {
  name: 'ledger.update-demands',
  text: `UPDATE recovery_demand d SET received_fen = v.received_fen FROM unnest($2::uuid[], $3::bigint[]) AS v (id, received_fen)
          WHERE d.fund_id = $1 AND d.id = v.id RETURNING 1`,
};

export const RAISE_CEILINGS: Statement = {
  name: 'ledger.raise-ceilings',
  text: `UPDATE fiscal_year y SET ceiling_raised_fen = v.ceiling_raised_fen FROM unnest($2::integer[], $3::bigint[]) AS v (year, ceiling_raised_fen)
          WHERE y.fund_id = $1 AND y.year = v.year RETURNING 1`,
};

/** The batch's entries, in order: no seal covers them yet, and no search finds them. */
export const INSERT_UNSEALED: Statement = {
  name: 'ledger.insert-unsealed',
  text: `WITH unindexed AS (INSERT INTO unindexed (fund_id, entry_ids) VALUES ($1, $2))
         INSERT INTO unsealed (fund_id, entry_id) SELECT $1, v.id FROM unnest($2::uuid[]) AS v (id)`,
};
