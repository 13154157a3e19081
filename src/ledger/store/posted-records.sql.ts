import { countOf } from '../../kernel/index.js';
import { rowAsValue, uuids } from '../../platform/database/columns.js';
import type { Sql, Statement } from '../../platform/database/database.js';
import type { Publicity } from '../state/model.js';
import { publicityOf } from './load/read.sql.js';
import { holdsOf, type AwardRecord, type EntryRecord } from '../state/records.js';

/** Columns of an award as it is answered, with `state` for the array of what changes of it: as it stands, or after an entry. */
const AWARD_COLUMNS = `a.id AS award_id, a.number, f.code AS fund, a.fiscal_year AS award_fiscal_year, l.code AS line, a.line_id,
  e.id AS enterprise_id, e.name AS enterprise_name, e.credit_code, e.organization_code,
  p.id AS project_id, p.title AS project_title, p.code AS project_code,
  n.name AS person_name, n.identity_masked,
  a.awarded_fen, a.approved_offline, a.approval_ref, a.approved_on, a.effective_on AS reserved_on, a.facts, a.created_by, a.created_at,
  (SELECT v.number FROM line_rule_version v WHERE v.fund_id = a.fund_id AND v.line_id = a.line_id
    ORDER BY v.valid_from <= a.effective_on DESC, CASE WHEN v.valid_from <= a.effective_on THEN v.valid_from END DESC, v.valid_from, v.number DESC
    LIMIT 1) AS rule_version`;

// Looked up by key for each award (see load.sql.ts): a plain join the planner may answer by reading all of the fund.
const AWARD_JOINS = `LEFT JOIN fund f ON f.id = a.fund_id
  LEFT JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id
  LEFT JOIN LATERAL (SELECT * FROM enterprise WHERE fund_id = a.fund_id AND id = a.enterprise_id LIMIT 1) e ON true
  LEFT JOIN LATERAL (SELECT * FROM project WHERE fund_id = a.fund_id AND id = a.project_id LIMIT 1) p ON true
  LEFT JOIN LATERAL (SELECT * FROM person WHERE fund_id = a.fund_id AND id = a.person_id LIMIT 1) n ON true`;

/** SELECT of awards as they stand; append conditions on `a` (award), `l` (line), `f` (fund), `e` (enterprise), `p` (project). */
export const SELECT_AWARDS = `SELECT ${AWARD_COLUMNS}, ${publicityOf('a')} AS publicity,
  ARRAY[a.version, a.reserved_fen, a.committed_fen, a.disbursed_fen, a.released_fen, a.recovered_fen, a.budget_year, a.on_hold::int,
        (e.credit_code IS NOT NULL)::int, 0, a.rule_hold::int, 0, a.reward_hold::int]::bigint[] AS state,
  CASE WHEN a.on_hold OR a.rule_hold OR a.reward_hold
       THEN (SELECT jsonb_object_agg(rule, id)
               FROM (SELECT DISTINCT ON (rule) rule, id FROM finding
                      WHERE fund_id = a.fund_id AND rule IN ('one-subsidy', 'line-rule', 'highest-of-three') AND resolved_at IS NULL AND award_ids @> ARRAY[a.id]
                      ORDER BY rule, id DESC) f) END AS hold_findings
  FROM award a ${AWARD_JOINS}`;

const ENTRY_COLUMNS = `j.id AS entry_id, j.kind, j.fiscal_year AS entry_fiscal_year, j.effective_on, j.recorded_at, j.amount_fen, j.document_no,
  j.reason, j.details`;

/** $1 fund, $2 entry ids: each entry with its award as it stood after it. */
const READ_POSTED: Statement = {
  name: 'ledger.read-posted',
  plannedEachTime: true,
  text: `SELECT ${ENTRY_COLUMNS}, j.award_after AS state, ${AWARD_COLUMNS}, ${publicityOf('a', 'j.award_after[1]')} AS publicity
           FROM unnest($2::uuid[]) AS w (id)
          CROSS JOIN LATERAL (SELECT * FROM journal_entry WHERE fund_id = $1 AND id = w.id LIMIT 1) j
           LEFT JOIN LATERAL (SELECT * FROM award WHERE fund_id = $1 AND id = j.award_id AND j.award_after IS NOT NULL LIMIT 1) a ON true
           ${AWARD_JOINS}`,
};

