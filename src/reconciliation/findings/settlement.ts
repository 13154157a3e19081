import { problem } from '../../kernel/index.js';
import type { CompanionKind } from '../../ledger/index.js';
import { texts as textColumn, uuids } from '../../platform/database/columns.js';
import type { Statement } from '../../platform/database/database.js';
import { findFinding } from './find-findings.js';
import { toFindingDto } from './finding.dto.js';

/** What finance decided on a finding. */
export interface Settlement {
  readonly findingId: string;
  /** Awards that the finding named when it was read: their holds are what is decided. */
  readonly awardIds: readonly string[];
  readonly resolution: 'keep' | 'release' | 'dismiss';
  readonly reason: string;
  /** Username. */
  readonly by: string;
}

interface FindingRow {
  readonly id: string;
  readonly status: 'open' | 'resolved' | 'dismissed';
  readonly award_ids: readonly string[];
}

const SETTLE: Statement = {
  name: 'reconciliation.settle-findings',
  text: `UPDATE finding f SET status = v.status, resolution = v.resolution, reason = v.reason, resolved_by = v.resolved_by,
                resolved_at = $2::timestamptz, version = f.version + 1
           FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[]) AS v (id, status, resolution, reason, resolved_by)
          WHERE f.fund_id = $1 AND f.id = v.id AND f.status = 'open' RETURNING 1`,
};

/** A finding is settled exactly when its settlement is posted, which is answered with the finding as it is then. */
export const settlement: CompanionKind<Settlement, FindingRow> = {
  name: 'settlements',
  table: 'finding',
  columns: 'status, award_ids',

  idOf: ({ findingId }) => findingId,

  check({ awardIds }, finding) {
    if (finding === undefined) return problem('not-found', '沒有此疑點', 'There is no such finding');
    if (finding.status !== 'open') return problem('already-decided', '此疑點已處理', 'The finding is already settled');
    if (finding.award_ids.length === awardIds.length && finding.award_ids.every((id) => awardIds.includes(id))) return null;
    return problem('version-conflict', '疑點所列的扶持項目已改變', 'The finding names other awards now');
  },

  after: ({ resolution }, finding) => ({ ...finding, status: statusOf(resolution) }),

  async write(tx, { fundId, recordedAt }, accepted) {
    const items = accepted.map(({ item }) => item);
    const settled = await tx.rows(SETTLE, [
      fundId,
      recordedAt,
      uuids(items, (item) => item.findingId),
      textColumn(items, (item) => statusOf(item.resolution)),
      textColumn(items, (item) => item.resolution),
      textColumn(items, (item) => item.reason),
      textColumn(items, (item) => item.by),
    ]);
    if (settled.length !== items.length) throw new Error(`${settled.length} findings were settled, not ${items.length}`);
    const texts: string[] = [];
    for (const { findingId } of items) {
      const finding = await findFinding(tx, null, findingId);
      if (finding === null) throw new Error(`Finding ${findingId} is gone`);
      texts.push(JSON.stringify(toFindingDto(finding)));
    }
    return texts;
  },
};

function statusOf(resolution: Settlement['resolution']): 'resolved' | 'dismissed' {
  return resolution === 'dismiss' ? 'dismissed' : 'resolved';
}
