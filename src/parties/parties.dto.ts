import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsObject, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';
import { BANK_ACCOUNT, IS_A_BANK_ACCOUNT } from './enterprises/bank-account.js';
import { IsCreditCode, IsIdentityNumber, IsOrganizationCode } from './identity-codes/identity-code.validators.js';
import { WhenGiven, IsVisible } from '../platform/http/index.js';

/** Details of an enterprise, as an award request tells them. */
export class EnterpriseDetailsRequestDto {
  @ApiPropertyOptional({ example: '廣州市天河區示例路1號801室', description: 'Where it is registered' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(300)
  address?: string;

  @ApiPropertyOptional({ example: '示例甲', description: '法定代表人, by name' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(100)
  legalRepresentative?: string;

  @ApiPropertyOptional({ example: '020-00000000', description: 'Under which it is reached' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(50)
  phone?: string;

  @ApiPropertyOptional({ example: '6222 0000 0000 6789', description: 'Kept as a keyed hash and a mask' })
  @WhenGiven()
  @Matches(BANK_ACCOUNT, IS_A_BANK_ACCOUNT)
  bankAccount?: string;
}

/** The enterprise of an award request: a name and at least one of the two codes. */
export class EnterpriseRequestDto {
  @ApiProperty({ description: 'A known enterprise keeps the name that it has', example: '示例電子商務有限公司' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  name: string;

  @ApiPropertyOptional({ description: '統一社會信用代碼 (GB 32100)', example: '9144010159000123XD' })
  @WhenGiven()
  @IsCreditCode()
  creditCode?: string;

  @ApiPropertyOptional({ description: '組織機構代碼 (GB 11714); characters 9–17 of the credit code', example: '59000123-X' })
  @WhenGiven()
  @IsOrganizationCode()
  organizationCode?: string;

  @ApiPropertyOptional({ type: EnterpriseDetailsRequestDto, description: 'Kept where nothing is known of it yet' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => EnterpriseDetailsRequestDto)
  details?: EnterpriseDetailsRequestDto;
}

/** The project of an award request: known again by its code, else by its title (domain §6). */
export class ProjectRequestDto {
  @ApiProperty({
    example: '跨境電子商務分揀系統',
    description: 'By which the project is known again, however it is spelt and in either script',
  })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  title: string;

  @ApiPropertyOptional({ description: "The enterprise's own code for it", example: 'P-2016-001' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(100)
  code?: string;
}

/** The person of an award request, on a line that pays persons (§二(四)2). */
export class PersonRequestDto {
  @ApiProperty({ example: '示例甲', description: 'As it stands on the identity card' })
  @IsString()
  @IsVisible()
  @MaxLength(100)
  name: string;

  @ApiProperty({
    description: '身份證號碼 (GB 11643); stored as a keyed hash and a masked form only',
    example: '440100198001010010',
  })
  @IsIdentityNumber()
  identityNumber: string;
}
