import type { Fen } from '../../kernel/index.js';
import type { Side } from './accounts.js';

/** One leg of an entry: an amount, fen, on one side of an account. */
export interface Leg<A> {
  readonly account: A;
  readonly side: Side;
  readonly amountFen: Fen;
}

/** Debit one account, credit another. */
export function transfer<A>(debit: A, credit: A, amountFen: Fen): Leg<A>[] {
  return [
    { account: debit, side: 'D', amountFen },
    { account: credit, side: 'C', amountFen },
  ];
}
