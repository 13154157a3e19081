import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { Type } from 'class-transformer';
import { IsIn, IsObject, IsString, IsUUID, Matches, MaxLength, ValidateNested } from 'class-validator';
import { BANK_ACCOUNT, IS_A_BANK_ACCOUNT } from '../parties/index.js';
import { Example, IsBusinessDate, IsYuan, WhenGiven, IsVisible } from '../platform/http/index.js';

/** What every step of an award may say. */
class ActionDto {
  @ApiPropertyOptional({
    example: '2016-04-01',
    description: "Business date within the award's budget year; default today, clamped into it",
  })
  @WhenGiven()
  @IsBusinessDate()
  effectiveOn?: string;

  @ApiPropertyOptional({ example: '合同〔2016〕8號', description: 'Document of the step, as the journal cites it' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo?: string;

  @ApiPropertyOptional({ example: '項目規模縮減', description: 'Why, for whoever reads the journal' })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason?: string;
}

/** 承諾: the grant agreement or funding notice is signed. */
@Example({ amount: '800000.00', documentNo: '合同〔2016〕8號', effectiveOn: '2016-04-01' })
export class CommitmentDto extends OmitType(ActionDto, ['documentNo']) {
  @ApiPropertyOptional({ example: '1000000.00', description: 'Yuan; default: the whole open reservation' })
  @WhenGiven()
  @IsYuan()
  amount?: string;

  @ApiProperty({ example: '合同〔2016〕8號', description: 'The agreement or notice' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo: string;
}

/** To whom a payment goes (收款人), as the payment voucher names it. */
export class PayeeRequestDto {
  @ApiProperty({ example: '示例電子商務有限公司', description: 'Name of the account’s holder' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  name: string;

  @ApiProperty({
    example: '6222 0000 0000 6789',
    description: 'Number of the account, 8 to 34 digits or letters; kept as a keyed hash and a mask, never as it is',
  })
  @Matches(BANK_ACCOUNT, IS_A_BANK_ACCOUNT)
  bankAccount: string;

  @ApiProperty({ example: '中國示例銀行廣州分行', description: 'The bank, with its branch, where the account is' })
  @IsString()
  @IsVisible()
  @MaxLength(200)
  bank: string;
}

/** 撥付: a payment leaves the treasury. */
@Example({ amount: '500000.00', paymentRef: 'ZF-2016-000123', effectiveOn: '2016-05-01' })
export class DisbursementDto extends ActionDto {
  @ApiProperty({ example: '500000.00', description: 'Yuan' })
  @IsYuan()
  amount: string;

  @ApiProperty({ example: 'ZF-2016-000123', description: 'Reference of the payment; may be used once in the fund' })
  @IsString()
  @IsVisible()
  @MaxLength(100)
  paymentRef: string;

  @ApiPropertyOptional({ type: PayeeRequestDto, description: 'To whom it goes, as the payment voucher says' })
  @WhenGiven()
  @IsObject()
  @ValidateNested()
  @Type(() => PayeeRequestDto)
  payee?: PayeeRequestDto;

  @ApiPropertyOptional({
    example: '穗財支〔2016〕000123',
    description: 'Number of the payment voucher (支付憑證); one voucher may pay several awards',
  })
  @WhenGiven()
  @IsString()
  @IsVisible()
  @MaxLength(100)
  voucherNo?: string;

  @ApiPropertyOptional({
    example: '2016-05-03',
    description:
      'Date on the payment voucher: not after today, not before the approval. It says nothing of the books, which go by `effectiveOn`, and may be another day than that',
  })
  @WhenGiven()
  @IsBusinessDate()
  paidOn?: string;
}

/** 釋放: a reservation or commitment, or the rest of one, goes back to available. */
@Example({ from: 'committed', amount: '200000.00', reason: '項目規模縮減', effectiveOn: '2016-06-01' })
export class ReleaseDto extends OmitType(ActionDto, ['reason']) {
  @ApiPropertyOptional({ example: '200000.00', description: 'Yuan; default: all that is open there' })
  @WhenGiven()
  @IsYuan()
  amount?: string;

  @ApiProperty({ enum: ['reserved', 'committed'], description: 'Which stage gives it back: 預留 or 承諾' })
  @IsIn(['reserved', 'committed'])
  from: 'reserved' | 'committed';

  @ApiProperty({ example: '項目終止', description: 'Why it goes back to the line' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** 退回, or a demand of 追回: cites a payment. */
@Example({ amount: '50000.00', paymentRef: 'ZF-2016-000123', reason: '賬號有誤', effectiveOn: '2016-06-15' })
export class CitedPaymentDto extends OmitType(ActionDto, ['reason']) {
  @ApiProperty({ example: '50000.00', description: 'Yuan; at most what the payment has left beside its returns and demands' })
  @IsYuan()
  amount: string;

  @ApiProperty({ example: 'ZF-2016-000123', description: 'Reference of the payment that it is about' })
  @IsString()
  @IsVisible()
  @MaxLength(100)
  paymentRef: string;

  @ApiProperty({ example: '賬號有誤', description: 'Why it came back, or is demanded back' })
  @IsString()
  @IsVisible()
  @MaxLength(1_000)
  reason: string;
}

/** 追回: demanded money is received. */
@Example({
  amount: '50000.00',
  demandId: '01985f3c-2f6b-7c55-9d1a-0d4f5a6b7c8d',
  receiptRef: 'SK-2016-000007',
  effectiveOn: '2016-07-01',
})
export class RecoveryDto extends ActionDto {
  @ApiProperty({ example: '50000.00', description: 'Yuan; at most what is still demanded' })
  @IsYuan()
  amount: string;

  @ApiProperty({ format: 'uuid', description: "The demand: id of its entry in the award's history" })
  @IsUUID()
  demandId: string;

  @ApiProperty({ example: 'SK-2016-000007', description: 'Reference of the receipt; may be used once in the fund' })
  @IsString()
  @IsVisible()
  @MaxLength(100)
  receiptRef: string;
}
