import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsNotEmpty, IsString, Matches, MaxLength } from 'class-validator';
import { ENTRY_KINDS } from '../ledger/index.js';
import { WhenGiven } from '../platform/http/index.js';

/** What is searched for. */
export class SearchQuery {
  @ApiProperty({
    description:
      'Words, two characters at least, each of which must be found: whatever the script (Traditional, Simplified), width, case, dashes and spaces. What was written in the last second may be missing.',
    example: '示例',
  })
  @IsString()
  @IsNotEmpty()
  @MaxLength(100)
  q: string;

  @ApiPropertyOptional({ description: 'Code of a fund: only what is of it.', example: 'gz-ecommerce' })
  @WhenGiven()
  @Matches(/^[a-z0-9][a-z0-9-]{0,62}$/)
  fund?: string;
}

/** An award that was found. */
export class FoundAwardDto {
  @ApiProperty({ format: 'uuid', description: 'Of `GET /awards/{id}`.' })
  id: string;

  @ApiProperty({ description: 'Its number: year, line and a running number.', example: '2016-manufacturing-app-000001' })
  number: string;

  @ApiProperty({ description: 'Code of its fund.', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'The year of its claim.', example: 2016 })
  fiscalYear: number;

  @ApiProperty({ description: 'Code of its line.', example: 'manufacturing-app' })
  line: string;

  @ApiProperty({ description: 'Name of the enterprise that it was awarded to.', example: '示例電子商務有限公司' })
  enterprise: string;

  @ApiProperty({ description: 'Title of the project.', example: '跨境電子商務分揀系統' })
  title: string;

  @ApiProperty({ description: 'What was awarded, yuan.', example: '1000000.00' })
  amount: string;
}

/** A programme line (支出方向) that was found. */
export class FoundLineDto {
  @ApiProperty({ description: 'Code of its fund.', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'Its code.', example: 'manufacturing-app' })
  line: string;

  @ApiProperty({ description: 'Section of the policy.', example: '二(二)1' })
  section: string;

  @ApiProperty({ description: 'Its title, in the reader’s language.', example: '製造業電子商務應用' })
  title: string;
}

/** An enterprise that was found. */
export class FoundEnterpriseDto {
  @ApiProperty({ format: 'uuid', description: 'Of `GET /enterprises/{id}`.' })
  id: string;

  @ApiProperty({ description: 'Code of its fund.', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'Its present name; it may have been found by another one.', example: '示例電子商務有限公司' })
  name: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Unified social credit code (統一社會信用代碼); null: not known.',
    example: '9144010159000123XD',
  })
  creditCode: string | null;

  @ApiProperty({ description: 'Organization code (組織機構代碼).', example: '59000123X' })
  organizationCode: string;
}

/** The award that something belongs to. */
export class FoundOfAwardDto {
  @ApiProperty({ format: 'uuid', description: 'Of `GET /awards/{id}`.' })
  id: string;

  @ApiProperty({ description: 'By which people name the award.', example: '2016-manufacturing-app-000001' })
  number: string;
}

/** A journal entry (記賬憑證) that was found by its document. */
export class FoundEntryDto {
  @ApiProperty({ format: 'uuid', description: 'Of `GET /journal/{id}`.' })
  id: string;

  @ApiProperty({ description: 'Code of its fund.', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'Year of the accounts that it is on.', example: 2016 })
  fiscalYear: number;

  @ApiProperty({ enum: ENTRY_KINDS, description: 'What happened.', example: 'allotment' })
  kind: string;

  @ApiProperty({ description: 'Number of its document.', example: '穗財〔2016〕9號' })
  documentNo: string;

  @ApiProperty({ description: 'Yuan; 0.00 where it moves no money.', example: '8000000.00' })
  amount: string;

  @ApiProperty({ description: 'Business date.', example: '2016-03-01' })
  effectiveOn: string;

  @ApiProperty({ type: FoundOfAwardDto, nullable: true, description: 'The award that it is a step of; null: of none.' })
  award: FoundOfAwardDto | null;
}

/** A payment (撥付) that was found. */
export class FoundPaymentDto {
  @ApiProperty({ format: 'uuid', description: 'Its journal entry: of `GET /journal/{id}`.' })
  id: string;

  @ApiProperty({ description: 'Code of its fund.', example: 'gz-ecommerce' })
  fund: string;

  @ApiProperty({ description: 'Year of the accounts that it was paid from.', example: 2016 })
  fiscalYear: number;

  @ApiProperty({ description: 'Treasury’s number of the payment.', example: 'ZF-2016-000123' })
  paymentRef: string;

  @ApiProperty({ description: 'What was paid, yuan.', example: '600000.00' })
  amount: string;

  @ApiProperty({ description: 'Business date of the payment.', example: '2016-05-01' })
  effectiveOn: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Number of its payment voucher (支付憑證); null: not known.',
    example: '穗財支〔2016〕000123',
  })
  voucherNo: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Name of whom it was paid to; null: not known.',
    example: '示例電子商務有限公司',
  })
  payee: string | null;

  @ApiProperty({ type: FoundOfAwardDto, description: 'The award that was paid.' })
  award: FoundOfAwardDto;
}

/** What was found, of each kind the ten newest at most; an officer finds awards, entries and payments of its agency’s lines. */
export class SearchResultDto {
  @ApiProperty({
    type: [FoundAwardDto],
    description: 'By number, title, project’s code, enterprise, approval, document or payment.',
  })
  awards: FoundAwardDto[];

  @ApiProperty({ type: [FoundLineDto], description: 'By code, section or title, in policy order.' })
  lines: FoundLineDto[];

  @ApiProperty({ type: [FoundEnterpriseDto], description: 'By any of its names and codes.' })
  enterprises: FoundEnterpriseDto[];

  @ApiProperty({ type: [FoundEntryDto], description: 'By the number of their document.' })
  entries: FoundEntryDto[];

  @ApiProperty({ type: [FoundPaymentDto], description: 'By payment reference, voucher number or payee.' })
  payments: FoundPaymentDto[];
}
