import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A payment says whom it went to and by which voucher (支付憑證), and is listed by fund, year and line. */
export class Payees1700000000014 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(PAYEES);
    await runner.query(LINE_OF_PAYMENTS);
    await runner.query(LISTS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const PAYEES = `
ALTER TABLE payment
  ADD payee_name text,
  -- where the payee has its account
  ADD payee_bank text,
  -- never the number itself; hashed as an enterprise's is, so that the two can be compared
  ADD payee_account_hash text COLLATE "C",
  ADD payee_account_masked text,
  -- number and date of the payment voucher; one voucher may pay several awards
  ADD voucher_no text,
  ADD paid_on date,
  ADD CONSTRAINT payment_payee_whole CHECK (num_nulls(payee_name, payee_bank, payee_account_hash, payee_account_masked) IN (0, 4));
`;

/** Gives the payments that there are their award's line. */
export const LINE_OF_PAYMENTS = `
-- The award's, which never changes: a list by line would otherwise look up the award of each payment.
ALTER TABLE payment ADD line_id integer;
-- No amount changes: what compares them with the award's would only look at every award again.
ALTER TABLE payment DISABLE TRIGGER payment_change_follows_award;
UPDATE payment p SET line_id = a.line_id FROM award a WHERE a.fund_id = p.fund_id AND a.id = p.award_id;
ALTER TABLE payment ENABLE TRIGGER payment_change_follows_award;
ALTER TABLE payment ALTER line_id SET NOT NULL;
`;

const LISTS = `
-- Payments of a year, and of a line in it, newest first. What they are added up by stands in the index, so that a list between two dates, or
-- totals of a year, read no rows: of 1,000,000 payments they read all of the table otherwise.
CREATE INDEX payment_year ON payment (fund_id, fiscal_year, id) INCLUDE (effective_on, paid_fen, returned_fen, demanded_fen, recovered_fen);
CREATE INDEX payment_line ON payment (fund_id, line_id, fiscal_year, id)
  INCLUDE (effective_on, paid_fen, returned_fen, demanded_fen, recovered_fen);
-- Some days or a month among a year's.
CREATE INDEX payment_date ON payment (fund_id, effective_on);
`;
