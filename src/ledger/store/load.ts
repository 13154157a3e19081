import { businessDateOf, type Fen } from '../../kernel/index.js';
import { integers, itself, texts, uuids } from '../../platform/database/columns.js';
import type { Tx } from '../../platform/database/database.js';
import type { AccountCode, Side } from '../chart/accounts.js';
import { referenceKey } from '../rules/claim-keys.js';
import { reserveClaimKeys } from '../events/reserve.js';
import { claimKey, personOf, type ClaimKind } from '../state/effects.js';
import type { LedgerEvent, ReserveEvent } from '../events/events.js';
import type { FundEntry } from './directory.js';
import type { Foreseen } from './foresee.js';
import type { LineRule } from '../rules/line-rule.js';
import { loadAwards, LostRace } from './load-awards.js';
import * as SQL from './load.sql.js';
import { accountKey, State, type ClaimHolder, type LineState, type YearState } from '../state/state.js';

/** What the locks and the first reads answered. */
export interface Loaded {
  readonly state: State;
  /** Of the requests' keys, those that are remembered. */
  readonly keys: readonly RememberedRow[];
}

/** A request that was answered with success before. */
export interface RememberedRow {
  readonly key_hash: string;
  readonly request_hash: string;
  readonly entry_id: string | null;
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
  const accountIds = integers(foreseen.accountIds, itself);
  const reservations = events.filter((event) => event.kind === 'reserve');
  const [accounts, , [clock], years, lines, keys, parties] = await Promise.all([
    tx.rows<AccountRow>(SQL.LOCK_ACCOUNTS, [fund.id, accountIds]),
    foreseen.awardIds.length > 0 ? tx.rows(SQL.LOCK_AWARDS, [fund.id, uuids(foreseen.awardIds, itself)]) : [],
    tx.rows<{ now: Date | null }>(SQL.READ_CLOCK, [fund.id, accountIds]),
    tx.rows<YearRow>(SQL.READ_YEARS, [fund.id, integers(foreseen.years, itself)]),
    foreseen.lineIds.length > 0 ? tx.rows<LineRow>(SQL.READ_LINES, [fund.id, integers(foreseen.lineIds, itself)]) : [],
    keyHashes.length > 0 ? tx.rows<RememberedRow>(SQL.READ_KEYS, [fund.id, uuids(keyHashes, itself)]) : [],
    reservations.length > 0 ? readParties(tx, fund.id, reservations) : [],
  ]);
  const now = clock?.now ?? new Date();
  const state = new State(fund, businessDateOf(now), now);
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
  for (const year of wholeYears) state.wholeYears.add(year);
  keepCatalogue(state, years, lines);
  keepParties(state, parties);
  if (foreseen.findingIds.length > 0) await loadFindings(tx, fund.id, foreseen, state);
  for (const [key, ids] of foreseen.projectAwards) state.projectAwards.set(key, ids);
  if (foreseen.awardIds.length > 0) await loadAwards(tx, fund.id, foreseen, state);
  if (reservations.length > 0) {
    await loadPersons(tx, fund.id, reservations, state);
    await loadPools(tx, fund.id, reservations, state);
  }
  await loadClaims(tx, fund, events, state);
  return { state, keys };
}

interface AccountRow {
  readonly id: number;
  readonly fiscal_year: number;
  readonly code: AccountCode;
  readonly line_id: number | null;
  readonly normal_side: Side;
  readonly balance: Fen;
  readonly floor: Fen | null;
  readonly version: bigint;
  readonly last_effective_on: string | null;
  readonly award_count: number;
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
  readonly lead_agencies: string[];
  readonly payee: LineState['payee'];
  readonly reservable: boolean;
  readonly reason: string | null;
  readonly reason_en: string | null;
  readonly rule: LineRule;
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
      leadAgencies: row.lead_agencies,
      payee: row.payee,
      reservable: row.reservable,
      reason: row.reason === null || row.reason_en === null ? null : { zh: row.reason, en: row.reason_en },
      rule: row.rule,
    };
    state.linesByCode.set(line.code, line);
    state.linesById.set(line.id, line);
  }
}

async function loadFindings(tx: Tx, fundId: number, { findingIds: ids, awardIds }: Foreseen, state: State): Promise<void> {
  const rows = await tx.rows<{
    id: string;
    rule: string;
    fiscal_year: number;
    line_id: number | null;
    award_ids: string[];
    status: 'open' | 'resolved' | 'dismissed';
  }>(SQL.LOCK_FINDINGS, [fundId, uuids(ids, itself)]);
  for (const row of rows) {
    // Reconciliation may have named another award since the locks were chosen.
    if (!row.award_ids.every((id) => awardIds.includes(id))) throw new LostRace('the finding names other awards');
    state.findings.set(row.id, {
      id: row.id,
      rule: row.rule,
      fiscalYear: row.fiscal_year,
      lineId: row.line_id,
      awardIds: row.award_ids,
      status: row.status,
    });
  }
}

function readParties(tx: Tx, fundId: number, events: readonly ReserveEvent[]): Promise<PartyRow[]> {
  return tx.rows<PartyRow>(SQL.READ_PARTIES, [
    fundId,
    texts(events, (event) => event.enterprise.organizationCode),
    texts(events, projectKeyOf),
    integers(events, (event) => event.fiscalYear),
  ]);
}

