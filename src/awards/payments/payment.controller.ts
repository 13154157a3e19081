import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, type Actor } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { CurrentActor, Cursors, Roles } from '../../platform/http/index.js';
import { paymentView, totalsView } from './payment-view.js';
import { PaymentPageDto, PaymentQuery } from './payment.dto.js';
import { listPayments, paymentTotals } from './payment.sql.js';

/** Payments (撥付) of all awards. An officer sees those of the lines that its agency reaches. */
@ApiTags('payments')
@ApiBearerAuth()
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
  async list(@Query() query: PaymentQuery, @CurrentActor() actor: Actor): Promise<PaymentPageDto> {
    const filters = {
      fund: query.fund ?? null,
      fiscalYear: query.fiscalYear ?? null,
      line: query.line ?? null,
      agency: query.agency ?? null,
      from: query.from ?? null,
      to: query.to ?? null,
      award: query.award ?? null,
      q: query.q ?? null,
      agencies: agencyScope(actor),
    };
    const bound = { list: 'payments', ...filters };
    const [rows, totals] = await Promise.all([
      listPayments(this.database, filters, this.cursors.after(query, bound), query.limit + 1),
      query.totals === true ? paymentTotals(this.database, filters) : null,
    ]);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, bound, ({ id }) => id);
    return { items: items.map(paymentView), nextCursor, ...(totals === null ? {} : { totals: totalsView(totals) }) };
  }
}
