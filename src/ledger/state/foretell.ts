import type { Fen } from '../../kernel/index.js';
import type { AccountCode } from '../chart/accounts.js';
import type { Changes } from './changes.js';
import type { Effects } from './effects.js';
import type { AccountState, AwardState } from './model.js';
import type { AwardAmounts } from './records.js';
import type { State } from './state.js';

/** An award as it stands: its amounts, and what holds it. */
export interface AwardStanding {
  readonly amounts: AwardAmounts;
  readonly onHold: boolean;
  readonly ruleHold: boolean;
  readonly rewardHold: boolean;
}

/** An entry that would be posted. */
export interface ForetoldEntry {
  readonly kind: string;
  readonly fiscalYear: number;
  readonly effectiveOn: string;
  /** Code; null: it belongs to no line. */
  readonly line: string | null;
  readonly amountFen: Fen;
  readonly details: Readonly<Record<string, unknown>> | null;
  /** The award that it changes; `before` null: it would make it. */
  readonly award: {
    readonly id: string;
    readonly number: string;
    readonly before: AwardStanding | null;
    readonly after: AwardStanding;
  } | null;
}

/** An account that would move, balances in its normal direction. */
export interface ForetoldBalance {
  readonly code: AccountCode;
  readonly fiscalYear: number;
  readonly line: string | null;
  readonly beforeFen: Fen;
  readonly afterFen: Fen;
}

/** What an event would do, for whoever only asks. It names nothing that another attempt would name otherwise: no new id, no instant. */
export interface Foretold {
  /** The event's own first. */
  readonly entries: readonly ForetoldEntry[];
  readonly balances: readonly ForetoldBalance[];
  /** People beside the maker that the fund asks for; 0: none. */
  readonly steps: number;
}

/** What is about to change, as it stands. */
export interface Before {
  /** Entries that were there already. */
  readonly entries: number;
  readonly balances: ReadonlyMap<AccountState, Fen>;
  /** null: the award is made now. */
  readonly awards: ReadonlyMap<AwardState, AwardStanding | null>;
}

/** Looks at what the effects will change. */
export function lookBefore(changes: Changes, { entries, newAward }: Effects): Before {
  const awards = entries.flatMap(({ award }) => award?.award ?? []);
  const accounts = entries.flatMap(({ legs }) => legs.map(({ account }) => account));
  return {
    entries: changes.entries.length,
    balances: new Map(accounts.map((account) => [account, account.balance])),
    awards: new Map(awards.map((award) => [award, award === newAward ? null : standingOf(award)])),
  };
}

/** What they have come to, once they are applied. */
export function foretell(state: State, changes: Changes, before: Before): Omit<Foretold, 'steps'> {
  const lineOf = (id: number | null): string | null => (id === null ? null : (state.fund.lineCodes.get(id) ?? null));
  const standings = new Map(before.awards);
  const entries = changes.entries.slice(before.entries).map(({ entry, awardAfter }): ForetoldEntry => {
    const { kind, fiscalYear, effectiveOn, amountFen, details } = entry;
    const award = entry.award?.award;
    const said = { kind, fiscalYear, effectiveOn, line: lineOf(entry.lineId), amountFen, details };
    if (award === undefined || awardAfter === null) return { ...said, award: null };
    const [was, after] = [standings.get(award) ?? null, standingAfter(award.awarded, awardAfter)];
    standings.set(award, after);
    return { ...said, award: { id: award.id, number: award.number, before: was, after } };
  });
  const balances = [...before.balances].map(([account, beforeFen]) => ({
    code: account.code,
    fiscalYear: account.fiscalYear,
    line: lineOf(account.lineId),
    beforeFen,
    afterFen: account.balance,
  }));
  return { entries, balances };
}

function standingOf(award: AwardState): AwardStanding {
  const { awarded, reserved, committed, disbursed, released, recovered, onHold, ruleHold, rewardHold } = award;
  return { amounts: { awarded, reserved, committed, disbursed, released, recovered }, onHold, ruleHold, rewardHold };
}

/** `award_after` of an entry, as applyAward writes it. */
function standingAfter(awarded: Fen, awardAfter: readonly bigint[]): AwardStanding {
  const [, reserved = 0n, committed = 0n, disbursed = 0n, released = 0n, recovered = 0n] = awardAfter;
  const [onHold, ruleHold, rewardHold] = [awardAfter[7] === 1n, awardAfter[10] === 1n, awardAfter[12] === 1n];
  return { amounts: { awarded, reserved, committed, disbursed, released, recovered }, onHold, ruleHold, rewardHold };
}
