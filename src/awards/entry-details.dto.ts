import { ApiPropertyOptional, ApiProperty } from '@nestjs/swagger';

/** An enterprise as an entry names it. */
class EntryEnterpriseDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /enterprises/{id}' })
  id: string;

  @ApiProperty({ example: '示例電子商務有限公司', description: 'What it was called then' })
  name: string;
}

class EntryOverrideDto {
  @ApiProperty({ example: '市政府常務會議決定', description: 'Why the line may be below zero' })
  reason: string;

  @ApiProperty({ example: '穗府紀〔2016〕3號', description: 'Document that gives leave' })
  documentNo: string;

  @ApiProperty({ example: '2027-12-31', description: 'By when the line must be made good' })
  expiresOn: string;
}

class EntryExemptionDto {
  @ApiProperty({ format: 'uuid', description: 'The award that it is another project than' })
  award: string;

  @ApiProperty({ example: '兩個倉庫的分揀系統,分別驗收', description: 'Why they are different, as finance said' })
  reason: string;
}

class EntryHoldDto {
  @ApiProperty({ example: '2016-ipo-000001', description: 'Number of the award whose hold moved' })
  award: string;

  @ApiProperty({ description: 'Whether it is held since' })
  onHold: boolean;
}

class EntryPayeeDto {
  @ApiProperty({ example: '示例電子商務有限公司', description: 'Name on the payment voucher' })
  name: string;

  @ApiProperty({ example: '****6789', description: 'The last four characters of the account' })
  bankAccount: string;

  @ApiProperty({ example: '中國示例銀行廣州分行', description: 'The bank, with its branch' })
  bank: string;
}

class EntryPublicityDto {
  @ApiProperty({ example: '2016-03-03', description: 'First day on which the award was shown to the public' })
  from: string;

  @ApiProperty({ example: '2016-03-09', description: 'Last day of it, this day included' })
  to: string;

  @ApiProperty({ example: '穗經貿公示〔2016〕5號', description: 'Where it was shown: number or address of the notice' })
  reference: string;

  @ApiPropertyOptional({ example: '有一家企業對排名提出異議,已答覆', description: 'What the public objected; left out: nothing' })
  objections?: string;
}

/** What an entry says beside its amount, line and document. Each member is of some kinds of entry only. */
export class EntryDetailsDto {
  @ApiPropertyOptional({ description: 'reserve: it was approved on paper, and is recorded whatever one-subsidy says' })
  approvedOffline?: boolean;

  @ApiPropertyOptional({ example: 'ZF-2016-000123', description: 'disburse, return, recovery-demand: the payment' })
  paymentRef?: string;

  @ApiPropertyOptional({ type: EntryPayeeDto, description: 'disburse: to whom it went' })
  payee?: EntryPayeeDto;

  @ApiPropertyOptional({ example: '穗財支〔2016〕000123', description: 'disburse: number of the payment voucher (支付憑證)' })
  voucherNo?: string;

  @ApiPropertyOptional({
    type: EntryPublicityDto,
    description: 'reserve: the days on which it was shown to the public, where they were known already',
  })
  publicity?: EntryPublicityDto;

  @ApiPropertyOptional({ format: 'uuid', description: 'return, recovery-demand: id of the payment’s own entry' })
  paymentId?: string;

  @ApiPropertyOptional({ format: 'uuid', description: 'recovery: the demand that it meets, by the id of its entry' })
  demandId?: string;

  @ApiPropertyOptional({ example: 'SK-2016-000007', description: 'recovery: reference of the receipt' })
  receiptRef?: string;

  @ApiPropertyOptional({
    oneOf: [
      { type: 'string', enum: ['reserved', 'committed'] },
      { type: 'string', format: 'date' },
      { $ref: '#/components/schemas/EntryEnterpriseDto' },
    ],
    description:
      'release: from which stage; publicity: first day on which it was shown; unmerge: the enterprise that it is parted from',
  })
  from?: string | EntryEnterpriseDto;

  @ApiPropertyOptional({ example: '2016-03-09', description: 'publicity: last day on which it was shown, this day included' })
  to?: string;

  @ApiPropertyOptional({ example: '有一家企業對排名提出異議,已答覆', description: 'publicity: what the public objected' })
  objections?: string;

  @ApiPropertyOptional({ example: 'market-app', description: 'virement: code of the line that gives' })
  fromLine?: string;

  @ApiPropertyOptional({ example: 'manufacturing-app', description: 'virement: code of the line that gets' })
  toLine?: string;

  @ApiPropertyOptional({
    example: '穗府函〔2016〕9號',
    description: 'appropriation, supplement: document that raises the ceiling of the year',
  })
  ceilingDocumentNo?: string;

  @ApiPropertyOptional({ example: '1000000.00', description: 'appropriation, supplement: by how much the ceiling rose, yuan' })
  ceilingRaised?: string;

  @ApiPropertyOptional({ type: EntryOverrideDto, description: 'reduction: leave to take the line below zero' })
  override?: EntryOverrideDto;

  @ApiPropertyOptional({ example: '1000000.00', description: 'reduction: what the line lacked, yuan' })
  lacking?: string;

  @ApiPropertyOptional({ type: [EntryExemptionDto], description: 'reserve: awards that it is another project than' })
  distinctFrom?: EntryExemptionDto[];

  @ApiPropertyOptional({ description: 'Holds: whether the award is on hold since' })
  onHold?: boolean;

  @ApiPropertyOptional({ format: 'uuid', description: 'settle: the finding that was settled' })
  findingId?: string;

  @ApiPropertyOptional({ enum: ['keep', 'release', 'dismiss', 'acknowledge'], description: 'settle: what finance decided' })
  resolution?: string;

  @ApiPropertyOptional({ example: '2016-12-31', description: 'settle: the last day on which it is known' })
  until?: string;

  @ApiPropertyOptional({ description: 'settle: whether the awards may be paid until then' })
  payable?: boolean;

  @ApiPropertyOptional({
    type: EntryEnterpriseDto,
    description: 'merge, unmerge, external-award: the enterprise that it is about',
  })
  enterprise?: EntryEnterpriseDto;

  @ApiPropertyOptional({ type: EntryEnterpriseDto, description: 'merge: the enterprise that it is, and stays' })
  into?: EntryEnterpriseDto;

  @ApiPropertyOptional({
    type: [EntryHoldDto],
    description: 'merge, unmerge: awards that are on hold now or free again, at most 200',
  })
  holds?: EntryHoldDto[];

  @ApiPropertyOptional({ example: 2, description: 'merge, unmerge: how many awards these are in all' })
  heldOrFreed?: number;

  @ApiPropertyOptional({ format: 'uuid', description: 'external-award: id in the register' })
  externalAward?: string;

  @ApiPropertyOptional({
    enum: ['recorded', 'corrected', 'withdrawn'],
    description: 'external-award: what became of it',
  })
  change?: string;

  @ApiPropertyOptional({
    enum: ['headquarters-reward', 'private-enterprise-reward'],
    description: 'external-award: who gives it',
  })
  programme?: string;

  @ApiPropertyOptional({ example: '3000000.00', description: 'external-award: what is given, yuan' })
  amount?: string;

  @ApiPropertyOptional({
    example: '穗總部〔2016〕5號',
    description: 'external-award: document of the reward; publicity: number or address of the notice',
  })
  reference?: string;

  @ApiPropertyOptional({
    example: '2016-05-20',
    description: 'external-award: when it was paid; disburse: date on the payment voucher',
  })
  paidOn?: string;
}
