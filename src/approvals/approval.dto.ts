import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { PROBLEMS } from '../kernel/index.js';
import { APPROVAL_KINDS } from '../ledger/index.js';
import { Example, IsVisible, ListQuery, PageDto, WarningDto } from '../platform/http/index.js';
import { ASKED, oneOf } from './json-schema.js';
import { PreviewBalanceDto, PreviewEntryDto } from './preview/preview.dto.js';

export const APPROVAL_STATUSES = ['pending', 'approved', 'rejected', 'withdrawn'] as const;
const HASH = /^[0-9a-f]{64}$/;

/** Filters of the list of approvals. */
export class ApprovalQuery extends ListQuery {
  @ApiPropertyOptional({ description: 'Code of the fund', example: 'gz-ecommerce' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  fund?: string;

  @ApiPropertyOptional({ enum: APPROVAL_STATUSES, description: 'withdrawn: those that have expired as well' })
  @IsOptional()
  @IsIn(APPROVAL_STATUSES)
  status?: (typeof APPROVAL_STATUSES)[number];

  @ApiPropertyOptional({ enum: APPROVAL_KINDS, description: 'What is asked for' })
  @IsOptional()
  @IsIn(APPROVAL_KINDS)
  kind?: (typeof APPROVAL_KINDS)[number];

  @ApiPropertyOptional({ description: 'Fiscal year that it is about', example: 2016 })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;

  @ApiPropertyOptional({ enum: ['me'], description: 'Only what this user asked for' })
  @IsOptional()
  @IsIn(['me'])
  requestedBy?: 'me';

  @ApiPropertyOptional({ enum: ['me'], description: 'Only what this user may decide now' })
  @IsOptional()
  @IsIn(['me'])
  waitingFor?: 'me';
}

/** Why something can't be done now. */
export class PreviewProblemDto {
  @ApiProperty({ enum: Object.keys(PROBLEMS), description: 'Stable code of the refusal', example: 'insufficient-funds' })
  code: string;

  @ApiProperty({ description: 'HTTP status that it would have', example: 409 })
  status: number;

  @ApiProperty({ description: 'What people call it, in the reader’s language', example: '可用金額不足' })
  title: string;

  @ApiProperty({ description: 'What stands in the way, in the reader’s language', example: '於 2016-06-30 只有 1,000.00 元可用' })
  detail: string;

  @ApiPropertyOptional({ type: () => [PreviewFaultDto], description: 'Faulty places, where there are' })
  errors?: PreviewFaultDto[];
}

/** A faulty place. */
export class PreviewFaultDto {
  @ApiProperty({ description: 'JSON pointer into what was asked', example: '/amount' })
  pointer: string;

  @ApiProperty({ description: 'What is wrong there, in the reader’s language' })
  detail: string;
}

/** A record before and after its change. */
export class PreviewChangeDto {
  @ApiProperty({ ...oneOf('ShownLineDto', 'ShownPolicyDto'), nullable: true, description: 'As it stands; null: there is none' })
  before: object | null;

  @ApiProperty({ ...oneOf('ShownLineDto', 'ShownPolicyDto'), description: 'As it would stand' })
  after: object;
}

/** What something would do. */
export class PreviewDto {
  @ApiProperty({
    description:
      'Digest of what it does: given to approve, so that nothing else is approved than what was seen. Balances are not part of it, as others move them',
    example: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  })
  hash: string;

  @ApiProperty({ description: 'People needed beside the maker', example: 1 })
  steps: number;

  @ApiProperty({ type: [PreviewEntryDto], description: 'Entries that it would post, in order; at most 200 are shown' })
  entries: PreviewEntryDto[];

  @ApiProperty({ description: 'Entries in all', example: 1 })
  entryCount: number;

  @ApiProperty({
    type: [PreviewBalanceDto],
    description: 'Accounts that they move, on the day of the entry; of what is approved, as they were when it was posted',
  })
  balances: PreviewBalanceDto[];

  @ApiProperty({ type: [WarningDto], description: 'What is odd of it' })
  warnings: WarningDto[];

  @ApiProperty({ type: [Number], description: 'Versions of the line’s rule by which its awards are judged', example: [1] })
  ruleVersions: number[];

  @ApiPropertyOptional({
    type: () => PreviewChangeDto,
    description: 'Of a change of a record (a line’s rule, the policy of approvals): how it stands, and how it would',
  })
  change?: PreviewChangeDto;

  @ApiPropertyOptional({ type: PreviewProblemDto, description: 'Why it can’t be done now; the rest is empty then' })
  problem?: PreviewProblemDto;
}

/** Whom it needs, and how many have agreed. */
export class ApprovalStepsDto {
  @ApiProperty({ description: 'People needed beside the maker: as when it was asked, or by a stricter policy since', example: 1 })
  needed: number;

  @ApiProperty({ description: 'How many have agreed to what it would do now', example: 0 })
  given: number;
}

/** That somebody agreed. */
export class ApprovalDecisionDto {
  @ApiProperty({ description: 'Username', example: 'finance2' })
  by: string;

  @ApiProperty({ format: 'date-time', description: 'Instant of it, by the database’s clock' })
  at: string;

  @ApiProperty({ type: String, nullable: true, description: 'What was said with it' })
  reason: string | null;

  @ApiProperty({ description: 'Digest of what was seen' })
  previewHash: string;

  @ApiProperty({ description: 'false: it would do something else by now, so that this agreement no longer counts' })
  counts: boolean;
}

/** Something that one person asked for and another decides. */
export class ApprovalDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7, for /approvals/{id}' })
  id: string;

  @ApiProperty({ description: 'Code of the fund', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ enum: APPROVAL_KINDS, description: 'What of it needs a second person', example: 'disbursement' })
  kind: string;

  @ApiProperty({ enum: APPROVAL_STATUSES, description: 'withdrawn: by its maker, or expired', example: 'pending' })
  status: (typeof APPROVAL_STATUSES)[number];

  @ApiProperty({ description: 'Whether its time is over' })
  expired: boolean;

  @ApiProperty({ type: Number, nullable: true, description: 'Fiscal year that it is about; null: none', example: 2016 })
  fiscalYear: number | null;

  @ApiProperty({ type: String, nullable: true, description: 'Yuan; null: it moves no money', example: '500000.00' })
  amount: string | null;

  @ApiProperty({
    ...ASKED,
    description: 'What was asked, in the names of the route that it was sent to; account numbers masked',
    example: { award: '2016-manufacturing-app-000001', amount: '500000.00', paymentRef: 'ZF-2016-000123' },
  })
  request: Record<string, unknown>;

  @ApiProperty({ type: PreviewDto, description: 'What it would do; of what is approved, what it did' })
  preview: PreviewDto;

  @ApiProperty({ type: ApprovalStepsDto, description: 'Whom it needs, and how many have agreed' })
  steps: ApprovalStepsDto;

  @ApiProperty({ description: 'Username of the maker (經辦)', example: 'finance' })
  requestedBy: string;

  @ApiProperty({ format: 'date-time', description: 'When it was asked for' })
  requestedAt: string;

  @ApiProperty({ format: 'date-time', description: 'From when on it is no longer asked' })
  expiresAt: string;

  @ApiProperty({ type: [ApprovalDecisionDto], description: 'Who agreed (復核), in order' })
  decisions: ApprovalDecisionDto[];

  @ApiPropertyOptional({
    type: [String],
    description: 'Usernames of those who may decide it now, at most 20; only where one approval is answered that waits',
    example: ['finance2'],
  })
  mayDecide?: string[];

  @ApiPropertyOptional({ description: 'Username of who decided it, or withdrew it', example: 'finance2' })
  decidedBy?: string;

  @ApiPropertyOptional({ format: 'date-time', description: 'When it was decided' })
  decidedAt?: string;

  @ApiPropertyOptional({ description: 'Why it was rejected or withdrawn, or what was said when it was approved' })
  reason?: string;

  @ApiPropertyOptional({
    ...oneOf(
      'AwardDto',
      'AwardBatchResultDto',
      'BudgetEntryDto',
      'FindingDto',
      'MergerDto',
      'ExternalAwardDto',
      'LineDto',
      'ApprovalPolicyDto',
    ),
    description: 'Of what is approved: what the request would have been answered without a second person',
  })
  result?: Record<string, unknown>;
}

/** A page of approvals. */
export class ApprovalPageDto extends PageDto {
  @ApiProperty({ type: [ApprovalDto], description: 'Approvals, newest first; with the preview that was stored last' })
  items: ApprovalDto[];
}

/** An agreement. */
@Example({ previewHash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08', reason: '材料齊全' })
export class ApproveDto {
  @ApiProperty({ description: '`preview.hash` of what the checker saw', pattern: HASH.source })
  @Matches(HASH)
  previewHash: string;

  @ApiPropertyOptional({ description: 'What is said with it', example: '材料齊全' })
  @IsOptional()
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason?: string;
}

/** A rejection. */
@Example({ reason: '收款賬號與合同不符' })
export class RejectDto {
  @ApiProperty({ description: 'Why', example: '收款賬號與合同不符' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** A withdrawal. */
@Example({ reason: '金額有誤,另行申請' })
export class WithdrawDto {
  @ApiPropertyOptional({ description: 'Why', example: '金額有誤,另行申請' })
  @IsOptional()
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason?: string;
}
