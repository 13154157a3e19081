import { APPEND, type Tables } from '../platform/database/tables.js';

/** Agencies, and the register of other programmes' rewards. Enterprises and whatever posting writes are the ledger's. */
export const PARTIES_TABLES: Tables = {
  agency: {
    rights: APPEND,
    updates: ['name_zh_hant', 'name_zh_hans', 'name_en', 'valid_from', 'valid_to', 'successors', 'version'],
    guards: ['trigger agency_succession'],
  },
  external_award: {
    rights: APPEND,
    updates: [
      'programme',
      'root_code',
      'fiscal_year',
      'amount_fen',
      'reference',
      'reference_key',
      'paid_on',
      'status',
      'reason',
      'version',
    ],
    guards: [
      'trigger external_award_not_deleted',
      'trigger external_award_not_truncated',
      'trigger external_award_needs_entry',
      'index external_award_once',
    ],
  },
};
