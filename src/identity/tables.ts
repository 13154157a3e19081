import { ALL, KEEP, PASS, type Tables } from '../platform/database/tables.js';

/** Users and their sessions. */
export const IDENTITY_TABLES: Tables = {
  app_user: { rights: KEEP },
  session: { rights: ALL },
  sign_in_failure: { rights: PASS },
};
