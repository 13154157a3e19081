import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsNotEmpty, IsOptional, IsString, IsUUID, Matches, Max, MaxLength, Min } from 'class-validator';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import { IsBusinessDate, IsYuan, ListQuery, PageDto, withMessage } from '../../platform/http/index.js';
import { CODE } from '../award-request.dto.js';
import { AWARD_STATUSES, type AwardStatus } from '../award-status.js';
import { AwardDto } from '../award.dto.js';

/** By what a list of awards is sorted, the latest, highest or newest first. */
export const AWARD_SORTS = ['recordedAt', 'amount', 'approvedOn'] as const;
export type AwardSort = (typeof AWARD_SORTS)[number];

/** Filters, order and totals of the list of awards. */
export class AwardQuery extends ListQuery {
  @ApiPropertyOptional({ description: 'Code of a fund: only its awards.', example: 'gz-ecommerce' })
  @IsOptional()
  @Matches(CODE)
  fund?: string;

  @ApiPropertyOptional({
    description: 'Only awards of this fiscal year (預算年度): the year of their claim, pool and quota.',
    example: 2016,
  })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;

  @ApiPropertyOptional({ description: 'Code of a programme line (支出方向): only its awards.', example: 'manufacturing-app' })
  @IsOptional()
  @Matches(CODE)
  line?: string;

  @ApiPropertyOptional({
    description: 'Only awards of lines that this agency (主管部門) leads, its name with 市.',
    example: '市經貿委',
  })
  @IsOptional()
  @Matches(AGENCY, IS_AN_AGENCY)
  agency?: string;

  @ApiPropertyOptional({
    enum: AWARD_STATUSES,
    description: 'Only awards whose money is so far: the furthest stage that still holds any, else how it ended.',
  })
  @IsOptional()
  @IsIn(AWARD_STATUSES)
  status?: AwardStatus;

  @ApiPropertyOptional({ description: 'Only awards on hold (true), or not on hold (false).' })
  @IsOptional()
  @IsBoolean()
  onHold?: boolean;

  @ApiPropertyOptional({
    description: 'Only awards of which paid money is demanded back and not all received (true), or the others (false).',
  })
  @IsOptional()
  @IsBoolean()
  demanded?: boolean;

  @ApiPropertyOptional({ format: 'uuid', description: 'Id of an enterprise: its awards, and those of whom was merged into it.' })
  @IsOptional()
  @IsUUID()
  enterprise?: string;

  @ApiPropertyOptional({ description: 'Only awards approved on this date or later.', example: '2016-01-01' })
  @IsOptional()
  @IsBusinessDate()
  approvedFrom?: string;

  @ApiPropertyOptional({ description: 'Only awards approved on this date or earlier.', example: '2016-06-30' })
  @IsOptional()
  @IsBusinessDate()
  approvedTo?: string;

  @ApiPropertyOptional({ example: '1000000.00', description: 'Only awards of at least so much, yuan.' })
  @IsOptional()
  @IsYuan()
  minAmount?: string;

  @ApiPropertyOptional({ example: '3000000.00', description: 'Only awards of at most so much, yuan.' })
  @IsOptional()
  @IsYuan()
  maxAmount?: string;

  @ApiPropertyOptional({
    description:
      'Words, two characters at least, each of which stands in the number, the title, the project’s code, the enterprise’s names or codes, the approval, or a document, payment or receipt reference: whatever the script (Traditional, Simplified), width, case, dashes and spaces. What was written in the last second may be missing.',
    example: '示例',
  })
  @IsOptional()
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  q?: string;

  @ApiPropertyOptional({
    enum: AWARD_SORTS,
    default: 'recordedAt',
    description: 'Order, descending: when it was recorded, its amount, or the date of its approval.',
  })
  @IsOptional()
  @IsIn(AWARD_SORTS, withMessage(`排序為 ${AWARD_SORTS.join('、')}。`, `must be one of ${AWARD_SORTS.join(', ')}`))
  sort?: AwardSort;

  @ApiPropertyOptional({ description: 'With the totals of everything that the filters choose, beside the page.', default: false })
  @IsOptional()
  @IsBoolean()
  totals?: boolean;
}

/** Sums over all awards that the filters choose, yuan. */
export class AwardListTotalsDto {
  @ApiProperty({ description: 'How many awards there are.', example: 128 })
  count: number;

  @ApiProperty({ description: 'What they were awarded.', example: '64000000.00' })
  awarded: string;

  @ApiProperty({ description: 'Of it still reserved.', example: '20000000.00' })
  reserved: string;

  @ApiProperty({ description: 'Of it still committed.', example: '14000000.00' })
  committed: string;

  @ApiProperty({ description: 'Of it paid, net of returns and recoveries.', example: '28000000.00' })
  disbursed: string;

  @ApiProperty({ description: 'Of it given back to what is available.', example: '2000000.00' })
  released: string;

  @ApiProperty({ description: 'Of it paid and received back from the grantee (追回).', example: '0.00' })
  recovered: string;
}

/** A page of awards. */
export class AwardPageDto extends PageDto {
  @ApiProperty({ type: [AwardDto], description: 'Awards without their payments and demands.' })
  items: AwardDto[];

  @ApiPropertyOptional({ type: AwardListTotalsDto, description: 'Only with `totals=true`: of all pages together.' })
  totals?: AwardListTotalsDto;
}
