import { Ledger1700000000001 } from './1700000000001-ledger.js';
import { Identity1700000000002 } from './1700000000002-identity.js';
import { Answers1700000000003 } from './1700000000003-answers.js';
import { OutboxTopics1700000000004 } from './1700000000004-outbox-topics.js';
import { Operations1700000000005 } from './1700000000005-operations.js';
import { Guards1700000000006 } from './1700000000006-guards.js';
import { SignIn1700000000007 } from './1700000000007-sign-in.js';
import { References1700000000008 } from './1700000000008-references.js';
import { Keys1700000000009 } from './1700000000009-keys.js';
import { RuleVersions1700000000010 } from './1700000000010-rule-versions.js';
import { Agencies1700000000011 } from './1700000000011-agencies.js';
import { MergedEnterprises1700000000012 } from './1700000000012-merged-enterprises.js';
import { HighestOfThree1700000000013 } from './1700000000013-highest-of-three.js';
import { Payees1700000000014 } from './1700000000014-payees.js';
import { Search1700000000015 } from './1700000000015-search.js';
import { Publicity1700000000016 } from './1700000000016-publicity.js';
import { Lists1700000000017 } from './1700000000017-lists.js';
import { Approvals1700000000018 } from './1700000000018-approvals.js';
import { AuditEvents1700000000019 } from './1700000000019-audit-events.js';
import { ApprovalChecks1700000000020 } from './1700000000020-approval-checks.js';

/** Every migration, oldest first. One that has landed is never edited. */
export const MIGRATIONS = [
  Ledger1700000000001,
  Identity1700000000002,
  Answers1700000000003,
  OutboxTopics1700000000004,
  Operations1700000000005,
  Guards1700000000006,
  SignIn1700000000007,
  References1700000000008,
  Keys1700000000009,
  RuleVersions1700000000010,
  Agencies1700000000011,
  MergedEnterprises1700000000012,
  HighestOfThree1700000000013,
  Payees1700000000014,
  Search1700000000015,
  Publicity1700000000016,
  Lists1700000000017,
  Approvals1700000000018,
  AuditEvents1700000000019,
  ApprovalChecks1700000000020,
] as const;
