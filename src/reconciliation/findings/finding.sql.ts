import { uuidv7 } from 'uuidv7';
import type { BusinessDate } from '../../kernel/index.js';
import type { Statement, Tx } from '../../platform/database/database.js';
import type { Rule, Suspicion } from '../rules/rule.js';

/** Findings written by one statement: about 1 MB of evidence. */
const CHUNK = 1_000;

/** What a run changed in the findings. */
export interface FindingChanges {
  readonly opened: number;
  readonly resolved: number;
}

/** It was acknowledged, its date has not passed, and its cause is the same. */
const KNOWN = `(f.status = 'acknowledged' AND f.until >= $5::date AND f.fingerprint = s.fingerprint)`;

/**
 * One row per suspicion. An open finding of the same subject takes the new evidence; one that was acknowledged stands up again after its
 * date, or when its cause is another ($5 today). Else one is opened, unless finance has settled the same cause already by keeping an award
 * or by saying that they are different ($6): no other settlement makes a breach of what is there still.
 */
const REPORT: Statement = {
  name: 'reconciliation.report-findings',
  text: `
    WITH suspicion AS (
      SELECT * FROM jsonb_to_recordset($4::jsonb) AS s(id uuid, subject text, severity text, "fiscalYear" integer, "lineId" integer,
             "awardIds" uuid[], "amountFen" bigint, evidence jsonb, fingerprint text)
    ), refreshed AS (
      UPDATE finding f
         SET status = CASE WHEN ${KNOWN} THEN f.status ELSE 'open' END, until = CASE WHEN ${KNOWN} THEN f.until END,
             resolution = CASE WHEN ${KNOWN} OR f.status = 'open' THEN f.resolution END,
             reason = CASE WHEN ${KNOWN} OR f.status = 'open' THEN f.reason END,
             resolved_by = CASE WHEN ${KNOWN} OR f.status = 'open' THEN f.resolved_by END,
             severity = s.severity, fiscal_year = s."fiscalYear", line_id = s."lineId", award_ids = s."awardIds", amount_fen = s."amountFen",
             evidence = s.evidence, fingerprint = s.fingerprint, version = f.version + 1
        FROM suspicion s
       WHERE f.fund_id = $1 AND f.rule = $2 AND f.subject = s.subject AND f.resolved_at IS NULL
         AND (f.status = 'acknowledged' AND f.until < $5::date OR (f.severity, f.fiscal_year, f.line_id, f.award_ids, f.amount_fen, f.evidence, f.fingerprint)
             IS DISTINCT FROM (s.severity, s."fiscalYear", s."lineId", s."awardIds", s."amountFen", s.evidence, s.fingerprint))
    )
    INSERT INTO finding (fund_id, id, rule, subject, severity, fiscal_year, line_id, award_ids, amount_fen, evidence, fingerprint, opened_at, opened_by_run)
    SELECT $1, s.id, $2, s.subject, s.severity, s."fiscalYear", s."lineId", s."awardIds", s."amountFen", s.evidence, s.fingerprint, clock_timestamp(), $3
      FROM suspicion s
     WHERE NOT EXISTS (SELECT FROM finding f
                        WHERE f.fund_id = $1 AND f.rule = $2 AND f.subject = s.subject
                          AND (f.resolved_at IS NULL OR f.resolution IN ('keep', 'dismiss') AND $6 AND f.fingerprint = s.fingerprint))
     ORDER BY s.subject
    ON CONFLICT (fund_id, rule, subject) WHERE resolved_at IS NULL DO NOTHING
    RETURNING id`,
};

const RESOLVE: Statement = {
  name: 'reconciliation.resolve-findings',
  text: `
    UPDATE finding
       SET status = 'resolved', resolution = 'cause-gone', resolved_at = clock_timestamp(), resolved_by = 'system', version = version + 1
     WHERE fund_id = $1 AND rule = $2 AND resolved_at IS NULL AND NOT EXISTS (SELECT FROM unnest($3::text[]) AS s (subject) WHERE s.subject = finding.subject)
       AND ($4::integer IS NULL OR fiscal_year = $4 OR subject SIMILAR TO $5)
    RETURNING id`,
};

/** Where suspicions of a rule become findings. */
export interface ReportScope {
  readonly fundId: number;
  readonly fiscalYear: number | null;
  readonly runId: string;
  readonly rule: Rule;
  /** Today in Asia/Shanghai. */
  readonly today: BusinessDate;
}

/** Opens, refreshes and resolves the findings of one rule. The same report again changes nothing. */
export async function reportFindings(tx: Tx, scope: ReportScope, suspicions: readonly Suspicion[]): Promise<FindingChanges> {
  let opened = 0;
  for (let start = 0; start < suspicions.length; start += CHUNK) {
    const chunk = suspicions
      .slice(start, start + CHUNK)
      .map((one) => ({ ...one, id: uuidv7(), amountFen: one.amountFen.toString() }));
    opened += (
      await tx.rows(REPORT, [
        scope.fundId,
        scope.rule.name,
        scope.runId,
        JSON.stringify(chunk),
        scope.today,
        scope.rule.name === 'one-subsidy',
      ])
    ).length;
  }
  const subjects = suspicions.map((one) => one.subject);
  const { fundId, fiscalYear, rule } = scope;
  const gone = await tx.rows(RESOLVE, [fundId, rule.name, subjects, fiscalYear, rule.lifeSubjects ?? '']);
  return { opened, resolved: gone.length };
}
