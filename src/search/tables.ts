import { APPEND, type Tables } from '../platform/database/tables.js';

/** The search index, made of the records alone. */
export const SEARCH_TABLES: Tables = {
  search_text: { rights: APPEND, updates: ['text'] },
  search_gram: { rights: APPEND, updates: ['grams'] },
  search_count: { rights: APPEND, updates: ['texts'] },
};
