import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsString,
  IsUUID,
  Matches,
  Max,
  MaxLength,
  Min,
  ValidateNested,
} from 'class-validator';
import { EnterpriseRequestDto, PersonRequestDto, ProjectRequestDto } from '../parties/index.js';
import { FACTS, IsFacts } from './facts.js';
import { Example, IsBusinessDate, IsYuan, withMessage, WhenGiven, IsVisible } from '../platform/http/index.js';

/** Code of a fund or a line. */
export const CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const CODE_SAYS = withMessage('須為代碼:小寫字母、數字與連字號', 'must be a code, like manufacturing-app');

/** An award that another one is a different project than, though they share a key. */
export class DistinctFromDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the other award, of the same enterprise and year' })
  @IsUUID()
  award: string;

  @ApiProperty({ example: '兩個倉庫的分揀系統,分別驗收', description: 'Why they are different projects' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** 公示: the days on which an approved award is shown to the public before it is committed. */
@Example({ from: '2016-03-03', to: '2016-03-09', reference: '穗經貿公示〔2016〕5號' })
export class PublicityDto {
  @ApiProperty({
    example: '2016-03-03',
    description: 'First day on which it is shown: not before the approval, and not after today',
  })
  @IsBusinessDate()
  from: string;

  @ApiProperty({
    example: '2016-03-09',
    description: 'Last day on which it is shown, this day included; may lie ahead, as it was announced',
  })
  @IsBusinessDate()
  to: string;

  @ApiProperty({ example: '穗經貿公示〔2016〕5號', description: 'Where it is shown: number or address of the notice' })
  @IsString()
  @IsVisible()
  @MaxLength(500)
  reference: string;

  @ApiPropertyOptional({ example: '有一家企業對排名提出異議,已答覆', description: 'What the public objected; left out: nothing' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(2_000)
  objections?: string;
}

/** An approved subsidy that is to be reserved. */
@Example({
  fund: 'gz-ecommerce',
  fiscalYear: 2016,
  line: 'manufacturing-app',
  enterprise: {
    name: '示例電子商務有限公司',
    organizationCode: '59000123-X',
    details: { address: '廣州市天河區示例路1號801室', phone: '020-00000000' },
  },
  project: { title: '跨境電子商務分揀系統' },
  amount: '1000000.00',
  approvalRef: '穗經貿電商〔2016〕12號',
  approvedOn: '2016-03-01',
  effectiveOn: '2016-03-02',
  facts: {},
})
export class AwardRequestDto {
  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund' })
  @Matches(CODE, CODE_SAYS)
  fund: string;

  @ApiProperty({ example: 2016, description: '預算年度: whose money and whose one-subsidy rule' })
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear: number;

  @ApiProperty({ example: 'manufacturing-app', description: 'Code of the programme line (支出方向)' })
  @Matches(CODE, CODE_SAYS)
  line: string;

  @ApiProperty({ type: EnterpriseRequestDto, description: 'Who gets it: known again by its codes' })
  @ValidateNested()
  @Type(() => EnterpriseRequestDto)
  enterprise: EnterpriseRequestDto;

  @ApiProperty({ type: ProjectRequestDto, description: 'What it is for: known again by its code, title or unique facts' })
  @ValidateNested()
  @Type(() => ProjectRequestDto)
  project: ProjectRequestDto;

  @ApiPropertyOptional({ type: PersonRequestDto, description: 'Only on a line that pays persons (§二(四)2)' })
  @WhenGiven()
  @ValidateNested()
  @Type(() => PersonRequestDto)
  person?: PersonRequestDto;

  @ApiProperty({ example: '1000000.00', description: 'Yuan' })
  @IsYuan()
  amount: string;

  @ApiProperty({ example: '穗經貿電商〔2016〕12號', description: 'Document of the approval' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  approvalRef: string;

  @ApiProperty({ example: '2016-03-01', description: 'Date of the approval' })
  @IsBusinessDate()
  approvedOn: string;

  @ApiPropertyOptional({
    example: '2016-03-02',
    description: 'Business date; default the date of the approval, where it lies in the fiscal year, else it must be stated',
  })
  @WhenGiven()
  @IsBusinessDate()
  effectiveOn?: string;

  @ApiProperty({
    example: {},
    description: "What the line's rule asks for (GET …/lines: rule.facts), one value each; 16 KiB in all, 2 KiB a text",
    ...FACTS,
  })
  @IsFacts()
  facts: Record<string, unknown>;

  @ApiPropertyOptional({
    example: false,
    description: 'Finance only: already approved on paper; on hold where it is a second one of its project and year',
  })
  @WhenGiven()
  @IsBoolean()
  approvedOffline?: boolean;

  @ApiPropertyOptional({
    type: PublicityDto,
    description: 'Its publicity, where that is known already; else it is recorded later, before the award is committed',
  })
  @WhenGiven()
  @ValidateNested()
  @Type(() => PublicityDto)
  publicity?: PublicityDto;

  @ApiPropertyOptional({
    type: [DistinctFromDto],
    description: 'Finance only: awards of the same enterprise and year that it shares a key with and is another project than',
  })
  @WhenGiven()
  @IsArray()
  @ArrayMaxSize(20)
  @ValidateNested({ each: true })
  @Type(() => DistinctFromDto)
  distinctFrom?: DistinctFromDto[];
}

/** Many awards in one request. */
@Example({
  mode: 'each',
  awards: [
    {
      fund: 'gz-ecommerce',
      fiscalYear: 2016,
      line: 'manufacturing-app',
      enterprise: { name: '示例網絡有限公司', organizationCode: '59000131-X' },
      project: { title: '示例倉儲系統' },
      amount: '10000.00',
      approvalRef: '穗經貿電商〔2016〕12號',
      approvedOn: '2016-03-01',
      effectiveOn: '2016-03-02',
      facts: {},
    },
    {
      fund: 'gz-ecommerce',
      fiscalYear: 2016,
      line: 'manufacturing-app',
      enterprise: { name: '示例物流有限公司', organizationCode: '59000132-8' },
      project: { title: '示例配送系統' },
      amount: '20000.00',
      approvalRef: '穗經貿電商〔2016〕12號',
      approvedOn: '2016-03-01',
      effectiveOn: '2016-03-02',
      facts: {},
    },
  ],
})
export class AwardBatchDto {
  @ApiProperty({ enum: ['each', 'all'], description: '`all`: one refusal rolls all back' })
  @IsIn(['each', 'all'])
  mode: 'each' | 'all';

  @ApiProperty({ type: [AwardRequestDto], minItems: 1, maxItems: 1000, description: 'Of one fund' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1_000)
  @ValidateNested({ each: true })
  @Type(() => AwardRequestDto)
  awards: AwardRequestDto[];
}
