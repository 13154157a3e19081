import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';

/** An award that has to do with a finding. Amounts are yuan. */
class AwardEvidenceDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /awards/{id}' })
  id: string;

  @ApiProperty({ example: '2016-ipo-000001', description: 'By which people name the award' })
  number: string;

  @ApiProperty({ example: 'ipo', description: 'Code of its programme line' })
  line: string;

  @ApiProperty({ example: '2000000.00', description: 'What was awarded' })
  amount: string;

  @ApiProperty({ example: '0.00', description: 'What was paid, net' })
  disbursed: string;

  @ApiProperty({ example: '2016-03-01', description: 'Date of its approval' })
  approvedOn: string;
}

class ProjectEvidenceDto {
  @ApiProperty({ example: '跨境電子商務分揀系統', description: 'As the award that stands spells it' })
  title: string;
}

/** An enterprise that a finding is about. */
export class EnterpriseEvidenceDto {
  @ApiProperty({ format: 'uuid', description: 'For GET /enterprises/{id}' })
  id: string;

  @ApiProperty({ example: '示例電子商務有限公司', description: 'What it is called in the register' })
  name: string;

  @ApiProperty({ example: '59000123X', description: '組織機構代碼 (GB 11714)' })
  organizationCode: string;
}

class PersonEvidenceDto {
  @ApiProperty({ example: '示例甲', description: 'Who was rewarded' })
  name: string;

  @ApiProperty({ type: String, nullable: true, example: '4401**********0010', description: 'Masked' })
  identityNumber: string | null;
}

class SharedKeyDto {
  @ApiProperty({
    enum: ['code', 'title', 'fact', 'person'],
    description: 'Whether project code, title, a unique fact or the person',
  })
  kind: string;

  @ApiPropertyOptional({ example: 'patentNumber', description: 'Name of the fact in `facts`; only where it is one' })
  fact?: string;
}

class MeetingDto {
  @ApiProperty({ type: [String], description: 'Ids of the two' })
  awards: string[];

  @ApiProperty({ type: [SharedKeyDto], description: 'What they share' })
  keys: SharedKeyDto[];
}

/** one-subsidy: awards of one project and year (§二(九)2). */
export class OneSubsidyEvidenceDto {
  @ApiProperty({ type: ProjectEvidenceDto, description: 'What the awards are for' })
  project: ProjectEvidenceDto;

  @ApiProperty({ type: EnterpriseEvidenceDto, nullable: true, description: 'Whose project it is' })
  enterprise: EnterpriseEvidenceDto | null;

  @ApiPropertyOptional({ type: PersonEvidenceDto, description: 'Who was rewarded, on a line that pays persons' })
  person?: PersonEvidenceDto;

  @ApiProperty({ type: AwardEvidenceDto, nullable: true, description: 'The award that stands first' })
  kept: AwardEvidenceDto | null;

  @ApiProperty({ type: [AwardEvidenceDto], description: 'All that stand' })
  standing: AwardEvidenceDto[];

  @ApiProperty({ type: [AwardEvidenceDto], description: 'Those on hold, at most 200' })
  held: AwardEvidenceDto[];

  @ApiProperty({
    type: String,
    enum: ['kept', 'paid', 'amount', 'approval', 'recorded'],
    nullable: true,
    description: 'Why the first stands: finance kept it, it was paid, it is higher, approved earlier, or recorded earlier',
  })
  because: string | null;

  @ApiProperty({ type: [MeetingDto], description: 'Which two meet, and by what' })
  meetings: MeetingDto[];
}
