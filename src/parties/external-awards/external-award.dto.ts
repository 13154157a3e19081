import { ApiProperty, ApiPropertyOptional, getSchemaPath, ApiExtraModels } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsInt, IsString, IsUUID, Matches, Max, MaxLength, Min, ValidateIf } from 'class-validator';
import { formatYuan } from '../../kernel/index.js';
import { PROGRAMMES, type Programme } from '../../ledger/index.js';
import {
  Example,
  IsBusinessDate,
  IsVisible,
  IsYuan,
  ListQuery,
  PageDto,
  propertyRule,
  WhenGiven,
} from '../../platform/http/index.js';
import { EnterpriseRequestDto } from '../parties.dto.js';
import { NamedEnterpriseDto } from '../enterprises/enterprise.dto.js';
import type { ExternalAward } from './external-award.entity.js';

const FUND_CODE = /^[a-z0-9][a-z0-9-]{0,62}$/;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** Characters of a code or a name at most. */
const LONGEST = 200;

/** An enterprise as it is named where it may be known or not. */
export type EnterpriseReference =
  string | { readonly name: string; readonly creditCode?: string; readonly organizationCode?: string };

function isEnterpriseReference(value: unknown): boolean {
  if (typeof value === 'string') return UUID.test(value);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const members = Object.entries(value);
  if (!members.every(([name, text]) => NAMES.includes(name) && typeof text === 'string' && text.length <= LONGEST)) return false;
  const name: unknown = Reflect.get(value, 'name');
  return typeof name === 'string' && name.trim() !== '';
}
const NAMES = ['name', 'creditCode', 'organizationCode'];

const IsEnterpriseReference = propertyRule(
  'isEnterpriseReference',
  isEnterpriseReference,
  '須為企業的識別碼,或其名稱及代碼',
  'must be the id of an enterprise, or its name with one of its codes',
);

/** A reward of another programme that is to be recorded. */
@ApiExtraModels(EnterpriseRequestDto)
@Example({
  fund: 'gz-ecommerce',
  programme: 'headquarters-reward',
  enterprise: { name: '示例電子商務有限公司', organizationCode: '59000123-X' },
  fiscalYear: 2016,
  amount: '3000000.00',
  reference: '穗總部〔2016〕5號',
  paidOn: '2016-05-20',
})
export class NewExternalAwardDto {
  @ApiPropertyOptional({ example: 'gz-ecommerce', description: 'Code of the fund; may be left out where there is one only' })
  @WhenGiven()
  @Matches(FUND_CODE)
  fund?: string;

  @ApiProperty({ enum: PROGRAMMES, description: '總部企業獎勵 or 民營企業獎勵' })
  @IsIn(PROGRAMMES)
  programme: Programme;

  @ApiProperty({
    description: 'The enterprise: its id, or its name with one of its codes where it may not be known yet',
    oneOf: [{ type: 'string', format: 'uuid' }, { $ref: getSchemaPath(EnterpriseRequestDto) }],
    example: { name: '示例電子商務有限公司', organizationCode: '59000123-X' },
  })
  @IsEnterpriseReference()
  enterprise: EnterpriseReference;

  @ApiProperty({ example: 2016, description: 'The year of which the reward is: compared with rewards of the same year' })
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear: number;

  @ApiProperty({ example: '3000000.00', description: 'Yuan' })
  @IsYuan()
  amount: string;

