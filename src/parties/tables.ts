import { APPEND, type Tables } from '../platform/database/tables.js';

/** Agencies. Enterprises and whatever posting writes are the ledger's. */
export const PARTIES_TABLES: Tables = {
  agency: {
    rights: APPEND,
    updates: ['name_zh_hant', 'name_zh_hans', 'name_en', 'valid_from', 'valid_to', 'successors', 'version'],
    guards: ['trigger agency_succession'],
  },
};
