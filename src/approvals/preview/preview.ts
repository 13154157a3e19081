import { businessDateOf, canonicalJson, formatYuan, type Problem, type Warning } from '../../kernel/index.js';
import type { AwardAmounts, AwardStanding, ForetoldBalance, ForetoldEntry, LedgerEvent, Posted } from '../../ledger/index.js';
import { sha256 } from '../../platform/digest.js';
import type { Json, Shown } from '../acts/act.js';

/** Most entries and balances that a preview shows; its hash is of all. */
const SHOWN = 200;

/** An account that would move: its balance on the day of the entry, yuan. */
export interface PreviewBalance {
  readonly account: string;
  readonly fiscalYear: number;
  readonly line: string | null;
  /** The day that the balances are of. */
  readonly on: string;
  readonly before: string;
  readonly after: string;
}

/** An award as an entry would leave it. */
export interface PreviewAward {
  /** null: it would be made. */
  readonly id: string | null;
  readonly number: string | null;
  readonly before: PreviewStanding | null;
  readonly after: PreviewStanding;
}

/** Amounts in yuan. */
export interface PreviewStanding {
  readonly amounts: { readonly [Stage in keyof AwardAmounts]: string };
  readonly onHold: boolean;
}

/** An entry that would be posted, amounts in yuan. */
export interface PreviewEntry {
  readonly kind: string;
  readonly amount: string;
  readonly line: string | null;
  readonly fiscalYear: number;
  readonly effectiveOn: string;
  /** It has the day on which it is approved. */
  readonly dated: 'stated' | 'on-approval';
  readonly details: Json | null;
  readonly award: PreviewAward | null;
}

/** What something would do, as its checker is shown it, and as it is stored: in no language yet. */
export interface Preview {
  /** Of all that it does: nothing in it changes by itself, and no other posting's doing is in it. */
  readonly hash: string;
  /** People needed beside the maker. */
  readonly steps: number;
  readonly entries: readonly PreviewEntry[];
  /** Entries in all, where not all are shown. */
  readonly entryCount: number;
  readonly balances: readonly PreviewBalance[];
  readonly warnings: readonly Warning[];
  /** Versions of the lines' rules by which awards are judged. */
  readonly ruleVersions: readonly number[];
  /** Of a change of a record. */
  readonly change: Shown | null;
  /** Why it can't be done now; the rest is empty then. */
  readonly problem: Problem | null;
}

/** What a unit does, of its results, which are foretold. `least`: people that it needs by what was asked, where that is known. */
export function previewOf(act: string, events: readonly LedgerEvent[], results: readonly Posted[], least: number): Preview {
  const entries = results.flatMap(({ entry, foretold }, index) => {
    const today = entry === null ? null : businessDateOf(entry.recordedAt);
    const isStated = statedOn(events[index]) !== null;
    return (foretold?.entries ?? []).map((one) => entryView(one, isStated || one.effectiveOn !== today));
  });
  const warnings = results.flatMap((result) => result.warnings ?? []);
  const steps = Math.max(least, ...results.map(({ foretold }) => foretold?.steps ?? 0));
  const ruleVersions = [...new Set(results.flatMap(({ award }) => award?.ruleVersion ?? []))];
  return {
    hash: hashOf({
      act,
      steps,
      entries: entries.map(hashed),
      warnings: warnings.map(({ code, detail }) => [code, withoutNew(detail.en, results)]),
      ruleVersions,
    }),
    steps,
    entries: entries.slice(0, SHOWN),
    entryCount: entries.length,
    balances: balancesOf(results).slice(0, SHOWN),
    warnings,
    ruleVersions,
    change: null,
    problem: null,
  };
}

/** What a change of a record does. */
export function previewOfRecord(act: string, shown: Shown, steps: number): Preview {
  return { ...NOTHING, hash: hashOf({ act, steps, shown }), steps, change: shown };
}

/** It can't be done now. */
export function previewOfRefusal(act: string, refusal: Problem, steps: number): Preview {
  return { ...NOTHING, hash: hashOf({ act, steps, refused: refusal.code }), steps, problem: refusal };
}

const NOTHING = { entries: [], entryCount: 0, balances: [], warnings: [], ruleVersions: [], change: null, problem: null };

function hashOf(what: Json): string {
  return sha256(canonicalJson(JSON.parse(JSON.stringify(what))));
}

/** A text without the numbers of the awards that the unit would make: another attempt may number them otherwise. */
function withoutNew(text: string, results: readonly Posted[]): string {
  const made = results.flatMap(({ foretold }) => foretold?.entries ?? []).filter(({ award }) => award?.before === null);
  return made.reduce((shown, { award }) => (award === null ? shown : shown.replaceAll(award.number, '')), text);
}

/** A new award's id and number are other ones in each attempt; a day that was not stated is the day of the approval. */
function hashed({ effectiveOn, award, ...entry }: PreviewEntry): Json {
  return {
    ...entry,
    effectiveOn: entry.dated === 'stated' ? effectiveOn : null,
    award: award === null || award.before !== null ? award : { after: award.after },
  };
}

function entryView(entry: ForetoldEntry, isStated: boolean): PreviewEntry {
  const { kind, amountFen, line, fiscalYear, effectiveOn, details, award } = entry;
  return {
    kind,
    amount: formatYuan(amountFen),
    line,
    fiscalYear,
    effectiveOn,
    dated: isStated ? 'stated' : 'on-approval',
    details,
    award:
      award === null
        ? null
        : {
            id: award.before === null ? null : award.id,
            number: award.before === null ? null : award.number,
            before: award.before === null ? null : standingView(award.before),
            after: standingView(award.after),
          },
  };
}

function standingView({ amounts, onHold, ruleHold, rewardHold }: AwardStanding): PreviewStanding {
  const { awarded, reserved, committed, disbursed, released, recovered } = amounts;
  return {
    amounts: {
      awarded: formatYuan(awarded),
      reserved: formatYuan(reserved),
      committed: formatYuan(committed),
      disbursed: formatYuan(disbursed),
      released: formatYuan(released),
      recovered: formatYuan(recovered),
    },
    onHold: onHold || ruleHold || rewardHold,
  };
}

/** Each account once: before the first event that moves it and after the last, as it stands now. */
function balancesOf(results: readonly Posted[]): PreviewBalance[] {
  const balances = new Map<string, PreviewBalance>();
  for (const { foretold, entry } of results) {
    const on = foretold?.entries[0]?.effectiveOn ?? entry?.effectiveOn ?? '';
    for (const balance of foretold?.balances ?? []) {
      const key = `${balance.fiscalYear}|${balance.code}|${balance.line ?? ''}`;
      const before = balances.get(key)?.before ?? formatYuan(balance.beforeFen);
      balances.set(key, { ...placeOf(balance), on, before, after: formatYuan(balance.afterFen) });
    }
  }
  return [...balances.values()];
}

function placeOf({ code, fiscalYear, line }: ForetoldBalance) {
  return { account: String(code), fiscalYear, line };
}

/** The business date that an event states; null: none. */
function statedOn(event: LedgerEvent | undefined): string | null {
  return event !== undefined && 'effectiveOn' in event ? event.effectiveOn : null;
}
