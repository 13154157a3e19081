import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { WarningDto } from '../platform/http/index.js';
import { PublicityDto } from './award-request.dto.js';
import { FACTS } from './facts.js';
import { AWARD_STATUSES, type AwardStatus } from './award-status.js';

class AwardEnterpriseDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /enterprises/{id}' })
  id: string;

  @ApiProperty({ example: '示例電子商務有限公司', description: 'What it is called in the register today' })
  name: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '9144010159000123XD',
    description: '統一社會信用代碼 (GB 32100); null: not known',
  })
  creditCode: string | null;

  @ApiProperty({ example: '59000123X', description: '組織機構代碼 (GB 11714), without hyphen' })
  organizationCode: string;
}

class AwardProjectDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7: awards of the same project of the enterprise share it' })
  id: string;

  @ApiProperty({ example: '跨境電子商務分揀系統', description: 'As the first award spelt it' })
  title: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: null,
    description: 'The enterprise’s own code for it; null: none was stated',
  })
  code: string | null;
}

class AwardPersonDto {
  @ApiProperty({ example: '示例甲', description: 'Who is rewarded' })
  name: string;

  @ApiProperty({ example: '4401**********0010', description: 'Masked' })
  identityNumber: string;
}

/** Amounts of an award by stage, yuan. */
export class AwardAmountsDto {
  @ApiProperty({ example: '1000000.00', description: '獲批: what was reserved in all' })
  awarded: string;

  @ApiProperty({ example: '1000000.00', description: 'Still open' })
  reserved: string;

  @ApiProperty({ example: '0.00', description: 'Still open' })
  committed: string;

  @ApiProperty({ example: '0.00', description: 'Net of returns and recoveries' })
  disbursed: string;

  @ApiProperty({ example: '0.00', description: '釋放: what went back to the line' })
  released: string;

  @ApiProperty({ example: '0.00', description: '追回: what came back from the grantee' })
  recovered: string;
}

/** To whom a payment went (收款人). */
export class PayeeDto {
  @ApiProperty({
    example: '示例電子商務有限公司',
    description: 'Name on the payment voucher; may be another than the enterprise’s',
  })
  name: string;

  @ApiProperty({ example: '****6789', description: 'The last four characters of the account; the number is not kept' })
  bankAccount: string;

  @ApiProperty({ example: '中國示例銀行廣州分行', description: 'The bank, with its branch, where the account is' })
  bank: string;
}

/** A payment of an award. Amounts are yuan. */
export class AwardPaymentDto {
  @ApiProperty({ example: 'ZF-2016-000123', description: "Treasury's number of the payment" })
  paymentRef: string;

  @ApiProperty({ example: '600000.00', description: 'What was paid' })
  amount: string;

  @ApiProperty({ example: '2016-05-01', description: 'Business date' })
  effectiveOn: string;

  @ApiProperty({ example: '0.00', description: 'What the bank returned' })
  returned: string;

  @ApiProperty({ example: '0.00', description: 'What is, or was, demanded back' })
  demanded: string;

  @ApiProperty({ example: '0.00', description: 'Of what is demanded, what was received' })
  recovered: string;

  @ApiPropertyOptional({ type: PayeeDto, description: 'Left out where the disbursement did not state it' })
  payee?: PayeeDto;

  @ApiPropertyOptional({
    example: '穗財支〔2016〕000123',
    description: 'Number of the payment voucher (支付憑證); one voucher may pay several awards',
  })
  voucherNo?: string;

  @ApiPropertyOptional({ example: '2016-05-03', description: 'Date on the payment voucher; the books go by `effectiveOn`' })
  paidOn?: string;
}

/** A recovery demanded (應追回). Amounts are yuan. */
export class AwardDemandDto {
  @ApiProperty({ format: 'uuid', description: 'demandId of a recovery' })
  id: string;

  @ApiProperty({ example: '50000.00', description: 'What was demanded' })
  amount: string;

  @ApiProperty({ example: '0.00', description: 'What of it has come' })
  received: string;

