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
import { ListQuery } from '../../platform/http/index.js';
import { RULE_NAMES, type RuleName } from '../rules/rule.js';
import type { Run } from './run.entity.js';

const STATUSES = ['queued', 'running', 'completed', 'failed'];

/** Body of POST /reconciliation-runs. */
export class NewRunDto {
  @ApiProperty({ example: 'gz-ecommerce' })
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
  @ApiPropertyOptional({ example: 'gz-ecommerce' })
  @IsOptional()
  @IsString()
  @Length(1, 63)
  fund?: string;
  @ApiPropertyOptional({ example: 2016 })
  @IsOptional()
  @IsInt()
  @Min(1900)
  @Max(2999)
  fiscalYear?: number;
  @ApiPropertyOptional({ enum: STATUSES })
  @IsOptional()
  @IsIn(STATUSES)
  status?: string;
}

/** A reconciliation run. */
export class RunDto {
  @ApiProperty({ format: 'uuid' })
  id: string;
  @ApiProperty({ example: 'gz-ecommerce' })
  fund: string;
  @ApiProperty({ type: Number, nullable: true, example: 2016, description: 'null: all years of the fund' })
  fiscalYear: number | null;
  @ApiProperty({ enum: RULE_NAMES, isArray: true })
  rules: string[];
  @ApiProperty()
  dryRun: boolean;
  @ApiProperty({ enum: ['request', 'write', 'schedule', 'start'], description: 'Why it was started' })
  trigger: string;
  @ApiProperty({ enum: STATUSES })
  status: string;
  @ApiProperty({ minimum: 0, maximum: 100 })
  progress: number;
  @ApiProperty({ description: 'Awards, accounts and postings looked at' })
  checked: number;
  @ApiProperty({ description: 'Findings opened' })
  opened: number;
  @ApiProperty({ description: 'Findings whose cause was gone' })
  resolved: number;
  @ApiProperty({ format: 'date-time' })
  requestedAt: string;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  startedAt: string | null;
  @ApiProperty({ type: String, format: 'date-time', nullable: true })
  finishedAt: string | null;
  @ApiPropertyOptional({ description: 'Why it failed; it is tried again' })
  error?: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true, description: 'What a dry run found' })
  report?: unknown;
}

/** One page of runs. */
export class RunPageDto {
  @ApiProperty({ type: [RunDto] })
  items: RunDto[];
  @ApiProperty({ type: String, nullable: true, description: 'Give it as `cursor` for the next page; null on the last' })
  nextCursor: string | null;
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
