import { ApiExtraModels, ApiProperty, ApiPropertyOptional, getSchemaPath } from '@nestjs/swagger';
import { HighestOfThreeEvidenceDto } from './evidence-rewards.dto.js';
import { LineRuleEvidenceDto } from './evidence-line-rule.dto.js';
import { OneSubsidyEvidenceDto } from './evidence-one-subsidy.dto.js';

/** An override that let a line fall below zero. Amounts are yuan. */
class OverrideEvidenceDto {
  @ApiProperty({ format: 'uuid', description: 'Journal entry of the reduction that it let through' })
  entryId: string;

  @ApiProperty({ example: '穗府紀〔2016〕3號', description: 'Document that gives leave' })
  documentNo: string;

  @ApiProperty({ example: '市政府常務會議決定', description: 'Why the line may lack it' })
  reason: string;

  @ApiProperty({ example: '2027-12-31', description: 'The last day on which it covers anything' })
  expiresOn: string;

  @ApiProperty({ example: '1000000.00', description: 'What it let the line lack' })
  amount: string;

  @ApiProperty({ example: '400000.00', description: 'What of that is not cured by later credits' })
  outstanding: string;
}

/** over-commitment, of a line below zero. Amounts are yuan. */
class LineBelowZeroEvidenceDto {
  @ApiProperty({ example: '-400000.00', description: 'What the line has left: below zero' })
  available: string;

  @ApiProperty({ type: [OverrideEvidenceDto], description: 'Overrides of the line, the oldest first' })
  overrides: OverrideEvidenceDto[];

  @ApiProperty({ example: '400000.00', description: 'What overrides in force cover of it' })
  covered: string;

  @ApiProperty({ description: 'Whether they cover less than the line lacks' })
  overrideExpired: boolean;
}

/** over-commitment, of a year above its ceiling. Amounts are yuan. */
class YearAboveCeilingEvidenceDto {
  @ApiProperty({ example: '500000001.00', description: 'Appropriations, supplements and reductions together' })
  appropriated: string;

  @ApiProperty({ example: '500000000.00', description: 'The annual amount, and what documents raised it by' })
  ceiling: string;
}

/** ledger-integrity: an invariant of domain §4 that what is stored breaks. */
class LedgerIntegrityEvidenceDto {
  @ApiProperty({ example: 4, description: 'Number of the invariant' })
  invariant: number;

  @ApiProperty({ example: 'balances-follow-postings', description: 'Which check of it fails' })
  check: string;

  @ApiProperty({ example: 1, description: 'Rows that break it' })
  count: number;

  @ApiProperty({
    type: 'array',
    items: {
      type: 'object',
      additionalProperties: { oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }], nullable: true },
    },
    description: 'Some of these rows: ids, numbers and what was compared, amounts in fen',
  })
  samples: unknown[];
}

const KINDS = [
  OneSubsidyEvidenceDto,
  HighestOfThreeEvidenceDto,
  LineBelowZeroEvidenceDto,
  YearAboveCeilingEvidenceDto,
  LineRuleEvidenceDto,
  LedgerIntegrityEvidenceDto,
] as const;

/** The schema of evidence: one for each kind of finding. */
export const EVIDENCE = { oneOf: KINDS.map((kind) => ({ $ref: getSchemaPath(kind) })) };

/** What a dry run would have opened. */
class ReportedFindingDto {
  @ApiProperty({ example: 'one-subsidy', description: 'The rule that found it' })
  rule: string;

  @ApiProperty({ example: 'line:ipo:2016', description: 'What it is about: one open finding for each' })
  subject: string;

  @ApiProperty({ enum: ['error', 'warning'], description: 'error: the policy is broken; warning: somebody should look' })
  severity: string;

  @ApiProperty({ example: 2016, description: 'The year that it concerns' })
  fiscalYear: number;

  @ApiProperty({ type: [String], description: 'Ids of the awards that it names, at most 200' })
  awards: string[];

  @ApiProperty({ example: '2000000.00', description: 'Money that it is about, yuan' })
  amountAtIssue: string;

  @ApiProperty({ ...EVIDENCE, description: 'What the rule saw' })
  evidence: unknown;
}

/** What a dry run found. */
@ApiExtraModels(...KINDS)
export class RunReportDto {
  @ApiProperty({ type: [ReportedFindingDto], description: 'Findings that a run would open, at most 1,000' })
  findings: ReportedFindingDto[];

  @ApiPropertyOptional({ example: 12, description: 'How many more there are' })
  more?: number;
}
