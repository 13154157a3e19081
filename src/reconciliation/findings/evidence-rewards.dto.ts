import { ApiProperty } from '@nestjs/swagger';
import { PROGRAMMES } from '../../ledger/index.js';
import { EnterpriseEvidenceDto } from './evidence-one-subsidy.dto.js';

const COMPARED = [...PROGRAMMES, 'ours'];

class ProgrammeTotalDto {
  @ApiProperty({ enum: COMPARED, description: 'Which of the three programmes' })
  programme: string;

  @ApiProperty({ example: '3000000.00', description: 'What it gives in the year, yuan' })
  total: string;

  @ApiProperty({ type: String, nullable: true, example: '2016-05-20', description: 'When it was paid first; null: not yet' })
  paidOn: string | null;
}

class ExternalEvidenceDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /external-awards/{id}' })
  id: string;

  @ApiProperty({ enum: PROGRAMMES, description: 'Who gives it' })
  programme: string;

  @ApiProperty({ example: '3000000.00', description: 'What was given, yuan' })
  amount: string;

  @ApiProperty({ type: String, nullable: true, example: '2016-05-20', description: 'When it was paid; null: not known' })
  paidOn: string | null;
}

/** highest-of-three: a higher reward of another programme (§二(九)2). */
export class HighestOfThreeEvidenceDto {
  @ApiProperty({ type: EnterpriseEvidenceDto, description: 'Who gets more than one reward; of those merged, the one that stays' })
  enterprise: EnterpriseEvidenceDto;

  @ApiProperty({ enum: ['any-two', 'all-three'], description: 'From how many rewards on only the highest is paid' })
  reading: string;

  @ApiProperty({ type: String, nullable: true, example: '市財政局釋義函', description: 'Why it is read so; null: the default' })
  readingReason: string | null;

  @ApiProperty({ type: [ProgrammeTotalDto], description: 'Totals of the year, the highest first' })
  programmes: ProgrammeTotalDto[];

  @ApiProperty({ type: String, enum: COMPARED, nullable: true, description: 'The programme whose reward is paid' })
  highest: string | null;

  @ApiProperty({ type: [ExternalEvidenceDto], description: 'Rewards of the other two, at most 200' })
  externalAwards: ExternalEvidenceDto[];

  @ApiProperty({ example: '0.00', description: 'What was paid of ours and is not demanded back, yuan' })
  demandBack: string;
}
