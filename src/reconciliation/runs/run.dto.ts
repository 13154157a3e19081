import { countOf } from '../../kernel/index.js';
import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  ArrayUnique,
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsOptional,
  IsString,
  Length,
  Max,
  Min,
  ValidateIf,
} from 'class-validator';
import { Example, ListQuery, PageDto } from '../../platform/http/index.js';
import { RunReportDto } from '../findings/evidence.dto.js';
import { RULE_NAMES, type RuleName } from '../rules/rule.js';
import type { Run } from './run.entity.js';

const STATUSES = ['queued', 'running', 'completed', 'failed'];

/** Body of POST /reconciliation-runs. */
@Example({ fund: 'gz-ecommerce', fiscalYear: 2016, dryRun: false })
export class NewRunDto {
  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that is checked' })
  @IsString()
  @Length(1, 63)
  fund: string;
  @ApiPropertyOptional({ example: 2016, description: 'Left out: all years of the fund' })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;
  @ApiPropertyOptional({ enum: RULE_NAMES, isArray: true, description: 'Left out: every rule' })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(RULE_NAMES.length)
  @ArrayUnique()
  @IsIn([...RULE_NAMES], { each: true })
  rules?: RuleName[];
  @ApiPropertyOptional({ default: false, description: 'Reports what would be found and changes nothing, holds included' })
  @ValidateIf((_, value: unknown) => value !== undefined)
  @IsBoolean()
  dryRun?: boolean;
}

/** Filters of GET /reconciliation-runs. */
export class RunQuery extends ListQuery {
  @ApiPropertyOptional({ example: 'gz-ecommerce', description: 'Only runs over the fund of this code' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  fund?: string;
  @ApiPropertyOptional({ example: 2016, description: 'Only runs over this year alone' })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;
  @ApiPropertyOptional({ enum: STATUSES, description: 'Only runs that are this far' })
  @IsOptional()
  @IsIn(STATUSES)
  status?: string;
}

/** A reconciliation run. */
export class RunDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7 of the run, which findings name as `openedByRun`' })
  id: string;
  @ApiProperty({ example: 'gz-ecommerce', description: 'Code of the fund that is checked' })
  fund: string;
  @ApiProperty({ type: Number, nullable: true, example: 2016, description: 'null: all years of the fund' })
  fiscalYear: number | null;
  @ApiProperty({ enum: RULE_NAMES, isArray: true, description: 'Which are checked, in this order' })
  rules: string[];
  @ApiProperty({ description: 'Whether it only reports: nothing is opened, resolved or held' })
  dryRun: boolean;
  @ApiProperty({ enum: ['request', 'write', 'schedule', 'start'], description: 'Why it was started' })
  trigger: string;
  @ApiProperty({ enum: STATUSES, description: 'failed: it is tried again; see `error`' })
  status: string;
  @ApiProperty({ minimum: 0, maximum: 100, description: 'Per cent of the rules that are done' })
  progress: number;
  @ApiProperty({ description: 'Awards, accounts and postings looked at' })
  checked: number;
  @ApiProperty({ description: 'Findings opened' })
  opened: number;
  @ApiProperty({ description: 'Findings whose cause was gone' })
  resolved: number;
  @ApiProperty({ format: 'date-time', description: 'Instant at which it was asked for' })
  requestedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Instant at which it began; null: it waits' })
  startedAt: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true, description: 'Instant at which it ended; null: not yet' })
  finishedAt: string | null;
  @ApiPropertyOptional({ description: 'Why it failed; it is tried again' })
  error?: string;
  @ApiPropertyOptional({ type: RunReportDto, description: 'What a dry run found; officers do not see it' })
  report?: unknown;
}

/** One page of runs. */
export class RunPageDto extends PageDto {
  @ApiProperty({ type: [RunDto], description: 'Runs, newest first' })
  items: RunDto[];
}

/** The row as the contract shows it. */
export function toRunDto(run: Run): RunDto {
  return {
    id: run.id,
    fund: run.fund.code,
    fiscalYear: run.fiscalYear,
    rules: [...run.rules],
    dryRun: run.dryRun,
    trigger: run.trigger,
    status: run.status,
    progress: run.progress,
    checked: countOf(run.checked),
    opened: run.opened,
    resolved: run.resolved,
    requestedAt: run.requestedAt.toISOString(),
    startedAt: run.startedAt?.toISOString() ?? null,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    ...(run.error === null ? {} : { error: run.error }),
    ...(run.report === null ? {} : { report: run.report }),
  };
}