function keepParties(state: State, rows: readonly PartyRow[]): void {
  for (const row of rows) {
    if (!state.enterprises.has(row.organization_code)) {
      state.enterprises.set(row.organization_code, {
        id: row.enterprise_id,
        organizationCode: row.organization_code,
        creditCode: row.credit_code,
        name: row.name,
      });
    }
    if (row.project_id === null || row.key === null) continue;
    const key = `${row.enterprise_id}|${row.key}`;
    if (!state.projects.has(key)) {
      state.projects.set(key, {
        id: row.project_id,
        enterpriseId: row.enterprise_id,
        key: row.key,
        title: row.title ?? '',
        code: row.code,
        splitFrom: row.split_from,
      });
    }
    if (row.standing_id === null) continue;
    state.standing.set(`${row.project_id}|${row.fiscal_year}`, {
      awardId: row.standing_id,
      number: row.standing_number ?? '',
      line: lineCode(state, row.standing_line_id),
      awarded: row.standing_awarded_fen ?? 0n,
    });
  }
}

async function loadPools(tx: Tx, fundId: number, events: readonly ReserveEvent[], state: State): Promise<void> {
  const pools = [
    ...new Map(
      events
        .filter((event) => state.linesByCode.get(event.line)?.rule.annualPool !== undefined)
        .map((event) => [`${event.line}|${event.fiscalYear}`, event]),
    ).values(),
  ];
  if (pools.length === 0) return;
  const used = await tx.rows<{ line_id: number; fiscal_year: number; used_fen: Fen }>(SQL.READ_POOLS, [
    fundId,
    integers(pools, (event) => state.linesByCode.get(event.line)?.id ?? 0),
    integers(pools, (event) => event.fiscalYear),
  ]);
  for (const row of used) state.pools.set(`${row.line_id}|${row.fiscal_year}`, row.used_fen);
}

interface PartyRow {
  readonly enterprise_id: string;
  readonly organization_code: string;
  readonly credit_code: string | null;
  readonly name: string;
  readonly project_id: string | null;
  readonly key: string | null;
  readonly title: string | null;
  readonly code: string | null;
  readonly split_from: string | null;
  readonly fiscal_year: number;
  readonly standing_id: string | null;
  readonly standing_number: string | null;
  readonly standing_line_id: number | null;
  readonly standing_awarded_fen: Fen | null;
}

/** A person is given on lines that pay persons, and nowhere else. */
function projectKeyOf(event: ReserveEvent): string {
  return event.person === null ? event.project.key : `person:${event.person.identityHash}`;
}

function lineCode(state: State, id: number | null): string {
  return id === null ? '' : (state.fund.lineCodes.get(id) ?? '');
}

async function loadPersons(tx: Tx, fundId: number, events: readonly ReserveEvent[], state: State): Promise<void> {
  const hashes = [...new Set(events.flatMap((event) => (event.person === null ? [] : [event.person.identityHash])))];
  if (hashes.length === 0) return;
  const persons = await tx.rows<{ id: string; identity_hash: string; identity_masked: string; name: string }>(SQL.LOCK_PERSONS, [
    fundId,
    texts(hashes, itself),
  ]);
  if (persons.length === 0) return;
  const years = await tx.rows<{ id: string; person_id: string; line_id: number; fiscal_year: number }>(SQL.READ_PERSON_YEARS, [
    fundId,
    uuids(persons, (person) => person.id),
  ]);
  for (const person of persons) {
    state.persons.set(person.identity_hash, {
      id: person.id,
      identityHash: person.identity_hash,
      identityMasked: person.identity_masked,
      name: person.name,
      years: years
        .filter((year) => year.person_id === person.id)
        .map((year) => ({ awardId: year.id, lineId: year.line_id, fiscalYear: year.fiscal_year })),
    });
  }
}

async function loadClaims(tx: Tx, fund: FundEntry, events: readonly LedgerEvent[], state: State): Promise<void> {
  const wanted = new Map<string, { kind: ClaimKind; key: string }>();
  const want = (kind: ClaimKind, key: string): void => void wanted.set(claimKey(kind, key), { kind, key });
  for (const event of events) {
    if (event.kind === 'disburse') want('payment-ref', referenceKey(event.paymentRef));
    else if (event.kind === 'recovery') want('receipt-ref', referenceKey(event.receiptRef));
    else if (event.kind === 'reserve') {
      const line = state.linesByCode.get(event.line);
      if (line !== undefined) for (const claim of reserveClaimKeys(event, line)) want(claim.kind, claim.key);
    }
  }
  // Whether a hold may be lifted is also a question of the person's year.
  for (const award of state.awards.values()) {
    const person = personOf(award);
    if (person !== null) want('person-year', `${person}|${award.fiscalYear}`);
  }
  if (wanted.size === 0) return;
  const claims = [...wanted.values()];
  const rows = await tx.rows<{
    kind: ClaimKind;
    key: string;
    award_id: string;
    number: string;
    line_id: number;
    awarded_fen: Fen;
  }>(SQL.READ_CLAIMS, [fund.id, texts(claims, (claim) => claim.kind), texts(claims, (claim) => claim.key)]);
  for (const row of rows) {
    const key = claimKey(row.kind, row.key);
    const holder: ClaimHolder = {
      awardId: row.award_id,
      number: row.number,
      line: fund.lineCodes.get(row.line_id) ?? '',
      awarded: row.awarded_fen,
    };
    state.claims.set(key, [...(state.claims.get(key) ?? []), holder]);
  }
}
