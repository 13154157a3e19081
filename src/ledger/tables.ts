import { APPEND, READ, type Tables } from '../platform/database/tables.js';

/** The ledger's tables. What is recorded stays (domain §4.6); the rest changes only by what its guards find in the journal. */
export const LEDGER_TABLES: Tables = {
  account: {
    rights: APPEND,
    updates: ['balance', 'floor', 'version', 'last_effective_on', 'last_recorded_at', 'award_count'],
    functions: ['account_version_at'],
    guards: [
      'trigger account_not_truncated',
      'trigger account_not_deleted',
      'trigger account_starts_empty',
      'trigger account_follows_postings',
      'trigger floor_needs_override',
      'trigger year_below_zero',
      'constraint account_not_below_floor',
      'constraint account_floor_only_available',
    ],
  },
  account_day: { rights: APPEND, updates: ['net_fen'] },
  journal_entry: {
    rights: APPEND,
    guards: [
      'trigger journal_entry_stays',
      'trigger journal_entry_not_truncated',
      'trigger entry_is_posted',
      'index journal_entry_award_version',
    ],
  },
  posting: {
    rights: APPEND,
    guards: [
      'trigger posting_stays',
      'trigger posting_not_truncated',
      'trigger posting_balances',
      'trigger posting_moves_balance',
      'constraint posting_pkey',
    ],
  },
  floor_override: { rights: APPEND, guards: ['trigger floor_override_stays', 'trigger floor_override_not_truncated'] },
  enterprise: { rights: APPEND, updates: ['credit_code'] },
  enterprise_alias: { rights: APPEND, guards: ['trigger enterprise_alias_stays', 'trigger enterprise_alias_not_truncated'] },
  // Nothing of a person changes; the row is locked.
  person: { rights: APPEND, updates: ['created_at'] },
  project: { rights: APPEND },
  award: {
    rights: APPEND,
    updates: [
      'kept',
      'payable_until',
      'rule_hold',
      'reserved_fen',
      'committed_fen',
      'disbursed_fen',
      'released_fen',
      'recovered_fen',
      'on_hold',
      'ever_paid',
      'last_effective_on',
      'version',
    ],
    guards: [
      'trigger award_not_deleted',
      'trigger award_starts_with_entry',
      'trigger award_follows_journal',
      'constraint award_adds_up',
      'trigger award_is_keyed',
      'trigger award_keeps_keys',
    ],
  },
  folding: { rights: READ },
  exempt_pair: {
    rights: APPEND,
    guards: [
      'trigger exempt_pair_stays',
      'trigger exempt_pair_not_truncated',
      'trigger exempt_pair_needs_entry',
      'constraint exempt_pair_in_order',
    ],
  },
  claim: { rights: APPEND, functions: ['free_claims'], guards: ['constraint claim_once'] },
  payment: {
    rights: APPEND,
    updates: ['returned_fen', 'demanded_fen', 'recovered_fen'],
    guards: ['trigger payment_follows_award', 'trigger payment_change_follows_award', 'constraint payment_not_overdrawn'],
  },
  recovery_demand: { rights: APPEND, updates: ['received_fen'] },
  answer_page: { rights: APPEND, functions: ['forget_answer_pages'] },
  unsealed: { rights: APPEND },
};
