import { problem, type BusinessDate } from '../../kernel/index.js';
import type { CompanionKind } from '../../ledger/index.js';
import { dates as dateColumn, texts as textColumn, uuids } from '../../platform/database/columns.js';
import type { Statement } from '../../platform/database/database.js';
import type { Language } from '../../platform/http/index.js';
import { findFinding } from './find-findings.js';
import { toFindingDto } from './finding.dto.js';

/** What finance decided on a finding. */
export interface Settlement {
  readonly findingId: string;
  /** Awards that the finding named when it was read: their holds are what is decided. */
  readonly awardIds: readonly string[];
  readonly resolution: 'keep' | 'release' | 'dismiss' | 'acknowledge';
  /** Money is demanded back: the finding stays open until it is received. */
  readonly demand: boolean;
  /** acknowledge: the last day on which it is known. */
  readonly until: BusinessDate | null;
  readonly reason: string;
  /** Username. */
  readonly by: string;
  /** Of whoever is answered. */
  readonly language: Language;
}

interface FindingRow {
  readonly id: string;
  readonly status: FindingStatus;
  readonly award_ids: readonly string[];
}

const SETTLE: Statement = {
  name: 'reconciliation.settle-findings',
  text: `UPDATE finding f SET status = v.status, resolution = v.resolution, reason = v.reason, resolved_by = v.resolved_by, until = v.until,
                resolved_at = CASE WHEN v.status IN ('resolved', 'dismissed') THEN $2::timestamptz END, version = f.version + 1
           FROM unnest($3::uuid[], $4::text[], $5::text[], $6::text[], $7::text[], $8::date[])
             AS v (id, status, resolution, reason, resolved_by, until)
          WHERE f.fund_id = $1 AND f.id = v.id AND f.resolved_at IS NULL RETURNING 1`,
};

/** A finding is settled exactly when its settlement is posted, which is answered with the finding as it is then. */
export const settlement: CompanionKind<Settlement, FindingRow> = {
  name: 'settlements',
  table: 'finding',
  columns: 'status, award_ids',

  idOf: ({ findingId }) => findingId,

  check({ awardIds }, finding) {
    if (finding === undefined) return problem('not-found', '沒有此疑點', 'There is no such finding');
    if (finding.status === 'resolved' || finding.status === 'dismissed')
      return problem('already-decided', '此疑點已處理', 'The finding is already settled');
    if (finding.award_ids.length === awardIds.length && finding.award_ids.every((id) => awardIds.includes(id))) return null;
    return problem('version-conflict', '疑點所列的扶持項目已改變', 'The finding names other awards now');
  },

  after: (item, finding) => ({ ...finding, status: statusOf(item) }),

  async write(tx, { fundId, recordedAt }, accepted) {
    const items = accepted.map(({ item }) => item);
    const settled = await tx.rows(SETTLE, [
      fundId,
      recordedAt,
      uuids(items, (item) => item.findingId),
      textColumn(items, statusOf),
      textColumn(items, (item) => item.resolution),
      textColumn(items, (item) => item.reason),
      textColumn(items, (item) => item.by),
      dateColumn(items, (item) => item.until),
    ]);
    if (settled.length !== items.length) throw new Error(`${settled.length} findings were settled, not ${items.length}`);
    const texts: string[] = [];
    for (const { findingId, language } of items) {
      const finding = await findFinding(tx, null, findingId);
      if (finding === null) throw new Error(`Finding ${findingId} is gone`);
      texts.push(JSON.stringify(toFindingDto(finding, language)));
    }
    return texts;
  },
};

type FindingStatus = 'open' | 'acknowledged' | 'resolved' | 'dismissed';

/** What becomes of the finding: money that is demanded back has not come back yet. */
export function statusOf({ resolution, demand }: Pick<Settlement, 'resolution' | 'demand'>): FindingStatus {
  if (resolution === 'acknowledge') return 'acknowledged';
  if (resolution === 'dismiss') return 'dismissed';
  return resolution === 'keep' && demand ? 'open' : 'resolved';
}
