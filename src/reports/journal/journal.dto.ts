import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, IsUUID, Length, Matches, Max, MaxLength, Min } from 'class-validator';
import { EntryDetailsDto } from '../../awards/index.js';
import { CHART, ENTRY_KINDS } from '../../ledger/index.js';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import { IsBusinessDate, IsVisible, ListQuery, withMessage, PageDto } from '../../platform/http/index.js';

const ACCOUNT_CODES = CHART.map((account) => String(account.code));

/** What chooses journal entries. */
export class JournalQuery extends ListQuery {
  @ApiPropertyOptional({ description: 'Code of the fund', example: 'gz-ecommerce' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  fund?: string;

  @ApiPropertyOptional({ description: 'Only entries on accounts of this 預算年度', example: 2016 })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;

  @ApiPropertyOptional({ description: 'Entries with a posting on an account of this code', enum: ACCOUNT_CODES, example: '4610' })
  @IsOptional()
  @IsIn(ACCOUNT_CODES, withMessage(`科目為 ${ACCOUNT_CODES.join('、')}。`, `must be one of ${ACCOUNT_CODES.join(', ')}`))
  account?: string;

  @ApiPropertyOptional({ description: 'Entries of this line; of a virement either line', example: 'demo-enterprise' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  line?: string;

  @ApiPropertyOptional({ description: 'Id of an award', format: 'uuid' })
  @IsOptional()
  @IsUUID('all', withMessage('須為扶持項目的識別碼(UUID)。', 'must be the id of an award (UUID)'))
  award?: string;

  @ApiPropertyOptional({ description: 'Id of an approval: what was posted by it', format: 'uuid' })
  @IsOptional()
  @IsUUID('all', withMessage('須為審批的識別碼(UUID)。', 'must be the id of an approval (UUID)'))
  approval?: string;

  @ApiPropertyOptional({ description: 'Kind of entry', enum: ENTRY_KINDS, example: 'reserve' })
  @IsOptional()
  @IsIn(ENTRY_KINDS, withMessage(`類型為 ${ENTRY_KINDS.join('、')}。`, `must be one of ${ENTRY_KINDS.join(', ')}`))
  kind?: string;

  @ApiPropertyOptional({
    description: 'Entries of the document with this number, whatever its width, case, dashes and spaces',
    example: '穗財預〔2016〕1號',
  })
  @IsOptional()
  @IsString()
  @IsVisible()
  @MaxLength(200)
  documentNo?: string;

  @ApiPropertyOptional({
    description: 'Code of an agency: entries of the lines that it leads, of a virement either line; none of the whole fund',
    example: '市經貿委',
  })
  @IsOptional()
  @Matches(AGENCY, IS_AN_AGENCY)
  agency?: string;

  @ApiPropertyOptional({
    description:
      'Reductions by whose override their line is below zero still, and that run out on or before this day, or have run out already',
    example: '2016-12-31',
  })
  @IsOptional()
  @IsBusinessDate()
  overrideExpiresBy?: string;

  @ApiPropertyOptional({ description: 'First business date', example: '2016-01-01' })
  @IsOptional()
  @IsBusinessDate()
  from?: string;

  @ApiPropertyOptional({ description: 'Last business date', example: '2016-06-30' })
  @IsOptional()
  @IsBusinessDate()
  to?: string;
}

/** One leg of an entry on one account (分錄). */
export class PostingDto {
  @ApiProperty({ example: '4610', description: 'Code in the chart of accounts' })
  account: string;

  @ApiProperty({ description: 'In the language of Accept-Language', example: '可用' })
  accountTitle: string;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'demo-enterprise',
    description: 'Code of the line whose account it is; null: of the year as a whole',
  })
  line: string | null;

  @ApiProperty({ enum: ['debit', 'credit'], description: '借 or 貸' })
  side: 'debit' | 'credit';

  @ApiProperty({ description: 'Yuan', example: '2000000.00' })
  amount: string;

  @ApiProperty({ description: "The account's balance after it, in its normal direction, yuan", example: '18000000.00' })
  balanceAfter: string;

  @ApiProperty({ description: 'Number of the posting on its account, without gaps', example: '7' })
  version: string;
}

/** That somebody agreed to an entry. */
export class EntryAgreementDto {
  @ApiProperty({ description: 'Username', example: 'finance2' })
  by: string;

  @ApiProperty({ format: 'date-time', description: 'When' })
  at: string;

  @ApiProperty({ type: String, nullable: true, description: 'What was said with it; null: nothing' })
  reason: string | null;

  @ApiProperty({ description: 'Digest of the preview that was seen' })
  previewHash: string;
}

/** By whose word beside its maker's an entry was posted. */
export class EntryApprovalDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /approvals/{id}' })
  id: string;

  @ApiProperty({ type: [EntryAgreementDto], description: 'Who agreed, in order' })
  agreed: EntryAgreementDto[];
}

/** A journal entry (記賬憑證): one business event, never changed. */
export class EntryDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7 of the entry, in the order in which entries were recorded' })
  id: string;

  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund whose books it is in' })
  fund: string;

  @ApiProperty({ example: 2016, description: '預算年度 on whose accounts it is' })
  fiscalYear: number;

  @ApiProperty({ enum: ENTRY_KINDS, example: 'reserve', description: 'What happened: the business event' })
  kind: string;

  @ApiProperty({
    description: '摘要 of its voucher, in the language of Accept-Language: who, what, and which document',
    example: '示例電子商務有限公司「跨境電子商務分揀系統」預留,批文 穗經貿電商〔2016〕12號',
  })
  summary: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Line code; of a virement the line that gives',
    example: 'demo-enterprise',
  })
  line: string | null;

  @ApiProperty({
    type: 'object',
    nullable: true,
    description: 'The award that it belongs to; null: a budget entry, or one of several awards',
    properties: {
      id: { type: 'string', format: 'uuid', description: 'Id under which GET /awards/{id} shows it' },
      number: { type: 'string', description: 'Number by which people name it', example: '2016-demo-enterprise-000001' },
    },
    required: ['id', 'number'],
  })
  award: { readonly id: string; readonly number: string } | null;

  @ApiProperty({ description: 'Yuan', example: '2000000.00' })
  amount: string;

  @ApiProperty({ description: 'Business date', example: '2016-03-01' })
  effectiveOn: string;

  @ApiProperty({ description: "Instant by the database's clock", example: '2016-03-02T01:30:00.000Z' })
  recordedAt: string;

  @ApiProperty({ type: String, nullable: true, description: "User name; null: the product's own hand" })
  recordedBy: string | null;

  @ApiProperty({
    type: EntryApprovalDto,
    nullable: true,
    description:
      'Who agreed to it (復核), where the fund asks a second person; null: nobody was asked. `recordedBy` asked for it (經辦)',
  })
  approval: EntryApprovalDto | null;

  @ApiProperty({ type: String, nullable: true, description: 'Document that it cites; null: none' })
  documentNo: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'Why, as it was stated; null: nothing was' })
  reason: string | null;

  @ApiProperty({
    type: EntryDetailsDto,
    nullable: true,
    description: 'What else the event said (paymentRef, toLine); null: nothing',
  })
  details: Readonly<Record<string, unknown>> | null;

  @ApiProperty({ type: [PostingDto], description: 'Debits first; none for an entry that moves no money (a hold)' })
  postings: PostingDto[];
}

/** A page of the journal. */
export class JournalPageDto extends PageDto {
  @ApiProperty({ type: [EntryDto], description: 'Entries, newest first, each with its summary and postings' })
  items: EntryDto[];
}
