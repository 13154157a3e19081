import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { Fen } from '../../kernel/index.js';
import type { ApprovalKind } from '../../ledger/index.js';
import { BIGINT, CheckedBy } from '../../platform/database/entities.js';
import { ApprovalPolicy } from './approval-policy.entity.js';

/** From which amount on a kind needs how many people beside its maker, by a version of the policy. */
@Entity('approval_rule')
@ForeignKey(() => ApprovalPolicy, ['fundId', 'number'], ['fundId', 'number'])
@CheckedBy('approval_rule_from_fen_check', 'approval_rule_steps_check')
export class ApprovalRuleRow {
  @PrimaryColumn({ type: 'integer' })
  fundId: number;

  @PrimaryColumn({ type: 'integer' })
  number: number;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  kind: ApprovalKind;

  @PrimaryColumn({ ...BIGINT, nullable: false })
  fromFen: Fen;

  @Column({ type: 'smallint' })
  steps: number;
}
