import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Usernames } from '../../identity/index.js';
import { Acts, ApprovalDto, Approvals, type PostingAct } from '../../approvals/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CodePipe,
  CurrentActor,
  Cursors,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import { budgetEntryAct, type BudgetEntryData } from './budget-entry-act.js';
import { entryView } from './budget-entry-view.js';
import { budgetEvent } from './budget-entry-event.js';
import { BudgetEntryDto, BudgetEntryPageDto, BudgetEntryQuery, NewBudgetEntryDto } from './budget-entry.dto.js';
import { listBudgetEntries } from './budget-entry.sql.js';
import { fundNamed } from '../funds/find-fund.js';
import { YearPipe } from '../path.pipes.js';

/** Budget entries: 預算批覆, 追加, 追減, 指標分解, 調劑. */
@ApiTags('budget')
@Controller('funds/:fund/years/:year/budget-entries')
export class BudgetEntryController {
  private readonly act: PostingAct<BudgetEntryData>;

  constructor(
    private readonly database: Database,
    private readonly approvals: Approvals,
    private readonly cursors: Cursors,
    private readonly usernames: Usernames,
    acts: Acts,
  ) {
    this.act = acts.addPosting(budgetEntryAct);
  }

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
    const usernameOf = await this.usernames.of(page.items.flatMap((row) => [row.actor_id, ...(row.checked_by ?? [])]));
    const items = page.items.map((row) =>
      entryView({
        fund: code,
        line: row.details !== null && 'fromLine' in row.details ? null : row.line,
        createdBy: usernameOf(row.actor_id),
        ...(row.checked_by === null ? {} : { checkedBy: row.checked_by.map(usernameOf) }),
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
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks a second person for it: it waits' })
  async create(
    @Param('fund', CodePipe) fund: string,
    @Param('year', YearPipe) year: number,
    @Body() body: NewBudgetEntryDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<BudgetEntryDto> | Answered<ApprovalDto>> {
    const event = budgetEvent(body, year);
    if (!event.ok) return event;
    const { amountFen } = event.value;
    const proposal = {
      fund,
      data: { event: event.value },
      asked: () => ({ fund, fiscalYear: year, ...body }),
      fiscalYear: year,
      amountFen,
    };
    return this.approvals.submit<BudgetEntryDto, BudgetEntryData>(this.act, proposal, { actor, request, language });
  }
}
