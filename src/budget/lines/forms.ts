/** How a line gives money: 獎勵, 補貼, 競爭性安排, or not at all. */
export const FORMS = ['reward', 'subsidy', 'competitive', 'none'] as const;
export type Form = (typeof FORMS)[number];

/** To whom a line pays. */
export const PAYEES = ['enterprise', 'person'] as const;
export type Payee = (typeof PAYEES)[number];
