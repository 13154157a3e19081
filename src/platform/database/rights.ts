/** What the run-time role may do with a table. It owns nothing and can never TRUNCATE. */
type Right = 'SELECT' | 'INSERT' | 'UPDATE' | 'DELETE';

const READ: readonly Right[] = ['SELECT'];
const APPEND: readonly Right[] = ['SELECT', 'INSERT'];
const KEEP: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE'];
const PASS: readonly Right[] = ['SELECT', 'INSERT', 'DELETE'];
const ALL: readonly Right[] = ['SELECT', 'INSERT', 'UPDATE', 'DELETE'];

/** Rights of the run-time role, table by table: what is recorded stays (domain §4.6), the rest is never deleted unless listed here. */
export const RUN_TIME_RIGHTS: Readonly<Record<string, readonly Right[]>> = {
  fund: KEEP,
  fiscal_year: KEEP,
  programme_line: KEEP,
  account: KEEP,
  journal_entry: APPEND,
  posting: APPEND,
  floor_override: APPEND,
  account_day: KEEP,
  enterprise: KEEP,
  person: KEEP,
  project: KEEP,
  award: KEEP,
  claim: ALL,
  payment: KEEP,
  recovery_demand: KEEP,
  idempotency_key: PASS,
  answer_page: PASS,
  unsealed: PASS,
  outbox: ALL,
  reconciliation_run: ALL,
  finding: KEEP,
  app_user: KEEP,
  session: ALL,
  sign_in_failure: PASS,
  typeorm_migrations: READ,
};
