import { ApiProperty } from '@nestjs/swagger';
import { dayBefore } from '../../kernel/index.js';
import { inForce, type LineRule } from '../../ledger/index.js';
import { PageDto } from '../../platform/http/index.js';
import { LineRuleDto } from './line-rule.dto.js';
import type { LineRuleVersion } from './line-rule-version.entity.js';

/** A version of a line's rule. */
export class LineRuleVersionDto {
  @ApiProperty({ description: 'Counted within the line', example: 2 })
  number: number;

  @ApiProperty({ description: 'Awards reserved on this day or later are judged by it', example: '2016-01-01' })
  from: string;

  @ApiProperty({
    description: 'The last day on which it holds; null: until further notice',
    type: String,
    nullable: true,
    example: '2016-12-31',
  })
  until: string | null;

  @ApiProperty({ description: 'A later version of the same day took its place: it judges nothing' })
  superseded: boolean;

  @ApiProperty({ type: LineRuleDto, description: 'The whole rule as it was stored' })
  rule: LineRule;

  @ApiProperty({ type: String, nullable: true, description: 'Why it was changed; the first version may have none' })
  reason: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    example: '穗財〔2016〕8號',
    description: 'Document that says so; the first version may have none',
  })
  documentNo: string | null;

  @ApiProperty({ description: 'Username', example: 'finance' })
  changedBy: string;

  @ApiProperty({ type: [String], example: ['finance2'], description: 'Usernames of those who agreed to it, in order' })
  checkedBy: string[];

  @ApiProperty({ format: 'date-time', description: 'Instant at which it was stored' })
  recordedAt: string;
}

/** A page of versions of a line's rule. */
export class LineRuleVersionPageDto extends PageDto {
  @ApiProperty({ type: [LineRuleVersionDto], description: 'Versions of the rule, the latest stored first' })
  items: LineRuleVersionDto[];
}

/** Versions as they are answered, the latest stored first. */
export function toVersionDtos(
  versions: readonly LineRuleVersion[],
  usernameOf: (id: string) => string,
): readonly LineRuleVersionDto[] {
  const valid = inForce(versions);
  return [...versions].reverse().map((version) => {
    const at = valid.indexOf(version);
    const next = at < 0 ? undefined : valid[at + 1];
    return {
      number: version.number,
      from: version.from,
      until: next === undefined ? null : dayBefore(next.from),
      superseded: at < 0,
      rule: version.rule,
      reason: version.reason,
      documentNo: version.documentNo,
      changedBy: usernameOf(version.changedBy),
      checkedBy: (version.checkedBy ?? []).map(usernameOf),
      recordedAt: version.recordedAt.toISOString(),
    };
  });
}
