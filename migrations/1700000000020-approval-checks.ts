import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What reads the whole journal for `Approvals1700000000018`, in a transaction of its own: entries go on being written while the constraint is
 * looked at, and wait only while the index is made.
 */
export class ApprovalChecks1700000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE journal_entry VALIDATE CONSTRAINT journal_entry_checked');
    await runner.query(
      'CREATE INDEX journal_entry_approval ON journal_entry (fund_id, approval_id) WHERE approval_id IS NOT NULL',
    );
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}
