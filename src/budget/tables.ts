import { APPEND, type Tables } from '../platform/database/tables.js';

/** Funds, years and lines. */
export const BUDGET_TABLES: Tables = {
  fund: { rights: APPEND, updates: ['illustrative', 'names', 'lead_agencies'] },
  fiscal_year: {
    rights: APPEND,
    updates: ['status', 'ceiling_raised_fen'],
    guards: ['trigger ceiling_follows_journal', 'trigger year_starts_without_ceiling'],
  },
  programme_line: {
    rights: APPEND,
    updates: [
      'section',
      'title_zh_hant',
      'title_zh_hans',
      'title_en',
      'lead_agencies',
      'form',
      'payee',
      'reservable',
      'reason',
      'reason_en',
      'pays',
      'reading',
      'version',
    ],
  },
  highest_of_three: {
    rights: APPEND,
    guards: ['trigger highest_of_three_stays', 'trigger highest_of_three_not_truncated'],
  },
  line_rule_version: {
    rights: APPEND,
    guards: [
      'trigger line_rule_version_stays',
      'trigger line_rule_version_not_truncated',
      'trigger line_rule_is_agreed',
      'trigger line_rule_follows_approval',
      'constraint line_rule_version_checked',
    ],
  },
};
