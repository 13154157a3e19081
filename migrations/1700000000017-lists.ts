import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Indexes by which lists and work lists find few rows among many; none of them takes a row that a reservation writes. */
export class Lists1700000000017 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FINDINGS);
    await runner.query(DOCUMENTS);
    await runner.query(OPEN_MONEY);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const FINDINGS = `
-- An award's findings, the settled ones as well.
DROP INDEX finding_awards;
CREATE INDEX finding_awards ON finding USING gin (award_ids);
-- What is open, or known until a day, among hundred thousands of settled ones.
CREATE INDEX finding_open ON finding (id) WHERE status = 'open';
CREATE INDEX finding_due ON finding (until) WHERE status = 'acknowledged';
-- The newest of all funds.
CREATE INDEX finding_newest ON finding (id);
`;

/**
 * A document's number however it is spelt (domain §6): what does not show dropped, width folded, dashes as one, spaces dropped, in capitals.
 * Who looks for it (ledger/store/document-key.ts) writes the very same expression.
 */
const DOCUMENTS = String.raw`
CREATE INDEX journal_entry_document ON journal_entry (fund_id,
  (left(upper(translate(normalize(regexp_replace(document_no,
    '[\u0001-\u0008\u000E-\u001F\u007F-\u0084\u0086-\u009F\u00AD\u034F\u0600-\u0605\u061C\u06DD\u070F\u0890\u0891\u08E2\u115F\u1160\u17B4\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u3164\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U000110BD\U000110CD\U00013430-\U0001343F\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U000E0000-\U000E0FFF]',
    '', 'g'), NFKC),
    U&'\058A\05BE\1400\1806\2010\2011\2012\2013\2014\2015\2212\2E17\2E1A\2E3A\2E3B\2E40\2E5D\301C\3030\30A0\+010D6E\+010EAD\0009\000A\000B\000C\000D\0020\0085\1680\2028\2029',
    '----------------------') COLLATE "C"), 200)), id)
  WHERE document_no IS NOT NULL;
`;

const OPEN_MONEY = `
-- Committed and nothing paid yet.
CREATE INDEX award_unpaid ON award (fund_id, fiscal_year, line_id) INCLUDE (committed_fen) WHERE committed_fen > 0 AND disbursed_fen = 0;
-- On hold, by whatever.
CREATE INDEX award_held ON award (fund_id, fiscal_year, line_id) INCLUDE (reserved_fen, committed_fen)
  WHERE on_hold OR rule_hold OR reward_hold;
-- Demanded back and not all received.
CREATE INDEX recovery_demand_open ON recovery_demand (fund_id, award_id) WHERE received_fen < demanded_fen;
`;
