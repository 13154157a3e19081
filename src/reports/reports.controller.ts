import { Controller, Get, Param, Query, StreamableFile } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags, getSchemaPath } from '@nestjs/swagger';
import { Database } from '../platform/database/database.js';
import { Roles } from '../platform/http/access.js';
import { ReaderLanguage, textIn, type Language } from '../platform/http/index.js';
import { openReport, REPORT_NAMES } from './read-report.js';
import { csvOf } from './renderers/csv.js';
import { jsonOf } from './renderers/json.js';
import { ReportDto, ReportQuery } from './report.dto.js';

/** Reports: whole for every role (api.md, Conventions). */
@ApiTags('reports')
@ApiExtraModels(ReportDto)
@Controller('reports')
export class ReportsController {
  constructor(private readonly db: Database) {}

  /** One report as JSON, or the same table as CSV. */
  @Get(':report')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'One report of a fund and fiscal year' })
  @ApiParam({ name: 'report', enum: REPORT_NAMES })
  @ApiOkResponse({
    description:
      'The report; CSV holds the same columns and rows, in UTF-8 with a byte order mark. The name of a file with illustrative data begins with `illustrative`',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(ReportDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  async read(
    @Param('report') report: string,
    @Query() query: ReportQuery,
    @ReaderLanguage() language: Language,
  ): Promise<ReportDto | StreamableFile> {
    const generatedAt = new Date();
    const { table, illustrative, recordedAsOf } = await openReport(this.db, {
      report,
      fund: query.fund,
      fiscalYear: query.fiscalYear,
      asOf: query.asOf ?? null,
      recordedAsOf: query.recordedAsOf === undefined ? null : new Date(query.recordedAsOf),
      account: query.account ?? null,
      line: query.line ?? null,
      language,
    });
    if (query.format === 'csv') {
      return new StreamableFile(csvOf(table, language), {
        type: 'text/csv; charset=utf-8',
        disposition: attachmentName(`${report}-${query.fund}-${query.fiscalYear}.csv`, illustrative, language),
      });
    }
    return {
      report,
      fund: query.fund,
      fiscalYear: query.fiscalYear,
      illustrative,
      asOf: query.asOf ?? null,
      recordedAsOf: recordedAsOf?.toISOString() ?? null,
      generatedAt: generatedAt.toISOString(),
      ...(await jsonOf(table, language)),
    };
  }
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
