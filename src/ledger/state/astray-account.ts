import type { Fen } from '../../kernel/index.js';

/** A balance that an accepted event would take below its floor: what is stored of the account and of what moves it don't agree. */
export class AstrayAccount extends Error {
  constructor(
    readonly accountId: number,
    balance: Fen,
    floor: Fen,
  ) {
    super(`Account ${accountId} would fall to ${balance} fen, below its floor ${floor}`);
  }
}