  @ApiProperty({ example: '穗總部〔2016〕5號', description: 'Document of the reward' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  reference: string;

  @ApiPropertyOptional({
    example: '2016-05-20',
    description: 'When it was paid; left out it counts as paid on the first day of its year',
  })
  @WhenGiven()
  @IsBusinessDate()
  paidOn?: string;
}

/** A correction; what is left out stays. Another enterprise is another award: withdraw this one. */
@Example({ amount: '2500000.00', reason: '金額更正' })
export class ExternalAwardChangeDto {
  @ApiPropertyOptional({ enum: PROGRAMMES, description: '總部企業獎勵 or 民營企業獎勵, where it was recorded under the other' })
  @WhenGiven()
  @IsIn(PROGRAMMES)
  programme?: Programme;

  @ApiPropertyOptional({ example: 2016, description: 'The year of which the reward really is' })
  @WhenGiven()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;

  @ApiPropertyOptional({ example: '2500000.00', description: 'Yuan' })
  @WhenGiven()
  @IsYuan()
  amount?: string;

  @ApiPropertyOptional({ example: '穗總部〔2016〕5號', description: 'Document of the reward, as it should read' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  reference?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    example: '2016-05-20',
    description: 'When it was paid; null: not known, as if on the first day of its year',
  })
  @ValidateIf((dto: ExternalAwardChangeDto) => dto.paidOn !== undefined && dto.paidOn !== null)
  @IsBusinessDate()
  paidOn?: string | null;

  @ApiPropertyOptional({ description: 'It was never awarded, or taken back: it counts no more' })
  @WhenGiven()
  @IsBoolean()
  withdrawn?: boolean;

  @ApiProperty({ example: '金額更正', description: 'Why' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** A reward of another programme. */
export class ExternalAwardDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7, for PATCH /external-awards/{id}' })
  id: string;

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund with whose rewards it is compared' })
  fund: string;

  @ApiProperty({ enum: PROGRAMMES, description: '總部企業獎勵 or 民營企業獎勵' })
  programme: Programme;

  @ApiProperty({ type: NamedEnterpriseDto, description: 'Who got it' })
  enterprise: NamedEnterpriseDto;

  @ApiProperty({ example: 2016, description: 'The year of which it is' })
  fiscalYear: number;

  @ApiProperty({ example: '3000000.00', description: 'What was given, yuan' })
  amount: string;

  @ApiProperty({ example: '穗總部〔2016〕5號', description: 'Document of the reward' })
  reference: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '2016-05-20',
    description: 'When it was paid; null: not known, as if on the first day of its year',
  })
  paidOn: string | null;

  @ApiProperty({ enum: ['valid', 'withdrawn'], description: 'withdrawn: never awarded, or taken back; it counts no more' })
  status: 'valid' | 'withdrawn';

  @ApiProperty({ type: String, nullable: true, description: 'Why it was corrected or withdrawn' })
  reason: string | null;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was recorded first' })
  recordedAt: string;

  @ApiProperty({ example: 1, description: 'Goes up with every change; the ETag' })
  version: number;
}

/** Filters of the list of external awards. */
export class ExternalAwardQuery extends ListQuery {
  @ApiPropertyOptional({ example: 'gz-ecommerce', description: 'Only those compared with rewards of the fund of this code' })
  @WhenGiven()
  @Matches(FUND_CODE)
  fund?: string;

  @ApiPropertyOptional({ example: 2016, description: 'Only those of this year' })
  @WhenGiven()
  @IsInt()
  fiscalYear?: number;

  @ApiPropertyOptional({ enum: PROGRAMMES, description: 'Only those of 總部企業獎勵 or 民營企業獎勵' })
  @WhenGiven()
  @IsIn(PROGRAMMES)
  programme?: Programme;

  @ApiPropertyOptional({ format: 'uuid', description: 'Only those of the enterprise of this id' })
  @WhenGiven()
  @IsUUID()
  enterprise?: string;
}

/** A page of external awards. */
export class ExternalAwardPageDto extends PageDto {
  @ApiProperty({ type: [ExternalAwardDto], description: 'External awards, newest first' })
  items: ExternalAwardDto[];
}

/** The award as it is answered. */
export function toExternalAwardDto(row: ExternalAward): ExternalAwardDto {
  const { id, name, organizationCode } = row.enterprise;
  return {
    id: row.id,
    fund: row.fund.code,
    programme: row.programme,
    enterprise: { id, name, organizationCode },
    fiscalYear: row.fiscalYear,
    amount: formatYuan(row.amountFen),
    reference: row.reference,
    paidOn: row.paidOn,
    status: row.status,
    reason: row.reason,
    recordedAt: row.recordedAt.toISOString(),
    version: row.version,
  };
}
