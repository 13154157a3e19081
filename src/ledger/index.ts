export * from './chart/accounts.js';
export * from './rules/line-rule.js';
export * from './rules/rule-versions.js';
export * from './rules/second-person.js';
export { LACKS_RATE } from './events/common/reservable.js';
export { brokenRule, checkLineRule, typeName } from './rules/check-line-rule.js';
export { uniqueFactKeys } from './rules/claim-keys.js';
export * from './state/records.js';
export type { AwardStanding, Foretold, ForetoldBalance, ForetoldEntry } from './state/foretell.js';
export type { Voucher } from './events/common/voucher.js';
export {
  asksOf,
  entryKindTitle,
  entrySummary,
  ENTRY_KINDS,
  type AwardEvent,
  type BudgetEvent,
  type LedgerEvent,
} from './events/index.js';
export type { AssignHoldEvent } from './events/assign-hold.js';
export type { SettleEvent } from './events/settlements/settlement.js';
export type { RuleHoldEvent } from './events/rule-hold.js';
export type { MergeEvent } from './events/merge.js';
export type { UnmergeEvent } from './events/unmerge.js';
export type { ExternalAwardEvent } from './events/external-award.js';
export type { RewardHoldEvent } from './events/reward-hold.js';
export * from './rules/highest-of-three.js';
export { programmeName } from './events/common/rewards.js';
export { PAID_ON } from './store/load/rewards.sql.js';
export { referenceKey } from './rules/claim-keys.js';
export type { RekeyEvent } from './events/rekey.js';
export * from './rules/one-subsidy.js';
export type { Payee, Publicity } from './state/model.js';
export type { ReserveEvent } from './events/reserve.js';
export { companion, type Companion, type CompanionKind } from './store/companions.js';
export { claimByRule } from './store/claim-by-rule.js';
export { Directory } from './store/directory.js';
export { documentKey } from './store/document-key.js';
export { entrySeenBy } from './store/entry-visibility.js';
export { APPROVAL_RULES } from './store/load/read.sql.js';
export { OPEN_OVERRIDES } from './store/open-overrides.js';
export { lockGates, lockLineAccounts, lockYearAccounts } from './store/locks.js';
export { awardRecordOf, readPosted, SELECT_AWARDS, type AwardRecordRow } from './store/posted-records.sql.js';
export { approvalRequired, noFund } from './engine/refusals.js';
export * from './engine/unit.js';
export { Ledger } from './ledger.js';
export { LedgerModule } from './ledger.module.js';
export { LEDGER_TABLES } from './tables.js';
export { LEDGER_JOBS } from './jobs.js';
