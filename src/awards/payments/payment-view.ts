import { countOf, formatYuan } from '../../kernel/index.js';
import { voucherView } from '../award-view.js';
import type { PaymentDto, PaymentTotalsDto } from './payment.dto.js';
import type { PaymentRow, PaymentTotalsRow } from './payment.sql.js';

/** A payment as it is listed. */
export function paymentView(row: PaymentRow): PaymentDto {
  return {
    id: row.id,
    award: {
      id: row.awardId,
      number: row.awardNumber,
      line: row.line,
      enterprise: { id: row.enterpriseId, name: row.enterpriseName },
    },
    fund: row.fund,
    fiscalYear: row.fiscalYear,
    line: row.line,
    paymentRef: row.paymentRef,
    amount: formatYuan(row.amount),
    returned: formatYuan(row.returned),
    demanded: formatYuan(row.demanded),
    recovered: formatYuan(row.recovered),
    effectiveOn: row.effectiveOn,
    ...voucherView(row),
    recordedAt: row.recordedAt.toISOString(),
  };
}

/** What payments come to. */
export function totalsView({ count, paid, returned, demanded, recovered }: PaymentTotalsRow): PaymentTotalsDto {
  return {
    count: countOf(count),
    paid: formatYuan(paid),
    returned: formatYuan(returned),
    demanded: formatYuan(demanded),
    recovered: formatYuan(recovered),
    net: formatYuan(paid - returned - recovered),
  };
}
