import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import { AwardAmountsDto } from '../../awards/index.js';
import { ENTRY_KINDS } from '../../ledger/index.js';
import { FindingDto } from './finding.dto.js';

/** Query of POST /findings/{id}/resolve. */
export class ResolveFindingQuery {
  @ApiPropertyOptional({
    default: false,
    description:
      'true: answers what the settlement would change, decided under the same locks by the same rules, and changes nothing; a refusal is the refusal that it would get. Its Idempotency-Key stays free',
  })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;
}

/** An award as an entry or a change names it. */
class NamedAwardDto {
  @ApiProperty({ format: 'uuid', description: 'Id of the award, by which it is read and acted on' })
  id: string;

  @ApiProperty({ example: '2016-demo-enterprise-000001', description: 'Number of the award, as people cite it' })
  number: string;
}

/** An award as it stands at one moment. */
export class ForetoldStandingDto {
  @ApiProperty({ type: AwardAmountsDto, description: 'Its amounts by stage, yuan' })
  amounts: AwardAmountsDto;

  @ApiProperty({ example: true, description: '暫停支付: whether any cause holds it' })
  onHold: boolean;
}

const WHAT = ['kept', 'held', 'freed', 'released', 'demanded', 'payable', 'not-payable'] as const;

/** What a settlement would do to an award. */
export class ForetoldChangeDto {
  @ApiProperty({ type: NamedAwardDto, description: 'The award that it changes' })
  award: NamedAwardDto;

  @ApiProperty({
    enum: WHAT,
    description:
      'kept: named to stand. held, freed: its hold is put on, or lifted. released: open money goes back. demanded: paid money is demanded back. payable: may be paid until the date though it breaks its line’s rule. not-payable: no longer so',
  })
  what: (typeof WHAT)[number];

  @ApiProperty({ example: '800000.00', description: 'Money that it moves or demands, yuan; 0.00 where it moves none' })
  amount: string;

  @ApiProperty({ type: ForetoldStandingDto, description: 'The award before this change, and after those listed above it' })
  before: ForetoldStandingDto;

  @ApiProperty({ type: ForetoldStandingDto, description: 'The award after this change' })
  after: ForetoldStandingDto;
}

/** A journal entry (記賬憑證) that would be posted. */
export class ForetoldEntryDto {
  @ApiProperty({ enum: ENTRY_KINDS, example: 'release', description: 'Kind of the entry, as the journal names it' })
  kind: string;

  @ApiProperty({ example: '800000.00', description: 'Yuan; 0.00 for an entry that moves no money' })
  amount: string;

  @ApiProperty({ type: String, nullable: true, example: 'demo-enterprise', description: 'Code of its line; null: it has none' })
  line: string | null;

  @ApiProperty({ example: 2016, description: 'Fiscal year on whose accounts it posts' })
  fiscalYear: number;

  @ApiProperty({ example: '2016-06-30', description: 'Business date that it would have' })
  effectiveOn: string;

  @ApiProperty({ type: NamedAwardDto, nullable: true, description: 'The award that it belongs to; null: none' })
  award: NamedAwardDto | null;
}

/** An account that would move. Balances are yuan, in its normal direction. */
export class ForetoldBalanceDto {
  @ApiProperty({ example: '4610', description: 'Code of the account, as the chart numbers it' })
  account: string;

  @ApiProperty({ example: 2016, description: 'Fiscal year whose account it is' })
  fiscalYear: number;

  @ApiProperty({ type: String, nullable: true, example: 'demo-enterprise', description: 'Code of its line; null: without line' })
  line: string | null;

  @ApiProperty({ example: '1000000.00', description: 'Balance now' })
  before: string;

  @ApiProperty({ example: '1800000.00', description: 'Balance after all entries' })
  after: string;
}

/** The finding as it stands after its settlement, or, of a dry run, as it would stand, with what would change. */
export class SettledFindingDto extends FindingDto {
  @ApiPropertyOptional({ type: [ForetoldChangeDto], description: 'Only of a dry run: what would become of awards, in order' })
  changes?: ForetoldChangeDto[];

  @ApiPropertyOptional({ type: [ForetoldEntryDto], description: 'Only of a dry run: entries that would be posted, in order' })
  entries?: ForetoldEntryDto[];

  @ApiPropertyOptional({ type: [ForetoldBalanceDto], description: 'Only of a dry run: accounts that the entries would move' })
  balances?: ForetoldBalanceDto[];
}
