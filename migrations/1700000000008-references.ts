import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * References of payments and receipts are the same whatever their case, dashes and spaces (domain §6): the claims that there are get their
 * keys anew. Two that come to be the same stand in places one behind the other; both payments stay what they are. Digests of references
 * beyond 200 characters stay.
 */
export class References1700000000008 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(FOLD_REFERENCES);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

/** Gives the claims of references their keys anew. */
export const FOLD_REFERENCES = `
CREATE TABLE folded_reference AS
SELECT fund_id, kind, key, place,
       upper(regexp_replace(regexp_replace(key, '[\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u301c\u3030\u30a0\u2212]', '-', 'g'), '[[:space:]]+', '', 'g')) AS folded
  FROM claim WHERE kind IN ('payment-ref', 'receipt-ref') AND key NOT LIKE 'sha256:%';
CREATE TABLE moved_reference AS
SELECT r.*, c.award_id, row_number() OVER (PARTITION BY r.fund_id, r.kind, r.folded ORDER BY r.key, r.place) - 1 AS new_place
  FROM folded_reference r JOIN claim c USING (fund_id, kind, key, place);
DELETE FROM claim c USING moved_reference m WHERE c.fund_id = m.fund_id AND c.kind = m.kind AND c.key = m.key AND c.place = m.place;
INSERT INTO claim (fund_id, kind, key, place, award_id)
SELECT fund_id, kind, folded, new_place, award_id FROM moved_reference ORDER BY fund_id, kind, folded, new_place;
DROP TABLE moved_reference, folded_reference;
`;
