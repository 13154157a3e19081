import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An enterprise may be merged into another, and has details (domain §6). */
export class MergedEnterprises1700000000012 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(ENTERPRISES);
    await runner.query(CLAIMS);
    await runner.query(GUARDS);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const ENTERPRISES = `
ALTER TABLE enterprise
  -- the enterprise that it was merged into; null: none
  ADD merged_into uuid,
  -- the one at the end of that, by which its awards' keys are claimed; null: itself
  ADD root_id uuid,
  ADD address text,
  ADD legal_representative text,
  ADD phone text,
  -- never the number itself
  ADD bank_account_hash text COLLATE "C",
  ADD bank_account_masked text,
  ADD version integer NOT NULL DEFAULT 1,
  ADD CONSTRAINT enterprise_merged CHECK ((merged_into IS NULL) = (root_id IS NULL) AND merged_into <> id AND root_id <> id);
CREATE INDEX enterprise_root ON enterprise (fund_id, root_id) WHERE root_id IS NOT NULL;

ALTER TABLE enterprise_alias
  DROP CONSTRAINT enterprise_alias_kind_check,
  ADD CONSTRAINT enterprise_alias_kind_check CHECK (kind IN ('name', 'credit-code', 'former-name')),
  -- a former name is told by no reservation
  ALTER entry_id DROP NOT NULL;
`;

const CLAIMS = `
-- Awards of enterprises that were merged or parted give up the claims that they have under another enterprise's code than their root's.
CREATE FUNCTION move_claims(fund integer, enterprises uuid[]) RETURNS integer LANGUAGE plpgsql SECURITY DEFINER
SET enable_seqscan = off SET enable_hashjoin = off SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE moved integer;
BEGIN
  DELETE FROM claim c
   USING unnest(enterprises) AS v (id), enterprise e, award a
   WHERE e.fund_id = fund AND e.id = v.id AND a.fund_id = fund AND a.enterprise_id = e.id AND c.fund_id = fund AND c.award_id = a.id
     AND (c.kind = 'project-year' AND c.key NOT LIKE a.fiscal_year || '|person:%' AND split_part(c.key, '|', 2) <> root_code(e)
          OR c.kind = 'once-for-life' AND split_part(c.key, '|', 2) <> root_code(e));
  GET DIAGNOSTICS moved = ROW_COUNT;
  RETURN moved;
END $$;

-- Organization code of the enterprise at the end of a merge.
CREATE FUNCTION root_code(e enterprise) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, public, pg_temp AS $$
  SELECT CASE WHEN e.root_id IS NULL THEN e.organization_code
              ELSE (SELECT r.organization_code FROM enterprise r WHERE r.fund_id = e.fund_id AND r.id = e.root_id) END
$$;
`;

const GUARDS = `
-- An enterprise is merged or parted by an entry of the same transaction: whoever asks for it is known. Looked at when it commits, as parties
-- are written before entries.
CREATE FUNCTION merger_needs_entry() RETURNS trigger LANGUAGE plpgsql
SET enable_seqscan = off SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM journal_entry WHERE fund_id = NEW.fund_id AND award_id IS NULL AND kind IN ('merge', 'unmerge')
                                             AND xmin = pg_current_xact_id()::xid) THEN
    RAISE EXCEPTION 'No entry says that the enterprise is another one' USING ERRCODE = 'FL002';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER merger_needs_entry AFTER UPDATE ON enterprise DEFERRABLE INITIALLY DEFERRED FOR EACH ROW
  WHEN (NEW.merged_into IS DISTINCT FROM OLD.merged_into OR NEW.root_id IS DISTINCT FROM OLD.root_id)
  EXECUTE FUNCTION merger_needs_entry();
CREATE FUNCTION enterprise_starts_alone() RETURNS trigger LANGUAGE plpgsql SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'Enterprise % starts merged', NEW.id USING ERRCODE = 'FL002';
END $$;
CREATE TRIGGER enterprise_starts_alone BEFORE INSERT ON enterprise FOR EACH ROW
  WHEN (NEW.merged_into IS NOT NULL OR NEW.root_id IS NOT NULL) EXECUTE FUNCTION enterprise_starts_alone();
`;
