import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { formatYuan } from '../../kernel/index.js';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import {
  Example,
  IsBusinessDate,
  IsVisible,
  ListQuery,
  textIn,
  WhenGiven,
  withMessage,
  type Language,
  PageDto,
} from '../../platform/http/index.js';
import { EVIDENCE } from './evidence.dto.js';
import { explanationOf } from './explanations/index.js';
import type { FindingWithAwards } from './find-findings.js';

/** Rules of the contract; some come in later versions. */
const FINDING_RULES = [
  'one-subsidy',
  'suspected-duplicate',
  'highest-of-three',
  'over-commitment',
  'line-rule',
  'stale-reservation',
  'ledger-integrity',
  'treasury-mismatch',
];
const STATUSES = ['open', 'acknowledged', 'resolved', 'dismissed'];
const SEVERITIES = ['error', 'warning'];
const RESOLUTIONS = ['keep', 'release', 'dismiss', 'acknowledge'] as const;

/** An award that a finding is about. */
export class FindingAwardDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /awards/{id}' })
  id: string;
  @ApiProperty({ example: '2016-demo-enterprise-000001', description: 'By which people name the award' })
  number: string;
  @ApiProperty({ example: 'demo-enterprise', description: 'Code of its programme line' })
  line: string;
  @ApiProperty({ example: '2000000.00', description: 'Awarded, yuan' })
  amount: string;
  @ApiProperty({ description: 'Whether it may not be committed or disbursed until the finding is settled' })
  onHold: boolean;
}

/** 疑點: what reconciliation found, with evidence and a life of its own. */
export class FindingDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7, for POST /findings/{id}/resolve' })
  id: string;
  @ApiProperty({ enum: FINDING_RULES, description: 'The rule of the policy, or of the books, that it is about' })
  rule: string;
  @ApiProperty({ enum: SEVERITIES, description: 'error: the policy is broken; warning: somebody should look' })
  severity: string;
  @ApiProperty({
    enum: STATUSES,
    description: 'acknowledged: known until a date; resolved: its cause is gone or was settled; dismissed: no breach after all',
  })
  status: string;
  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that it is of' })
  fund: string;
  @ApiProperty({ example: 2016, description: '預算年度 that it concerns; of what spans several, the last' })
  fiscalYear: number;
  @ApiPropertyOptional({ example: 'demo-enterprise', description: 'Code of the line it concerns, where it concerns one' })
  line?: string;
  @ApiProperty({ type: [FindingAwardDto], description: 'one-subsidy: the kept award first, then those on hold' })
  awards: FindingAwardDto[];
  @ApiProperty({ example: '2000000.00', description: 'Yuan' })
  amountAtIssue: string;
  @ApiProperty({ ...EVIDENCE, description: 'What the rule saw; its members depend on the rule' })
  evidence: Record<string, unknown>;
  @ApiProperty({
    description: 'A paragraph in the reader’s language: what meets, who is kept and why, what is paid, the section',
    example: '示例公司的「工廠直銷平臺」在 2016 年度獲批 2 項:…',
  })
  explanation: string;
  @ApiProperty({ format: 'date-time', description: 'Instant at which it was found first' })
  openedAt: string;
  @ApiProperty({ format: 'uuid', description: 'Reconciliation run that opened it' })
  openedByRun: string;
  @ApiPropertyOptional({ format: 'date-time', description: 'Instant at which it was settled, or its cause was gone' })
  resolvedAt?: string;
  @ApiPropertyOptional({ example: 'finance', description: 'User who settled it; `system` where its cause was gone' })
  resolvedBy?: string;
  @ApiPropertyOptional({ enum: [...RESOLUTIONS, 'cause-gone'], description: 'How it was settled; cause-gone: by itself' })
  resolution?: string;
  @ApiPropertyOptional({ description: 'Why it was settled so' })
  reason?: string;
  @ApiPropertyOptional({ example: '2016-12-31', description: 'Acknowledged: the last day on which it is known' })
  until?: string;
  @ApiProperty({ example: 1, description: 'Grows with every change; the ETag' })
  version: number;
}

/** One page of findings. */
export class FindingPageDto extends PageDto {
  @ApiProperty({ type: [FindingDto], description: 'Findings, newest first' })
  items: FindingDto[];
}

