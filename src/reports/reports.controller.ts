import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiQuery, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Actor } from '../kernel/index.js';
import { CurrentActor, ReaderLanguage, Roles, textIn, type Answered, type Language } from '../platform/http/index.js';
import { fiscalYearsOf } from './fiscal-years.js';
import { REPORT_NAMES } from './read-report.js';
import { ReportDesk } from './report-desk.js';
import { ReportDto, ReportQuery } from './report.dto.js';

/** Reports: whole for every role (api.md, Conventions). */
@ApiTags('reports')
@ApiExtraModels(ReportDto)
@Controller('reports')
export class ReportsController {
  constructor(private readonly desk: ReportDesk) {}

  /** One report as JSON, or the same table as CSV. */
  @Get(':report')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'One report of a fund, of a fiscal year or several' })
  @ApiQuery({ name: 'fiscalYear', style: 'form', explode: false })
  @ApiParam({
    name: 'report',
    enum: REPORT_NAMES,
    description: 'Which table: of the year, of all accounts, of one of them, or of payments',
  })
  @ApiOkResponse({
    description:
      'The report; CSV holds the same columns and rows, in UTF-8 with a byte order mark. The name of a file with illustrative data begins with `illustrative`',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ReportDto) } },
      'text/csv': { schema: { type: 'string', description: 'RFC 4180, with titles of the columns in the first row' } },
    },
  })
  async read(
    @Param('report') report: string,
    @Query() query: ReportQuery,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<StreamableFile>> {
    const { fund, format = 'json' } = query;
    const fiscalYears = fiscalYearsOf(query.fiscalYear) ?? [];
    const opened = await this.desk.read(actor, {
      report,
      fund,
      fiscalYears,
      asOf: query.asOf ?? null,
      recordedAsOf: query.recordedAsOf === undefined ? null : new Date(query.recordedAsOf),
      agency: query.agency ?? null,
      month: query.month ?? null,
      account: query.account ?? null,
      line: query.line ?? null,
      order: query.order ?? 'effective',
      language,
      format,
    });
    if (!opened.ok) return opened;
    const { bytes, illustrative } = opened.value;
    if (format === 'json') return new StreamableFile(bytes, { type: 'application/json; charset=utf-8' });
    const name = `${report}-${fund}-${spanOf(fiscalYears)}.csv`;
    return new StreamableFile(bytes, {
      type: 'text/csv; charset=utf-8',
      disposition: attachmentName(name, illustrative, language),
    });
  }
}

/** Years as a file's name has them: the year, or the first and the last. */
function spanOf(years: readonly number[]): string {
  return [...new Set([years[0], years.at(-1)])].join('-');
}

const ILLUSTRATIVE = { zh: '示例數據', en: 'illustrative' };

/**
 * The file's name as an attachment. Illustrative data is marked at its beginning, where a spreadsheet also shows it as the sheet's name
 * (cut to 31 characters): the table itself stays the same in every format, and the same for a real fund.
 */
function attachmentName(name: string, illustrative: boolean, language: Language): string {
  if (!illustrative) return `attachment; filename="${name}"`;
  const inLanguage = encodeURIComponent(`${textIn(ILLUSTRATIVE, language)}-${name}`);
  return `attachment; filename="${ILLUSTRATIVE.en}-${name}"; filename*=UTF-8''${inLanguage}`;
}
