import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { oneOf } from '../json-schema.js';
import { ENTRY_KINDS, type AwardAmounts } from '../../ledger/index.js';

/** An award at one moment. */
export class PreviewStandingDto {
  @ApiProperty({ ...oneOf('AwardAmountsDto'), description: 'Its amounts by stage, yuan' })
  amounts: { readonly [Stage in keyof AwardAmounts]: string };

  @ApiProperty({ description: '暫停支付: whether any cause holds it' })
  onHold: boolean;
}

/** What an entry would do to its award. */
export class PreviewAwardDto {
  @ApiProperty({ type: String, format: 'uuid', nullable: true, description: 'Id of the award; null: it would be made' })
  id: string | null;

  @ApiProperty({ type: String, nullable: true, example: '2016-ipo-000001', description: 'Its number; null: it would get one' })
  number: string | null;

  @ApiProperty({ type: PreviewStandingDto, nullable: true, description: 'Before the entry; null: it would be made' })
  before: PreviewStandingDto | null;

  @ApiProperty({ type: PreviewStandingDto, description: 'After the entry' })
  after: PreviewStandingDto;
}

/** An entry (記賬憑證) that would be posted. */
export class PreviewEntryDto {
  @ApiProperty({ enum: ENTRY_KINDS, example: 'disburse', description: 'Kind of the entry, as the journal names it' })
  kind: string;

  @ApiProperty({ example: '500000.00', description: 'Yuan; 0.00 for an entry that moves no money' })
  amount: string;

  @ApiProperty({ type: String, nullable: true, example: 'manufacturing-app', description: 'Code of its line; null: it has none' })
  line: string | null;

  @ApiProperty({ example: 2016, description: 'Fiscal year on whose accounts it posts' })
  fiscalYear: number;

  @ApiProperty({ example: '2016-06-30', description: 'Business date that it would have now' })
  effectiveOn: string;

  @ApiProperty({
    enum: ['stated', 'on-approval'],
    description: 'on-approval: none was stated, and it has the day on which it is approved',
  })
  dated: 'stated' | 'on-approval';

  @ApiPropertyOptional({
    ...oneOf('EntryDetailsDto'),
    description: 'What it says besides, as the journal tells it',
  })
  details?: Record<string, unknown>;

  @ApiProperty({ type: PreviewAwardDto, nullable: true, description: 'The award that it changes; null: none' })
  award: PreviewAwardDto | null;
}

/** An account that would move; balances in its normal direction, yuan. */
export class PreviewBalanceDto {
  @ApiProperty({ example: '4801', description: 'Code of the account, as the chart numbers it' })
  account: string;

  @ApiProperty({ example: 2016, description: 'Fiscal year whose account it is' })
  fiscalYear: number;

  @ApiProperty({
    type: String,
    nullable: true,
    example: 'manufacturing-app',
    description: 'Code of its line; null: without line',
  })
  line: string | null;

  @ApiProperty({ example: '2016-06-30', description: 'The day that the balances are of' })
  on: string;

  @ApiProperty({ example: '1000000.00', description: 'Balance that it moves from' })
  before: string;

  @ApiProperty({ example: '500000.00', description: 'After all its entries' })
  after: string;
}
