import { businessDateOf, type Fen } from '../../../kernel/index.js';
import { integers, rowAsValue, uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import { sha256 } from '../../../platform/digest.js';
import { toSimplified } from '../../../platform/simplified.js';
import { asksOf, type LedgerEvent } from '../../events/index.js';
import type { ApprovalRule } from '../../rules/second-person.js';
import type { RuleVersion } from '../../rules/rule-versions.js';
import type { LineState, YearState } from '../../state/model.js';
import { accountKey, State } from '../../state/state.js';
import type { FundEntry } from '../directory.js';
import { loadFamilies } from '../families.js';
import type { Foreseen } from '../foresee.js';
import { loadAwards } from './awards.js';
import { loadDocuments } from './documents.js';
import { loadMoved } from './moved.js';
import { loadPayees } from './payees.js';
import { loadRewardsAndApprovals } from './rewards.js';
import { loadClaimsAndPools } from './claims.js';
import { keepParties, keepPersons, readParties } from './parties.js';
import type { CompanionRows } from '../companions.js';
import { lockInOrder, type AccountRow } from '../locks.js';
import * as SQL from './read.sql.js';

/** What the locks and the first reads answered. */
export interface Loaded {
  readonly state: State;
  readonly companionRows: CompanionRows;
  /** Of the requests' keys, those that are remembered. */
  readonly keys: readonly RememberedRow[];
}

/** A request that was answered with success before. */
export interface RememberedRow {
  readonly key_hash: string;
  readonly request_hash: string;
  readonly entry_id: string | null;
  /** Page and line of its answer; null: it is rebuilt from the entry. */
  readonly page_id: string | null;
  readonly page_line: number | null;
}

/**
 * Takes the locks in order and reads, in later statements, all that the events are decided by (architecture §3.2 a, b). What doesn't
 * hang on another's answer is sent at once; PostgreSQL works through it in this order.
 */
export async function loadState(
  tx: Tx,
  fund: FundEntry,
  events: readonly LedgerEvent[],
  keyHashes: readonly string[],
  foreseen: Foreseen,
  wholeYears: ReadonlySet<number>,
): Promise<Loaded> {
  const locked = lockInOrder(tx, fund.id, foreseen);
  const [accounts, , companions, persons, [clock], years, lines, keys, parties, approvalRules] = await Promise.all([
    locked.accounts,
    locked.awards,
    Promise.all(locked.companions),
    locked.persons,
    tx.rows<{ now: Date | null }>(SQL.READ_CLOCK, [fund.id, integers(foreseen.accountIds, rowAsValue)]),
    tx.rows<YearRow>(SQL.READ_YEARS, [fund.id, integers(foreseen.years, rowAsValue)]),
    foreseen.lineIds.length > 0 ? tx.rows<LineRow>(SQL.READ_LINES, [fund.id, integers(foreseen.lineIds, rowAsValue)]) : [],
    keyHashes.length > 0 ? tx.rows<RememberedRow>(SQL.READ_KEYS, [fund.id, uuids(keyHashes, rowAsValue)]) : [],
    foreseen.parties.length > 0 ? readParties(tx, fund.id, foreseen.parties) : [],
    events.some((event) => asksOf(event).length > 0) ? tx.rows<ApprovalRule>(SQL.APPROVAL_RULES, [fund.id]) : [],
  ]);
  const now = clock?.now ?? new Date();
  const state = new State(fund, businessDateOf(now), now, sha256, toSimplified);
  for (const year of wholeYears) state.wholeYears.add(year);
  state.approvalRules = approvalRules;
  await loadMoved(tx, fund.id, events, state);
  keepAccounts(state, accounts);
  keepCatalogue(state, years, lines);
  keepParties(state, parties);
  if (foreseen.awardIds.length > 0) await loadAwards(tx, fund.id, foreseen, state);
  if (persons.length > 0) await keepPersons(tx, fund.id, persons, state);
  await loadFamilies(tx, fund.id, foreseen.families, state);
  foreseen.subjects.keepLines(state.linesByCode);
  foreseen.subjects.keepRoots(state.enterprises);
  await loadRewardsAndApprovals(tx, fund.id, foreseen, state);
  await loadDocuments(tx, fund.id, foreseen, state);
  await loadPayees(tx, fund.id, foreseen, state);
  await loadClaimsAndPools(tx, fund, events, foreseen.subjects, state);
  const companionRows = new Map(companions.map(([kind, rows]) => [kind, new Map(rows.map((row) => [row.id, row]))]));
  return { state, companionRows, keys };
}

function keepAccounts(state: State, accounts: readonly AccountRow[]): void {
  for (const row of accounts) {
    state.accounts.set(accountKey(row.fiscal_year, row.code, row.line_id), {
      id: row.id,
      fiscalYear: row.fiscal_year,
      code: row.code,
      lineId: row.line_id,
      normalSide: row.normal_side,
      balance: row.balance,
      floor: row.floor,
      version: row.version,
      lastEffectiveOn: row.last_effective_on,
      awardCount: row.award_count,
    });
  }
}

interface YearRow {
  readonly year: number;
  readonly status: YearState['status'];
  readonly ceiling_raised_fen: Fen;
  readonly below_zero: boolean;
}

interface LineRow {
  readonly id: number;
  readonly code: string;
  readonly title_zh_hant: string;
  readonly title_en: string;
  readonly lead_agencies: string[];
  readonly form: string;
  readonly payee: LineState['payee'];
  readonly reservable: boolean;
  readonly reason: string | null;
  readonly reason_en: string | null;
  readonly rules: readonly RuleVersion[];
}

function keepCatalogue(state: State, years: readonly YearRow[], lines: readonly LineRow[]): void {
  for (const row of years) {
    state.years.set(row.year, {
      year: row.year,
      status: row.status,
      ceilingRaisedFen: row.ceiling_raised_fen,
      belowZero: row.below_zero,
    });
  }
  for (const row of lines) {
    const line: LineState = {
      id: row.id,
      code: row.code,
      title: { zh: row.title_zh_hant, en: row.title_en },
      leadAgencies: row.lead_agencies,
      form: row.form,
      payee: row.payee,
      reservable: row.reservable,
      reason: row.reason === null || row.reason_en === null ? null : { zh: row.reason, en: row.reason_en },
      rules: row.rules,
    };
    state.linesByCode.set(line.code, line);
    state.linesById.set(line.id, line);
  }
}
