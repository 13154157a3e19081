import { APPEND, type Tables } from '../platform/database/tables.js';

/** The search index. It can be made anew from the records at any time. */
export const SEARCH_TABLES: Tables = {
  search_text: { rights: APPEND, updates: ['text'] },
  search_gram: { rights: APPEND, updates: ['grams'] },
  search_count: { rights: APPEND, updates: ['texts'] },
};
