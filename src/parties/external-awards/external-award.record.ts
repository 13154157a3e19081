import { problem, SYSTEM_ACTOR } from '../../kernel/index.js';
import { companion, referenceKey, type Companion, type CompanionKind, type ExternalAwardEvent } from '../../ledger/index.js';
import { bigints, dates, integers, texts, uuids } from '../../platform/database/columns.js';
import type { Statement } from '../../platform/database/database.js';
import { sha256 } from '../../platform/digest.js';
import { toExternalAwardDto } from './external-award.dto.js';
import { ExternalAward } from './external-award.entity.js';

/** A change of the register, as it is written beside its event. */
export interface ExternalAwardRecord {
  readonly event: ExternalAwardEvent;
  /** The version that was read; 0: it is recorded. */
  readonly version: number;
  /** Id of the user. */
  readonly by: string;
}

/** What is written beside an external award that the product itself records. */
export function externalAwardBeside(event: ExternalAwardEvent): Companion {
  return companion(externalAwardRecord, { event, version: 0, by: SYSTEM_ACTOR.id });
}

interface LockedRow {
  readonly id: string;
  readonly status: ExternalAward['status'];
  readonly version: number;
}

/** $1 fund, $2 instant: rows of new awards. */
const INSERT: Statement = {
  name: 'parties.insert-external-awards',
  text: `INSERT INTO external_award (fund_id, id, programme, enterprise_id, root_code, fiscal_year, amount_fen, reference, reference_key, paid_on,
                                     recorded_by, recorded_at)
         SELECT $1, v.id, v.programme, e.id, root_code(e), v.fiscal_year, v.amount_fen, v.reference, v.reference_key, v.paid_on, v.recorded_by,
                $2::timestamptz
           FROM unnest($3::uuid[], $4::text[], $5::text[], $6::integer[], $7::bigint[], $8::text[], $9::text[], $10::date[], $11::uuid[])
             AS v (id, programme, organization_code, fiscal_year, amount_fen, reference, reference_key, paid_on, recorded_by)
           JOIN enterprise e ON e.fund_id = $1 AND e.organization_code = v.organization_code RETURNING 1`,
};

/** $1 fund: rows that are corrected or withdrawn. */
const UPDATE: Statement = {
  name: 'parties.update-external-awards',
  text: `UPDATE external_award x
            SET programme = v.programme, fiscal_year = v.fiscal_year, amount_fen = v.amount_fen, reference = v.reference,
                reference_key = v.reference_key, paid_on = v.paid_on, status = v.status, reason = v.reason, version = x.version + 1
           FROM unnest($2::uuid[], $3::text[], $4::integer[], $5::bigint[], $6::text[], $7::text[], $8::date[], $9::text[], $10::text[])
             AS v (id, programme, fiscal_year, amount_fen, reference, reference_key, paid_on, status, reason)
          WHERE x.fund_id = $1 AND x.id = v.id RETURNING 1`,
};

/** The register's row is there exactly when the entry is. */
export const externalAwardRecord: CompanionKind<ExternalAwardRecord, LockedRow> = {
  name: 'external-award',
  table: 'external_award',
  columns: 'status, version',
  idOf: ({ event, version }) => (version === 0 ? null : event.id),

  check({ version }, row) {
    if (version === 0) return null;
    if (row === undefined) return problem('not-found', '沒有此外部獎勵', 'There is no such external award');
    if (row.status === 'withdrawn') return problem('already-decided', '該外部獎勵已撤銷', 'The external award was withdrawn');
    if (row.version === version) return null;
    return problem('version-conflict', `目前版本為 ${row.version}`, `Its version is ${row.version} now`);
  },

  after: ({ event }, row) => ({
    ...row,
    status: event.change === 'withdrawn' ? 'withdrawn' : 'valid',
    version: row.version + 1,
  }),

  async write(tx, { fundId, recordedAt }, accepted) {
    const items = accepted.map(({ item }) => item);
    const keyOf = ({ event }: ExternalAwardRecord): string => referenceKey(event.reference, sha256);
    const added = items.filter(({ version }) => version === 0);
    const changed = items.filter(({ version }) => version > 0);
    let written = 0;
    if (added.length > 0) {
      const rows = await tx.rows(INSERT, [
        fundId,
        recordedAt,
        uuids(added, ({ event }) => event.id),
        texts(added, ({ event }) => event.programme),
        texts(added, ({ event }) => event.enterprise.organizationCode),
        integers(added, ({ event }) => event.fiscalYear),
        bigints(added, ({ event }) => event.amountFen),
        texts(added, ({ event }) => event.reference),
        texts(added, keyOf),
        dates(added, ({ event }) => event.paidOn),
        uuids(added, ({ by }) => by),
      ]);
      written += rows.length;
    }
    if (changed.length > 0) {
      const rows = await tx.rows(UPDATE, [
        fundId,
        uuids(changed, ({ event }) => event.id),
        texts(changed, ({ event }) => event.programme),
        integers(changed, ({ event }) => event.fiscalYear),
        bigints(changed, ({ event }) => event.amountFen),
        texts(changed, ({ event }) => event.reference),
        texts(changed, keyOf),
        dates(changed, ({ event }) => event.paidOn),
        texts(changed, ({ event }) => (event.change === 'withdrawn' ? 'withdrawn' : 'valid')),
        texts(changed, ({ event }) => event.reason ?? null),
      ]);
      written += rows.length;
    }
    if (written !== items.length) throw new Error(`${written} external awards were written, not ${items.length}`);
    const found = await tx.manager.find(ExternalAward, {
      where: items.map(({ event }) => ({ fundId, id: event.id })),
      relations: { fund: true, enterprise: true },
    });
    const byId = new Map(found.map((row) => [row.id, row]));
    return items.map(({ event }) => {
      const row = byId.get(event.id);
      if (row === undefined) throw new Error(`External award ${event.id} is gone`);
      return JSON.stringify(toExternalAwardDto(row));
    });
  },
};
