import { rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql } from '../../platform/database/database.js';
import { MOST_AWARDS } from '../events/common/families.js';
import type { EnterpriseState } from '../state/model.js';
import type { State } from '../state/state.js';
import * as SQL from './load/read.sql.js';
import { LostRace } from './lost-race.js';

/** Enterprises that hang together by mergers, with what a further one must lock. */
export interface Families {
  readonly enterpriseIds: readonly string[];
  readonly awardIds: readonly string[];
  /** There are more awards than one merger moves: none of them is locked. */
  readonly isTooLarge: boolean;
  /** Accounts of which every reservation, commitment and payment locks one. */
  readonly gateIds: readonly number[];
}

const NONE: Families = { enterpriseIds: [], awardIds: [], isTooLarge: false, gateIds: [] };

/** What mergers of these enterprises must lock, read without locks. */
export async function foreseeFamilies(sql: Sql, fundId: number, named: readonly string[], withGates: boolean): Promise<Families> {
  if (named.length === 0 && !withGates) return NONE;
  const gates = await sql.rows<{ id: number }>(SQL.READ_GATES, [fundId]);
  if (named.length === 0) return { ...NONE, gateIds: gates.map(({ id }) => id) };
  const members = await readFamilies(sql, fundId, named);
  const enterpriseIds = members.map(({ id }) => id);
  const awardIds = await awardsOf(sql, fundId, enterpriseIds);
  const isTooLarge = awardIds.length > MOST_AWARDS;
  return { enterpriseIds, awardIds: isTooLarge ? [] : awardIds, isTooLarge, gateIds: gates.map(({ id }) => id) };
}

/** Under the locks: keeps the families, which must be those whose awards were locked. */
export async function loadFamilies(sql: Sql, fundId: number, families: Families, state: State): Promise<void> {
  if (families.enterpriseIds.length === 0) return;
  for (const member of await readFamilies(sql, fundId, families.enterpriseIds)) state.families.set(member.id, member);
  state.familiesTooLarge = families.isTooLarge;
  if (families.isTooLarge) return;
  const now = await awardsOf(sql, fundId, [...state.families.keys()]);
  if (now.some((id) => !state.awards.has(id))) throw new LostRace('an enterprise got further awards');
  for (const award of state.awards.values()) {
    const family = state.families.get(award.enterprise.id);
    if (family !== undefined && family.rootId !== award.enterprise.rootId)
      throw new LostRace('an enterprise was merged meanwhile');
  }
}

interface MemberRow {
  readonly id: string;
  readonly organization_code: string;
  readonly credit_code: string | null;
  readonly name: string;
  readonly merged_into: string | null;
  readonly root_id: string | null;
  readonly root_code: string;
}

async function readFamilies(sql: Sql, fundId: number, ids: readonly string[]): Promise<EnterpriseState[]> {
  const rows = await sql.rows<MemberRow>(SQL.READ_FAMILIES, [fundId, uuids(ids, rowAsValue)]);
  return rows.map((row) => ({
    id: row.id,
    organizationCode: row.organization_code,
    creditCode: row.credit_code,
    name: row.name,
    mergedInto: row.merged_into,
    rootId: row.root_id ?? row.id,
    rootCode: row.root_code,
  }));
}

async function awardsOf(sql: Sql, fundId: number, enterpriseIds: readonly string[]): Promise<string[]> {
  const found = await sql.rows<{ id: string }>(SQL.READ_AWARDS_OF_ENTERPRISES, [
    fundId,
    uuids(enterpriseIds, rowAsValue),
    MOST_AWARDS + 1,
  ]);
  return found.map(({ id }) => id);
}
