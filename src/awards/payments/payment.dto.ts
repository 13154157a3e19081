import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsInt, IsOptional, IsString, IsUUID, Length, Matches, Max, Min } from 'class-validator';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import { IsBusinessDate, IsVisible, ListQuery, PageDto } from '../../platform/http/index.js';
import { CODE } from '../award-request.dto.js';
import { PayeeDto } from '../award.dto.js';

/** What chooses payments. */
export class PaymentQuery extends ListQuery {
  @ApiPropertyOptional({ example: 'gz-ecommerce', description: 'Code of the fund that paid' })
  @IsOptional()
  @Matches(CODE)
  fund?: string;

  @ApiPropertyOptional({
    example: 2016,
    description: 'Fiscal year whose money was paid: the budget year of the award at that time',
  })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;

  @ApiPropertyOptional({ example: 'manufacturing-app', description: 'Code of the programme line (支出方向) that paid' })
  @IsOptional()
  @Matches(CODE)
  line?: string;

  @ApiPropertyOptional({ example: '市經貿委', description: 'Code of an agency (主管部門): payments of the lines that it leads' })
  @IsOptional()
  @Matches(AGENCY, IS_AN_AGENCY)
  agency?: string;

  @ApiPropertyOptional({ example: '2016-01-01', description: 'First business date (`effectiveOn`), itself included' })
  @IsOptional()
  @IsBusinessDate()
  from?: string;

  @ApiPropertyOptional({ example: '2016-06-30', description: 'Last business date (`effectiveOn`), itself included' })
  @IsOptional()
  @IsBusinessDate()
  to?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'Id of an award: its payments alone' })
  @IsOptional()
  @IsUUID()
  award?: string;

  @ApiPropertyOptional({
    minLength: 2,
    maxLength: 100,
    example: 'ZF-2016',
    description:
      'Part of the payment reference, the voucher number or the payee’s name, whatever its width, case, dashes and spaces, in Traditional or Simplified',
  })
  @IsOptional()
  @IsString()
  @IsVisible()
  @Length(2, 100)
  q?: string;

  @ApiPropertyOptional({
    description: 'true: the answer has the totals of all payments that the filters choose, whatever the page',
  })
  @IsOptional()
  @IsBoolean()
  totals?: boolean;
}

/** The enterprise that an award is of. */
class PaidEnterpriseDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the enterprise, which may be merged into another' })
  id: string;

  @ApiProperty({ example: '示例電子商務有限公司', description: 'Its present name' })
  name: string;
}

/** The award that a payment is of. */
class PaidAwardDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the award, by which it is read and acted on' })
  id: string;

  @ApiProperty({ example: '2016-manufacturing-app-000001', description: 'Number of the award, as people cite it' })
  number: string;

  @ApiProperty({ example: 'manufacturing-app', description: 'Code of its programme line, which never changes' })
  line: string;

  @ApiProperty({ type: PaidEnterpriseDto, description: 'Whom it was awarded to; the payee may be another' })
  enterprise: PaidEnterpriseDto;
}

/** A payment (撥付). Amounts are yuan. */
export class PaymentDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the payment, and of its journal entry' })
  id: string;

  @ApiProperty({ type: PaidAwardDto, description: 'The award that it is of' })
  award: PaidAwardDto;

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that paid' })
  fund: string;

  @ApiProperty({ example: 2016, description: 'Fiscal year whose money it was' })
  fiscalYear: number;

  @ApiProperty({ example: 'manufacturing-app', description: 'Code of the programme line that paid' })
  line: string;

  @ApiProperty({ example: 'ZF-2016-000123', description: 'Treasury’s number of the payment, as it was sent' })
  paymentRef: string;

  @ApiProperty({ example: '600000.00', description: 'What was paid' })
  amount: string;

  @ApiProperty({ example: '0.00', description: 'What the bank returned of it' })
  returned: string;

  @ApiProperty({ example: '0.00', description: 'What is, or was, demanded back of it' })
  demanded: string;

  @ApiProperty({ example: '0.00', description: 'Of what is demanded, what was received' })
  recovered: string;

  @ApiProperty({ example: '2016-05-04', description: 'Business date, by which it stands in the books' })
  effectiveOn: string;

  @ApiPropertyOptional({ type: PayeeDto, description: 'To whom it went; left out where nobody said' })
  payee?: PayeeDto;

  @ApiPropertyOptional({
    example: '穗財支〔2016〕000123',
    description: 'Number of the payment voucher (支付憑證); left out where nobody said',
  })
  voucherNo?: string;

  @ApiPropertyOptional({ example: '2016-05-03', description: 'Date on the payment voucher; left out where nobody said' })
  paidOn?: string;

  @ApiProperty({ format: 'date-time', description: 'When it was recorded, by the database’s clock' })
  recordedAt: string;
}

/** Sums over payments, yuan. */
export class PaymentTotalsDto {
  @ApiProperty({ example: 2, description: 'How many payments' })
  count: number;

  @ApiProperty({ example: '1000000.00', description: 'Σ amount' })
  paid: string;

  @ApiProperty({ example: '0.00', description: 'Σ returned' })
  returned: string;

  @ApiProperty({ example: '50000.00', description: 'Σ demanded' })
  demanded: string;

  @ApiProperty({ example: '50000.00', description: 'Σ recovered' })
  recovered: string;

  @ApiProperty({ example: '950000.00', description: 'What is out: paid − returned − recovered' })
  net: string;
}

/** A page of payments. */
export class PaymentPageDto extends PageDto {
  @ApiProperty({ type: [PaymentDto], description: 'Newest first, in the order in which they were recorded' })
  items: PaymentDto[];

  @ApiPropertyOptional({ type: PaymentTotalsDto, description: 'Only with `totals=true`: over all pages' })
  totals?: PaymentTotalsDto;
}
