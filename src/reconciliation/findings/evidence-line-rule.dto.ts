import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

class FaultEvidenceDto {
  @ApiProperty({ example: '/amount', description: 'JSON pointer into the award' })
  pointer: string;

  @ApiProperty({ example: '金額須為 3,000,000.00 元', description: 'What is wrong there, in Traditional Chinese' })
  zhHant: string;

  @ApiProperty({ example: 'The amount must be 3,000,000.00 yuan', description: 'What is wrong there, in English' })
  en: string;
}

/** line-rule: what is broken of a line's rule. Which members there are depends on `rule`. */
export class LineRuleEvidenceDto {
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'annual-pool',
    description:
      'facts, amount-fixed, amount-rate, amount-discretionary: one award; annual-pool, quota, once-per-enterprise, consecutive-years, unique-fact: several',
  })
  rule: string | null;

  @ApiPropertyOptional({ example: 1, description: 'Version of the rule that judges' })
  ruleVersion?: number;

  @ApiPropertyOptional({ example: '6000000.00', description: 'What was awarded, yuan: by the award, or under the pool' })
  awarded?: string;

  @ApiPropertyOptional({ type: [FaultEvidenceDto], description: 'Faulty places of the award' })
  faults?: FaultEvidenceDto[];

  @ApiPropertyOptional({ example: '5000000.00', description: 'Most that the line may give in the year, yuan' })
  pool?: string;

  @ApiPropertyOptional({ example: 50, description: 'Most enterprises over the life of the fund' })
  quota?: number;

  @ApiPropertyOptional({ example: 51, description: 'How many enterprises there are' })
  enterprises?: number;

  @ApiPropertyOptional({ format: 'uuid', description: 'Who had more than once what is given once' })
  enterprise?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Register id of the person rewarded in too many years' })
  person?: string;

  @ApiPropertyOptional({ example: 3, description: 'Within how many consecutive years awards to a person must lie' })
  maxConsecutiveYears?: number;

  @ApiPropertyOptional({ example: 2013, description: 'First year of those awards' })
  from?: number;

  @ApiPropertyOptional({ example: 2016, description: 'Last year of those awards' })
  to?: number;

  @ApiPropertyOptional({ example: 'patentNumber', description: 'Name of the fact that was used more than once' })
  fact?: string;

  @ApiPropertyOptional({
    oneOf: [{ type: 'string' }, { type: 'number' }, { type: 'boolean' }],
    nullable: true,
    example: 'ZL201410000000.0',
    description: 'What the fact says',
  })
  value?: string | number | boolean | null;

  @ApiPropertyOptional({ example: '2000000.00', description: 'What all but the first come to, yuan' })
  beyondFirst?: string;
}
