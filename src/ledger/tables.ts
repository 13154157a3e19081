import { ALL, APPEND, KEEP, PASS, type Tables } from '../platform/database/tables.js';

/** The ledger's tables. What is recorded stays (domain §4.6); the rest is never deleted but where it says so. */
export const LEDGER_TABLES: Tables = {
  account: {
    rights: KEEP,
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
  account_day: { rights: KEEP },
  journal_entry: { rights: APPEND, guards: ['trigger journal_entry_stays', 'trigger journal_entry_not_truncated'] },
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
  enterprise: { rights: KEEP },
  person: { rights: KEEP },
  project: { rights: KEEP },
  award: { rights: KEEP, guards: ['trigger award_not_deleted', 'constraint award_adds_up', 'index award_one_subsidy'] },
  claim: { rights: ALL, guards: ['constraint claim_once'] },
  payment: { rights: KEEP },
  recovery_demand: { rights: KEEP },
  answer_page: { rights: PASS },
  unsealed: { rights: PASS },
};
