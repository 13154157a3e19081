import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { ROLES, type Role } from '../kernel/index.js';
import { CODE, IsInstantOrDate, ListQuery, PageDto, withMessage } from '../platform/http/index.js';
import { AUDIT_ACTIONS, AUDIT_OUTCOMES, AUDIT_SUBJECTS, type AuditAction } from './actions.js';

const DECISIONS = ['approve', 'reject', 'withdraw'] as const;

/** What chooses audit events. */
export class AuditEventQuery extends ListQuery {
  @ApiPropertyOptional({ enum: AUDIT_ACTIONS, example: 'approval-approved', description: 'Only of this action' })
  @IsOptional()
  @IsIn(AUDIT_ACTIONS, withMessage(`事項為 ${AUDIT_ACTIONS.join('、')}。`, `must be one of ${AUDIT_ACTIONS.join(', ')}`))
  action?: AuditAction;

  @ApiPropertyOptional({ enum: AUDIT_OUTCOMES, example: 'refused', description: 'Only what was done, or only what was refused' })
  @IsOptional()
  @IsIn(AUDIT_OUTCOMES, withMessage(`結果為 ${AUDIT_OUTCOMES.join('、')}。`, `must be one of ${AUDIT_OUTCOMES.join(', ')}`))
  outcome?: 'done' | 'refused';

  @ApiPropertyOptional({
    example: 'finance2',
    description: 'Username: what this user did and was refused, and refused sign-ins under this name while it was a user’s',
  })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  actor?: string;

  @ApiPropertyOptional({
    example: '0190a0b0-c0d0-7000-8000-00000000000f',
    description: 'Id of what it was done to: of an approval, of a user; of a policy of approvals its number',
  })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  subject?: string;

  @ApiPropertyOptional({ example: 'gz-ecommerce', description: 'Code of a fund: only what concerns it' })
  @IsOptional()
  @Matches(CODE, withMessage('不是專項資金的代碼。', 'must be the code of a fund'))
  fund?: string;

  @ApiPropertyOptional({
    example: '2016-03-01',
    description: 'From this instant on, or from the beginning of this day in Asia/Shanghai',
  })
  @IsOptional()
  @IsInstantOrDate()
  from?: string;

  @ApiPropertyOptional({
    example: '2016-03-31',
    description: 'Up to this instant, itself included, or to the end of this day in Asia/Shanghai',
  })
  @IsOptional()
  @IsInstantOrDate()
  to?: string;
}

/** What it was done to. */
export class AuditSubjectDto {
  @ApiProperty({ enum: AUDIT_SUBJECTS, example: 'approval', description: 'What kind of thing it is' })
  kind: string;

  @ApiProperty({
    example: '0190a0b0-c0d0-7000-8000-00000000000f',
    description: 'Its id, for GET /approvals/{id} or /users/{id}; of a policy of approvals its number within the fund',
  })
  id: string;
}

/** What else is told; which of it depends on the action. */
export class AuditDetailsDto {
  @ApiPropertyOptional({ example: 'disbursement', description: 'Of an approval: for what it is asked' })
  kind?: string;

  @ApiPropertyOptional({ example: 2016, description: 'Of an approval that is asked for: its 預算年度' })
  fiscalYear?: number;

  @ApiPropertyOptional({ example: '2000000.00', description: 'Of an approval that is asked for: yuan' })
  amount?: string;

  @ApiPropertyOptional({ enum: DECISIONS, example: 'approve', description: 'Of a refused decision: what was tried' })
  decision?: (typeof DECISIONS)[number];

  @ApiPropertyOptional({
    format: 'uuid',
    description: 'Of a changed policy: the approval by which it was agreed',
  })
  approval?: string;

  @ApiPropertyOptional({ example: 'chan.taiman', description: 'Of a user that was made or changed: its username' })
  username?: string;

  @ApiPropertyOptional({
    enum: ROLES,
    example: 'officer',
    description: 'Of a user that was made or changed: its role from then on',
  })
  role?: Role;

  @ApiPropertyOptional({ example: true, description: 'Of a user that was made or changed: whether it may sign in from then on' })
  active?: boolean;

  @ApiPropertyOptional({
    type: [String],
    example: ['agency', 'password'],
    description: 'Of a changed user: the fields that have changed; never what a password was or is',
  })
  fields?: string[];

  @ApiPropertyOptional({
    description:
      'Of a sign-in: keyed digest of the network that it came from, alike for what comes from one; the address is not kept',
    example: 'f4a1c0de5b7e2d9938c6a0b1f2e3d4c5b6a79880f1e2d3c4b5a6978812345678',
  })
  network?: string;
}

/** That somebody did something, or was refused. */
export class AuditEventDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7 of the event' })
  id: string;

  @ApiProperty({ format: 'date-time', description: "Instant by the database's clock", example: '2016-03-02T01:30:00.000Z' })
  at: string;

  @ApiProperty({
    enum: AUDIT_ACTIONS,
    example: 'approval-approved',
    description:
      'approval-agreed: others must as well; approval-approved: the last agreed, and it was done. Refusals that are alike (the same name and network, or the same user, approval and code) are told once a minute',
  })
  action: AuditAction;

  @ApiProperty({ enum: AUDIT_OUTCOMES, example: 'done', description: 'Whether it was done or refused' })
  outcome: 'done' | 'refused';

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'finance2',
    description:
      'Username of who did it; of a refused sign-in the name that was typed, null where it is nobody’s (it may be a password in the wrong field); `system`: the command line, or the product itself',
  })
  actor: string | null;

  @ApiProperty({ type: String, nullable: true, example: 'gz-ecommerce', description: 'Code of the fund; null: it concerns none' })
  fund: string | null;

  @ApiProperty({ type: AuditSubjectDto, nullable: true, description: 'What it was done to; null: nothing but its actor' })
  subject: AuditSubjectDto | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'self-approval',
    description: 'Why it was refused: `code` of the problem that was answered; null: it was done',
  })
  code: string | null;

  @ApiProperty({ type: String, nullable: true, example: '年度預算', description: 'Why, as it was stated; null: nothing was' })
  reason: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Digest of the preview that was shown to who asked, or seen by who agreed; null: there is none',
  })
  previewHash: string | null;

  @ApiProperty({ type: AuditDetailsDto, nullable: true, description: 'What else is told; null: nothing' })
  details: AuditDetailsDto | null;
}

/** A page of audit events. */
export class AuditEventPageDto extends PageDto {
  @ApiProperty({ type: [AuditEventDto], description: 'Events, newest first' })
  items: AuditEventDto[];
}
