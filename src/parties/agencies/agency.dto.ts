import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayUnique,
  IsArray,
  IsObject,
  IsString,
  Matches,
  MaxLength,
  ValidateIf,
  ValidateNested,
} from 'class-validator';
import { Example, IsBusinessDate, IsVisible, PageDto, WhenGiven } from '../../platform/http/index.js';
import type { Agency } from './agency.entity.js';
import { AGENCY, IS_AN_AGENCY } from './agency.js';

/** What people call an agency, in three languages. */
export class AgencyNamesDto {
  @ApiProperty({ example: '廣州市經濟貿易委員會', description: 'In Traditional Chinese' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  zhHant: string;

  @ApiProperty({ example: '广州市经济贸易委员会', description: 'In Simplified Chinese' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  zhHans: string;

  @ApiProperty({ example: 'Guangzhou Economic and Trade Commission', description: 'In English' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  en: string;
}

/** A change of an agency; what is left out stays. */
@Example({
  names: { zhHant: '廣州市經濟貿易委員會', zhHans: '广州市经济贸易委员会', en: 'Guangzhou Economic and Trade Commission' },
  to: '2015-01-31',
  successors: ['市商務委'],
})
export class AgencyChangeDto {
  @ApiPropertyOptional({ type: AgencyNamesDto, description: 'What people call it from now on, in all three languages' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => AgencyNamesDto)
  names?: AgencyNamesDto;

  @ApiPropertyOptional({ type: String, nullable: true, example: '2015-02-01', description: 'First day; null: not known' })
  @ValidateIf((dto: AgencyChangeDto) => dto.from !== undefined && dto.from !== null)
  @IsBusinessDate()
  from?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, example: '2015-01-31', description: 'Last day; null: it is still there' })
  @ValidateIf((dto: AgencyChangeDto) => dto.to !== undefined && dto.to !== null)
  @IsBusinessDate()
  to?: string | null;

  @ApiPropertyOptional({
    type: [String],
    example: ['市商務委'],
    description:
      'Agencies that took over its lines and awards: their officers reach them. All of them; the list replaces the one before',
  })
  @WhenGiven()
  @IsArray()
  @ArrayMaxSize(10)
  @ArrayUnique()
  @Matches(AGENCY, { ...IS_AN_AGENCY, each: true })
  successors?: string[];
}

/** A new agency. */
@Example({
  code: '市商務委',
  names: { zhHant: '廣州市商務委員會', zhHans: '广州市商务委员会', en: 'Guangzhou Municipal Commission of Commerce' },
  from: '2015-02-01',
})
export class NewAgencyDto extends OmitType(AgencyChangeDto, ['names']) {
  @ApiProperty({ example: '市商務委', description: 'By which lines and officers name it, beginning with 市; never changes' })
  @Matches(AGENCY, IS_AN_AGENCY)
  code: string;

  @ApiProperty({ type: AgencyNamesDto, description: 'What people call it, in all three languages' })
  @IsObject()
  @ValidateNested()
  @Type(() => AgencyNamesDto)
  names: AgencyNamesDto;
}

/** An agency (主管部門). */
export class AgencyDto {
  @ApiProperty({ example: '市經貿委', description: 'By which lines and officers name it; never changes' })
  code: string;

  @ApiProperty({ type: AgencyNamesDto, description: 'What people call it' })
  names: AgencyNamesDto;

  @ApiProperty({ type: String, nullable: true, example: null, description: 'First day; null: not known' })
  from: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2015-01-31', description: 'Last day; null: it is still there' })
  to: string | null;

  @ApiProperty({ type: [String], example: ['市商務委'], description: 'Who took over its lines and awards' })
  successors: string[];

  @ApiProperty({ example: 1, description: 'Goes up with every change; the ETag' })
  version: number;
}

/** The agency as it is answered. */
export function toAgencyDto({ code, names, from, to, successors, version }: Agency): AgencyDto {
  return { code, names: { zhHant: names.zhHant, zhHans: names.zhHans, en: names.en }, from, to, successors, version };
}

/** A page of agencies. */
export class AgencyPageDto extends PageDto {
  @ApiProperty({ type: [AgencyDto], description: 'Agencies, by their codes' })
  items: AgencyDto[];
}
