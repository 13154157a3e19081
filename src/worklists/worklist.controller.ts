import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, businessDateOf, daysLater, formatYuan, maxFen, type Actor } from '../kernel/index.js';
import { lacksRate } from '../ledger/index.js';
import { Config } from '../platform/config/index.js';
import { Database } from '../platform/database/database.js';
import { CurrentActor, ReaderLanguage, Roles, textIn, type Language } from '../platform/http/index.js';
import { workLink, workTitle } from './work-kinds.js';
import { WorklistDto, WorklistQuery, type MyLineDto } from './worklist.dto.js';
import { countWork, linesOf, type LineMoneyRow } from './worklist.sql.js';

/** What waits for a user, and what an officer's lines have left. */
@ApiTags('worklists')
@Controller('worklists')
export class WorklistController {
  constructor(
    private readonly db: Database,
    private readonly config: Config,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'What waits for this user, each with its count and the list that holds it, and what is left of an officer’s lines',
    description: 'An officer’s counts are of the lines that its agency leads, as its lists are.',
  })
  @ApiOkResponse({ type: WorklistDto })
  async show(
    @Query() query: WorklistQuery,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<WorklistDto> {
    const today = businessDateOf(new Date());
    const until = daysLater(today, this.config.workListDays);
    const agencies = agencyScope(actor);
    const scope = { fund: query.fund ?? null, fiscalYear: query.fiscalYear ?? null, agencies, user: actor.id };
    const [counts, lines] = await Promise.all([
      countWork(this.db, scope, until),
      agencies === null ? [] : linesOf(this.db, scope, today),
    ]);
    const items = counts.map(({ kind, count, amount_fen: amountFen }) => ({
      kind,
      title: textIn(workTitle(kind), language),
      count,
      amount: formatYuan(amountFen),
      link: workLink(kind, until, query),
    }));
    return { items, lines: lines.filter(({ rule }) => !lacksRate(rule)).map(lineView), nextCursor: null };
  }
}

function lineView(row: LineMoneyRow): MyLineDto {
  const { available, reserved, committed, disbursed, gone } = row;
  return {
    fund: row.fund,
    fiscalYear: row.fiscal_year,
    line: row.line,
    title: { zhHant: row.title_zh_hant, zhHans: row.title_zh_hans, en: row.title_en },
    allotted: formatYuan(available + reserved + committed + disbursed + gone),
    available: formatYuan(available),
    reserved: formatYuan(reserved),
    committed: formatYuan(committed),
    disbursed: formatYuan(disbursed),
    overCommitted: formatYuan(maxFen(0n, -available)),
  };
}
