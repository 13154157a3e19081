import { organizationCheck } from '../../src/parties/index.js';

let serial = 0;

/** Body of `POST /awards`: another enterprise and project each time, of 2016 on a line without conditions. */
export function awardRequest(more: Record<string, unknown> = {}): Record<string, unknown> {
  serial += 1;
  const body = `E${String(serial).padStart(7, '0')}`;
  return {
    fund: 'gz-ecommerce',
    fiscalYear: 2016,
    line: 'manufacturing-app',
    enterprise: { name: `示例企業${serial}`, organizationCode: `${body}${organizationCheck(body) ?? ''}` },
    project: { title: `示例項目 ${serial}` },
    amount: '1.00',
    approvalRef: `批-${serial}`,
    approvedOn: '2016-03-01',
    effectiveOn: '2016-03-02',
    facts: {},
    ...more,
  };
}
