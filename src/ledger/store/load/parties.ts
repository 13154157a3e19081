import { texts, uuids } from '../../../platform/database/columns.js';
import type { Tx } from '../../../platform/database/database.js';
import type { PartyNeed } from '../../events/event-kind.js';
import type { State } from '../../state/state.js';
import type { PersonRow } from '../locks.js';
import * as SQL from './read.sql.js';

/** Enterprises and projects of reservations. */
export function readParties(tx: Tx, fundId: number, parties: readonly PartyNeed[]): Promise<PartyRow[]> {
  return tx.rows<PartyRow>(SQL.READ_PARTIES, [
    fundId,
    texts(parties, (party) => party.organizationCode),
    texts(parties, (party) => party.projectKey),
  ]);
}

interface PartyRow {
  readonly enterprise_id: string;
  readonly organization_code: string;
  readonly credit_code: string | null;
  readonly name: string;
  readonly merged_into: string | null;
  readonly root_id: string | null;
  readonly root_code: string;
  readonly project_id: string | null;
  readonly key: string | null;
  readonly title: string | null;
  readonly code: string | null;
}

/** Keeps them in the state. */
export function keepParties(state: State, rows: readonly PartyRow[]): void {
  for (const row of rows) {
    if (!state.enterprises.has(row.organization_code)) {
      state.enterprises.set(row.organization_code, {
        id: row.enterprise_id,
        organizationCode: row.organization_code,
        creditCode: row.credit_code,
        name: row.name,
        mergedInto: row.merged_into,
        rootId: row.root_id ?? row.enterprise_id,
        rootCode: row.root_code,
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
      });
    }
  }
}

/** Keeps the persons that are locked, with the years of their awards. */
export async function keepPersons(tx: Tx, fundId: number, persons: readonly PersonRow[], state: State): Promise<void> {
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
