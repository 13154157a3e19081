import { Type } from 'class-transformer';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  Matches,
  Max,
  Min,
  ValidateNested,
} from 'class-validator';
import { IsBusinessDate, IsYuan } from '../../src/platform/http/index.js';

class EnterpriseDto {
  @IsString() @Length(1, 200) name: string;
  @IsOptional() @Matches(/^[0-9A-Z]{18}$/) creditCode?: string;
  @IsOptional() @Matches(/^[0-9A-Z]{9}$/) organizationCode?: string;
}

class ProjectDto {
  @IsString() @Length(1, 300) title: string;
  @IsOptional() @IsString() @Length(1, 100) code?: string;
}

/** Like the request for an award, so that the edge can be tested and measured without that room. */
export class AwardShapedDto {
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/) fund: string;
  @IsInt() @Min(1900) @Max(2999) fiscalYear: number;
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/) line: string;
  @ValidateNested() @Type(() => EnterpriseDto) enterprise: EnterpriseDto;
  @ValidateNested() @Type(() => ProjectDto) project: ProjectDto;
  @IsYuan() amount: string;
  @IsString() @Length(1, 100) approvalRef: string;
  @IsBusinessDate() approvedOn: string;
  @IsOptional() @IsBusinessDate() effectiveOn?: string;
  @IsOptional() @IsBoolean() approvedOffline?: boolean;
  @IsObject() facts: Record<string, unknown>;
}

/** Like a batch of them. */
export class BatchShapedDto {
  @IsIn(['each', 'all']) mode: 'each' | 'all';

  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(1000)
  @ValidateNested({ each: true })
  @Type(() => AwardShapedDto)
  awards: AwardShapedDto[];
}

/** One that is right. */
export function awardShaped(index = 1): Record<string, unknown> {
  return {
    fund: 'gz-ecommerce',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    enterprise: { name: `廣州某某電子商務有限公司${index}`, creditCode: '91440101MA59ABCD1X', organizationCode: 'MA59ABCD1' },
    project: { title: `製造業電子商務應用平台建設項目${index}`, code: `P-${index}` },
    amount: '1000000.00',
    approvalRef: `穗經貿〔2016〕${index}號`,
    approvedOn: '2016-03-04',
    effectiveOn: '2016-03-05',
    facts: { rank: 3, registered: true, growth: ['30', '31'] },
  };
}
