import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, refused, type Actor } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { CurrentActor, Cursors, Roles, type Answered } from '../../platform/http/index.js';
import { planSearch, soughtIn, type SearchPlan, type Sought } from '../../search/index.js';
import { linesWanted, listedFunds } from '../list/list-awards.sql.js';
import { paymentView, totalsView } from './payment-view.js';
import { PaymentPageDto, PaymentQuery } from './payment.dto.js';
import { listPayments, paymentTotals } from './payment.sql.js';

/** Payments (撥付) of all awards. An officer sees those of the lines that its agency reaches. */
@ApiTags('payments')
@Controller('payments')
export class PaymentController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists payments, newest first; with `totals=true` what all of them come to' })
  @ApiOkResponse({ type: PaymentPageDto })
  async list(@Query() query: PaymentQuery, @CurrentActor() actor: Actor): Promise<Answered<PaymentPageDto>> {
    const { q = null } = query;
    const sought = q === null ? null : soughtIn(q);
    if (sought !== null && 'code' in sought) return refused(sought);
    const filters = {
      fund: query.fund ?? null,
      fiscalYear: query.fiscalYear ?? null,
      line: query.line ?? null,
      agency: query.agency ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
      award: query.award ?? null,
      plan: sought === null ? null : await this.planOf(query, actor, sought),
      agencies: agencyScope(actor),
    };
    const { plan: _plan, ...chosen } = filters;
    const bound = { list: 'payments', ...chosen, q };
    const [rows, totals] = await Promise.all([
      listPayments(this.database, filters, this.cursors.after(query, bound), query.limit + 1),
      query.totals === true ? paymentTotals(this.database, filters) : null,
    ]);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, bound, ({ id }) => id);
    return { items: items.map(paymentView), nextCursor, ...(totals === null ? {} : { totals: totalsView(totals) }) };
  }
  private async planOf(query: PaymentQuery, actor: Actor, sought: Sought): Promise<SearchPlan> {
    const { fund = null, line = null, agency = null, fiscalYear = null, limit } = query;
    const funds = await listedFunds(this.database, { fund, line, agency, scope: agencyScope(actor) });
    const fundIds = funds.map(({ fundId }) => fundId);
    const scope = { kind: 'payment', fundIds, lineIds: linesWanted(funds), fiscalYear } as const;
    return planSearch(this.database, scope, sought, limit + 1);
  }
}