  @ApiProperty({ enum: ['open', 'received'], description: 'open while more is demanded than was received' })
  status: 'open' | 'received';
}

/** What holds an award. */
export class AwardHoldDto {
  @ApiProperty({
    example: 'one-subsidy',
    description: 'one-subsidy, highest-of-three or line-rule: each is lifted by its own cause alone',
  })
  rule: string;

  @ApiProperty({ format: 'uuid', type: String, nullable: true, description: 'The open finding; null: a run has yet to open it' })
  finding: string | null;

  @ApiProperty({ description: 'In the reader’s language', example: '同一項目同一年度只扶持一項' })
  detail: string;
}

/** An award (扶持項目). Amounts are yuan. */
export class AwardDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7, for the paths below /awards/{id}' })
  id: string;

  @ApiProperty({ example: '2016-manufacturing-app-000001', description: 'By which people name it: year, line and a serial' })
  number: string;

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that pays it' })
  fund: string;

  @ApiProperty({ example: 2016, description: 'Of its claim, pool and quota: never changes' })
  fiscalYear: number;

  @ApiProperty({ example: 'manufacturing-app', description: 'Code of its programme line (支出方向)' })
  line: string;

  @ApiProperty({ type: AwardEnterpriseDto, description: 'Who gets it, as the register knows it today' })
  enterprise: AwardEnterpriseDto;

  @ApiProperty({ type: AwardProjectDto, description: 'What it is for' })
  project: AwardProjectDto;

  @ApiPropertyOptional({ type: AwardPersonDto, description: 'Only on a line that pays persons' })
  person?: AwardPersonDto;

  @ApiProperty({ enum: AWARD_STATUSES, description: 'The furthest stage that still holds money, else how it ended' })
  status: AwardStatus;

  @ApiProperty({ description: '暫停支付: may not be committed or disbursed until its finding is settled' })
  onHold: boolean;

  @ApiProperty({ type: [AwardHoldDto], description: 'What holds it; empty where nothing does' })
  holds: AwardHoldDto[];

  @ApiProperty({ type: AwardAmountsDto, description: 'Where its money is' })
  amounts: AwardAmountsDto;

  @ApiProperty({ example: '穗經貿電商〔2016〕12號', description: 'Document of the approval' })
  approvalRef: string;

  @ApiProperty({ example: '2016-03-01', description: 'Date of the approval' })
  approvedOn: string;

  @ApiProperty({ example: '2016-03-02', description: 'Business date of the reservation' })
  effectiveOn: string;

  @ApiProperty({ description: 'Recorded after an approval on paper' })
  approvedOffline: boolean;

  @ApiPropertyOptional({ type: PublicityDto, description: 'The last one that was recorded; left out while there is none' })
  publicity?: PublicityDto;

  @ApiProperty({ ...FACTS, example: {}, description: 'What the officer stated for the rule of the line' })
  facts: Readonly<Record<string, unknown>>;

  @ApiProperty({
    example: 1,
    description: 'Number of the version of the line’s rule by which it is judged: that of the day of its reservation',
  })
  ruleVersion: number;

  @ApiProperty({ example: 2016, description: 'On whose accounts its money is' })
  budgetYear: number;

  @ApiProperty({ example: 'officer', description: 'Username' })
  createdBy: string;

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was recorded' })
  createdAt: string;

  @ApiProperty({ example: 1, description: 'Goes up with every step of its life' })
  version: number;

  @ApiPropertyOptional({
    type: [AwardPaymentDto],
    description: 'In the order in which they were made; a list answers without them',
  })
  payments?: AwardPaymentDto[];

  @ApiPropertyOptional({ type: [AwardDemandDto], description: 'A list answers without them' })
  demands?: AwardDemandDto[];

  @ApiPropertyOptional({
    type: [WarningDto],
    description:
      'What is odd of the write that this answers (its reservation, or a step); left out where nothing is, and when it is read',
  })
  warnings?: WarningDto[];
}