/** Filters of GET /findings. */
export class FindingQuery extends ListQuery {
  @ApiPropertyOptional({ example: 'gz-ecommerce', description: 'Only findings of the fund of this code' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  fund?: string;
  @ApiPropertyOptional({ example: 2016, description: 'Only findings of this 預算年度' })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;
  @ApiPropertyOptional({ enum: FINDING_RULES, description: 'Only what this rule found' })
  @IsOptional()
  @IsIn(FINDING_RULES)
  rule?: string;
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only those that have come this far' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: string;
  @ApiPropertyOptional({ enum: SEVERITIES, description: 'error: the policy is broken; warning: somebody should look' })
  @IsOptional()
  @IsIn(SEVERITIES)
  severity?: string;
  @ApiPropertyOptional({ example: 'demo-enterprise', description: 'Findings of this line, and those that name an award of it' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  line?: string;
  @ApiPropertyOptional({ format: 'uuid', description: 'Findings that name this award, settled ones included' })
  @IsOptional()
  @IsUUID('all', withMessage('須為扶持項目的識別碼(UUID)。', 'must be the id of an award (UUID)'))
  award?: string;
  @ApiPropertyOptional({
    example: '市經貿委',
    description: 'Code of an agency: findings of the lines that it leads, and those that name an award of such a line',
  })
  @IsOptional()
  @Matches(AGENCY, IS_AN_AGENCY)
  agency?: string;
  @ApiPropertyOptional({
    example: '2016-12-31',
    description: 'Acknowledged findings that are known until this day or an earlier one: they stand up again after it',
  })
  @IsOptional()
  @IsBusinessDate()
  dueBy?: string;
}

/** Body of POST /findings/{id}/resolve. */
@Example({ resolution: 'dismiss', reason: '兩個項目不同', documentNo: '穗財紀要〔2016〕7號' })
export class ResolveFindingDto {
  @ApiProperty({
    enum: RESOLUTIONS,
    description:
      'keep: one award stands, those that meet it stay on hold until they are released. release: open money of the awards goes back. dismiss: two awards are not the same project. acknowledge: known until a date; the only settlement, beside release, of a breach that stands.',
  })
  @IsIn([...RESOLUTIONS])
  resolution: (typeof RESOLUTIONS)[number];
  @ApiPropertyOptional({
    format: 'uuid',
    description:
      'The award that is kept, released, or another project than all others; left out: the one that stands is kept, those on hold are released, of two the one is not the other',
  })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsUUID()
  award?: string;
  @ApiPropertyOptional({
    type: [String],
    format: 'uuid',
    description: 'Instead of `award`: those that are released; the two that are different',
  })
  @WhenGiven()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(200)
  @ArrayUnique()
  @IsUUID(undefined, { each: true })
  awards?: string[];
  @ApiPropertyOptional({
    description: 'keep: what was paid of the others is demanded back; the finding stays open until it is received',
  })
  @WhenGiven()
  @IsBoolean()
  demand?: boolean;
  @ApiPropertyOptional({
    example: '2016-12-31',
    description: 'acknowledge: the last day on which it is known; it stands up again after it',
  })
  @WhenGiven()
  @IsBusinessDate()
  until?: string;
  @ApiPropertyOptional({ description: 'acknowledge, of a line’s rule: the awards may be paid until then' })
  @WhenGiven()
  @IsBoolean()
  payable?: boolean;
  @ApiProperty({ example: '兩個項目不同', description: 'Why; kept with the finding and in the journal' })
  @IsString()
  @Length(1, 500)
  @IsVisible()
  reason: string;
  @ApiPropertyOptional({ example: '穗財紀要〔2016〕7號', description: 'Document of the decision' })
  @WhenGiven()
  @IsString()
  @Length(1, 200)
  @IsVisible()
  documentNo?: string;
  @ApiPropertyOptional({
    example: '2016-06-30',
    description: 'Business date of what the settlement posts (release); default today, where it lies in the year',
  })
  @WhenGiven()
  @IsBusinessDate()
  effectiveOn?: string;
}

/** The finding as the contract shows it. */
export function toFindingDto({ finding, awards }: FindingWithAwards, language: Language): FindingDto {
  const { resolvedAt, resolvedBy, resolution, reason, until, line } = finding;
  return {
    id: finding.id,
    rule: finding.rule,
    severity: finding.severity,
    status: finding.status,
    fund: finding.fund.code,
    fiscalYear: finding.fiscalYear,
    ...(line === null ? {} : { line: line.code }),
    awards: awards.map(({ id, number, line, awarded, onHold, ruleHold, rewardHold }) => ({
      id,
      number,
      line,
      amount: formatYuan(awarded),
      onHold: onHold || ruleHold || rewardHold,
    })),
    amountAtIssue: formatYuan(finding.amountFen),
    evidence: finding.evidence,
    explanation: textIn(explanationOf({ finding, awards }), language),
    openedAt: finding.openedAt.toISOString(),
    openedByRun: finding.openedByRun,
    ...(resolvedAt === null ? {} : { resolvedAt: resolvedAt.toISOString() }),
    ...(resolvedBy === null ? {} : { resolvedBy }),
    ...(resolution === null ? {} : { resolution }),
    ...(reason === null ? {} : { reason }),
    ...(until === null ? {} : { until }),
    version: finding.version,
  };
}
