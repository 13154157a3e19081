import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, formatYuan, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Usernames } from '../../identity/index.js';
import { Ledger, type BudgetEvent, type EntryRecord, type Render } from '../../ledger/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  JsonText,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  warningsView,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import { budgetEvent } from './budget-entry-event.js';
import { BudgetEntryDto, BudgetEntryPageDto, BudgetEntryQuery, NewBudgetEntryDto } from './budget-entry.dto.js';
import { listBudgetEntries } from './budget-entry.sql.js';
import { fundNamed } from '../funds/find-fund.js';
import { CodePipe, YearPipe } from '../path.pipes.js';

/** Budget entries: 預算批覆, 追加, 追減, 指標分解, 調劑. */
@ApiTags('budget')
@Controller('funds/:fund/years/:year/budget-entries')
export class BudgetEntryController {
  constructor(
    private readonly database: Database,
    private readonly ledger: Ledger,
    private readonly cursors: Cursors,
    private readonly usernames: Usernames,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: "Lists a year's budget entries, newest first; an officer sees its agency's lines' and the whole fund's",
  })
  @ApiOkResponse({ type: BudgetEntryPageDto })
  async list(
    @Param('fund', CodePipe) code: string,
    @Param('year', YearPipe) year: number,
    @Query() query: BudgetEntryQuery,
    @CurrentActor() actor: Actor,
  ): Promise<Answered<BudgetEntryPageDto>> {
    const fund = await fundNamed(this.database, code);
    if (!fund.ok) return fund;
    const where = {
      fundId: fund.value.id,
      year,
      kind: query.kind ?? null,
      line: query.line ?? null,
      documentNo: query.documentNo ?? null,
      agencies: agencyScope(actor),
    };
    const filters = { list: 'budget-entries', ...where };
    const rows = await listBudgetEntries(this.database, where, this.cursors.after(query, filters), query.limit + 1);
    const page = this.cursors.page(rows, query.limit, filters, (row) => row.id);
    const usernameOf = await this.usernames.of(page.items.map((row) => row.actor_id));
    const items = page.items.map((row) =>
      entryView({
        fund: code,
        line: row.details !== null && 'fromLine' in row.details ? null : row.line,
        createdBy: usernameOf(row.actor_id),
        entry: {
          id: row.id,
          kind: row.kind,
          fiscalYear: row.fiscal_year,
          effectiveOn: row.effective_on,
          recordedAt: row.recorded_at,
          amountFen: row.amount_fen,
          documentNo: row.document_no,
          reason: row.reason,
          details: row.details,
        },
      }),
    );
    return { items, nextCursor: page.nextCursor };
  }

  @Post()
  @Roles('finance')
  @Refuses('insufficient-funds', 'year-not-open', 'line-not-reservable', 'ledger-damaged')
  @ApiOperation({ summary: 'Posts a budget entry' })
  @ApiCreatedResponse({ type: BudgetEntryDto })
  async create(
    @Param('fund', CodePipe) fund: string,
    @Param('year', YearPipe) year: number,
    @Body() body: NewBudgetEntryDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<BudgetEntryDto>> {
    const event = budgetEvent(body, year);
    if (!event.ok) return event;
    const line = lineOf(event.value);
    const render: Render = ({ entry, warnings }) => {
      if (entry === null) throw new Error('A budget entry has an entry');
      const view = entryView({ fund, line, createdBy: actor.username, entry });
      return JSON.stringify({ ...view, ...warningsView(warnings, language) });
    };
    const result = await this.ledger.postOne({ fund, actor, request }, event.value, { render });
    if (!result.ok) return result;
    return new Answer(new JsonText<BudgetEntryDto>(result.answer ?? render(result)), { replayed: result.replayed });
  }
}

function lineOf(event: BudgetEvent): string | null {
  return 'line' in event ? event.line : null;
}

/** `details` of an entry hold what only its kind says (fromLine, toLine, ceilingDocumentNo, ceilingRaised, override, lacking). */
function entryView(what: { fund: string; line: string | null; createdBy: string; entry: EntryRecord }): BudgetEntryDto {
  const { entry } = what;
  return {
    id: entry.id,
    kind: entry.kind,
    status: 'posted',
    fund: what.fund,
    fiscalYear: entry.fiscalYear,
    amount: formatYuan(entry.amountFen),
    ...(what.line === null ? {} : { line: what.line }),
    ...entry.details,
    reason: entry.reason,
    documentNo: entry.documentNo,
    effectiveOn: entry.effectiveOn,
    recordedAt: entry.recordedAt.toISOString(),
    createdBy: what.createdBy,
  };
}
