import { ApiProperty } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { ArrayMaxSize, IsArray, IsIn, IsInt, IsString, Max, MaxLength, Min, ValidateNested } from 'class-validator';
import { accepted, formatYuan, parseYuan, problem, refused, type Result } from '../../kernel/index.js';
import { APPROVAL_KINDS, MOST_STEPS, type ApprovalKind } from '../../ledger/index.js';
import { Example, IsVisible, IsYuanOrZero, PageDto } from '../../platform/http/index.js';
import { MOST_DAYS, policyFaults } from './policy-faults.js';
import type { NewPolicy, PolicyVersion } from './store-policy.js';

/** Rules that a policy has at most: three thresholds for each kind. */
const MOST_RULES = APPROVAL_KINDS.length * 3;

/** From which amount on a kind needs how many people beside its maker. */
export class ApprovalRuleDto {
  @ApiProperty({ enum: APPROVAL_KINDS, description: 'What needs a second person' })
  @IsIn(APPROVAL_KINDS)
  kind: ApprovalKind;

  @ApiProperty({
    description: 'Yuan from which on it does; 0.00: always. What has no amount is asked for whatever stands here',
    example: '0.00',
  })
  @IsYuanOrZero()
  from: string;

  @ApiProperty({ description: 'How many people beside the maker must agree; of rules that apply, the most', example: 1 })
  @IsInt()
  @Min(1)
  @Max(MOST_STEPS)
  steps: number;
}

/** For what a fund asks a second person from now on. */
@Example({
  rules: [
    { kind: 'disbursement', from: '0.00', steps: 1 },
    { kind: 'disbursement', from: '5000000.00', steps: 2 },
    { kind: 'approval-policy', from: '0.00', steps: 1 },
  ],
  expiresAfterDays: 30,
  reason: '示例內部控制辦法',
})
export class NewApprovalPolicyDto {
  @ApiProperty({
    type: [ApprovalRuleDto],
    description: 'At most three thresholds for a kind, whose steps do not fall as the amount rises; empty: it asks for nothing',
  })
  @IsArray()
  @ArrayMaxSize(MOST_RULES)
  @ValidateNested({ each: true })
  @Type(() => ApprovalRuleDto)
  rules: ApprovalRuleDto[];

  @ApiProperty({ description: 'Days after which what nobody decided counts as withdrawn', example: 30 })
  @IsInt()
  @Min(1)
  @Max(MOST_DAYS)
  expiresAfterDays: number;

  @ApiProperty({ example: '示例內部控制辦法', description: 'Why it is so' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** A policy as its checker is shown it. */
export class ShownPolicyDto {
  @ApiProperty({ type: [ApprovalRuleDto], description: 'From which amount on a kind needs how many people' })
  rules: ApprovalRuleDto[];

  @ApiProperty({ description: 'Days after which what nobody decided counts as withdrawn', example: 30 })
  expiresAfterDays: number;

  @ApiProperty({ example: '示例內部控制辦法', description: 'Why it would be so' })
  reason: string;
}

/** A version of for what a fund asks a second person. */
export class ApprovalPolicyDto {
  @ApiProperty({ example: 1, description: 'Counts the versions of the fund from 1 on' })
  number: number;

  @ApiProperty({ type: [ApprovalRuleDto], description: 'By kind, then by amount; empty: it asks for nothing' })
  rules: ApprovalRuleDto[];

  @ApiProperty({ description: 'Days after which what nobody decided counts as withdrawn', example: 30 })
  expiresAfterDays: number;

  @ApiProperty({ example: '示例內部控制辦法', description: 'Why it is so' })
  reason: string;

  @ApiProperty({ example: 'finance', description: 'Username of whoever asked for the change' })
  changedBy: string;

  @ApiProperty({
    type: [String],
    example: ['finance2'],
    description: 'Usernames of those who agreed, in order; empty: the version before asked for nothing, or there was none',
  })
  checkedBy: string[];

  @ApiProperty({ type: String, format: 'date-time', description: 'Instant from which it is in force' })
  changedAt: string;
}

/** A page of versions. */
export class ApprovalPolicyPageDto extends PageDto {
  @ApiProperty({ type: [ApprovalPolicyDto], description: 'Versions, the one in force first' })
  items: ApprovalPolicyDto[];
}

/** The policy as it is kept, or what is wrong between its rules. */
export function toPolicy({ rules, expiresAfterDays, reason }: NewApprovalPolicyDto): Result<NewPolicy> {
  const read = rules.map(({ kind, from, steps }) => ({ kind, fromFen: parseYuan(from) ?? 0n, steps }));
  const errors = policyFaults(read);
  if (errors.length === 0) return accepted({ rules: read, expiresAfterDays, reason });
  return refused(
    problem('validation-failed', '覆核規則互相矛盾,見各處說明。', 'Rules contradict one another; see what is said of each.', {
      errors,
    }),
  );
}

/** The version as it is answered. */
export function toPolicyDto(version: PolicyVersion, usernameOf: (id: string) => string): ApprovalPolicyDto {
  const { number, rules, expiresAfterDays, reason, changedBy, checkedBy, changedAt } = version;
  return {
    number,
    rules: rules.map(({ kind, fromFen, steps }) => ({ kind, from: formatYuan(fromFen), steps })),
    expiresAfterDays,
    reason,
    changedBy: usernameOf(changedBy),
    checkedBy: (checkedBy ?? []).map(usernameOf),
    changedAt: changedAt.toISOString(),
  };
}

/** Everybody whom these versions name. */
export function peopleOf(versions: readonly PolicyVersion[]): string[] {
  return versions.flatMap(({ changedBy, checkedBy }) => [changedBy, ...(checkedBy ?? [])]);
}