/** A row of SELECT_AWARDS. */
export interface AwardRecordRow {
  readonly award_id: string;
  readonly number: string;
  readonly fund: string;
  readonly award_fiscal_year: number;
  readonly line: string;
  readonly line_id: number;
  readonly enterprise_id: string;
  readonly enterprise_name: string;
  readonly credit_code: string | null;
  readonly organization_code: string;
  readonly project_id: string;
  readonly project_title: string;
  readonly project_code: string | null;
  readonly person_name: string | null;
  readonly identity_masked: string | null;
  readonly awarded_fen: bigint;
  readonly approved_offline: boolean;
  readonly approval_ref: string;
  readonly approved_on: string;
  readonly reserved_on: string;
  readonly facts: Record<string, unknown>;
  readonly created_by: string;
  readonly created_at: Date;
  readonly rule_version: number;
  readonly publicity: Publicity | null;
  /** version, reserved, committed, disbursed, released, recovered, budget year, on hold, credit code known, 0, held by the line's rule, payable until, held by a higher reward */
  readonly state: readonly bigint[];
  /** Open findings that name the award, by rule; left out where an earlier answer is made again. */
  readonly hold_findings?: Readonly<Record<string, string>> | null;
}

interface PostedRow extends AwardRecordRow {
  readonly entry_id: string;
  readonly kind: string;
  readonly entry_fiscal_year: number;
  readonly effective_on: string;
  readonly recorded_at: Date;
  readonly amount_fen: bigint;
  readonly document_no: string | null;
  readonly reason: string | null;
  readonly details: Record<string, unknown> | null;
}

/** A row of SELECT_AWARDS as it is answered. */
export function awardRecordOf(row: AwardRecordRow): AwardRecord {
  const [
    version = 0n,
    reserved = 0n,
    committed = 0n,
    disbursed = 0n,
    released = 0n,
    recovered = 0n,
    budgetYear = 0n,
    onHold = 0n,
    creditCodeKnown = 0n,
    ,
    ruleHold = 0n,
    ,
    rewardHold = 0n,
  ] = row.state;
  return {
    id: row.award_id,
    number: row.number,
    fund: row.fund,
    fiscalYear: row.award_fiscal_year,
    budgetYear: countOf(budgetYear),
    line: row.line,
    enterprise: {
      id: row.enterprise_id,
      name: row.enterprise_name,
      creditCode: creditCodeKnown === 1n ? row.credit_code : null,
      organizationCode: row.organization_code,
    },
    project: {
      id: row.project_id,
      title: row.project_title,
      code: row.project_code,
    },
    person: row.person_name === null ? null : { name: row.person_name, identityMasked: row.identity_masked ?? '' },
    amounts: { awarded: row.awarded_fen, reserved, committed, disbursed, released, recovered },
    onHold: onHold === 1n,
    holds: holdsOf(
      { onHold: onHold === 1n, ruleHold: ruleHold === 1n, rewardHold: rewardHold === 1n },
      (rule) => row.hold_findings?.[rule] ?? null,
    ),
    approvedOffline: row.approved_offline,
    approvalRef: row.approval_ref,
    approvedOn: row.approved_on,
    effectiveOn: row.reserved_on,
    publicity: row.publicity,
    facts: row.facts,
    ruleVersion: row.rule_version,
    createdBy: row.created_by,
    createdAt: row.created_at,
    version: countOf(version),
  };
}

/** What an entry was answered with. */
export interface PostedRecord {
  readonly entry: EntryRecord;
  readonly award: AwardRecord | null;
}

/** What earlier requests were answered with, read from their entries: by entry id. */
export async function readPosted(sql: Sql, fundId: number, entryIds: readonly string[]): Promise<Map<string, PostedRecord>> {
  const rows = await sql.rows<PostedRow | (Omit<PostedRow, 'state'> & { state: null })>(READ_POSTED, [
    fundId,
    uuids(entryIds, rowAsValue),
  ]);
  return new Map(
    rows.map((row) => [
      row.entry_id,
      {
        entry: {
          id: row.entry_id,
          kind: row.kind,
          fiscalYear: row.entry_fiscal_year,
          effectiveOn: row.effective_on,
          recordedAt: row.recorded_at,
          amountFen: row.amount_fen,
          documentNo: row.document_no,
          reason: row.reason,
          details: row.details,
        },
        award: row.state === null ? null : awardRecordOf({ ...row, state: row.state }),
      },
    ]),
  );
}
