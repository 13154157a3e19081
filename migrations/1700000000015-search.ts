import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Search: folded texts, the grams that find them, how many texts have each, and what is not indexed yet. */
export class Search1700000000015 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(UNINDEXED);
    await runner.query(INDEX);
    await runner.query(SORTS);
    await runner.query(BACKLOG);
  }

  async down(): Promise<void> {
    throw new Error('Restore a backup instead.');
  }
}

const UNINDEXED = `
-- What was written and is not in the search index yet: a row for each posting transaction, which the indexer takes within a second.
CREATE TABLE unindexed (
  id             bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  fund_id        integer NOT NULL,
  entry_ids      uuid[] NOT NULL DEFAULT '{}',
  award_ids      uuid[] NOT NULL DEFAULT '{}',
  enterprise_ids uuid[] NOT NULL DEFAULT '{}',
  recorded_at    timestamptz(3) NOT NULL DEFAULT now()
);

-- The indexer takes the oldest rows: so many ids at most, but one row at least.
CREATE FUNCTION take_unindexed(most integer) RETURNS SETOF unindexed LANGUAGE sql SECURITY DEFINER
SET search_path = pg_catalog, public, pg_temp AS $$
  DELETE FROM unindexed WHERE id IN (
    SELECT id FROM (SELECT id, sum(ids) OVER (ORDER BY id) - ids AS before
                      FROM (SELECT id, cardinality(entry_ids) + cardinality(award_ids) + cardinality(enterprise_ids) AS ids
                              FROM unindexed ORDER BY id LIMIT 1000) first) f
     WHERE before < most)
  RETURNING *
$$;
`;

const INDEX = `
-- Folded fields, one to a line: what a term is looked for in. Narrow, so that all of it can be read for a total.
CREATE TABLE search_text (
  fund_id integer NOT NULL,
  kind    text COLLATE "C" NOT NULL CHECK (kind IN ('award', 'enterprise', 'entry', 'payment')),
  id      uuid NOT NULL,
  text    text COLLATE "C" NOT NULL,
  PRIMARY KEY (fund_id, kind, id)
);

-- The grams of each text. Few rows wait in an index's pending list, as every search reads all of it.
CREATE TABLE search_gram (
  fund_id integer NOT NULL,
  kind    text COLLATE "C" NOT NULL,
  id      uuid NOT NULL,
  grams   integer[] NOT NULL,
  PRIMARY KEY (fund_id, kind, id)
);
CREATE INDEX search_gram_award ON search_gram USING gin (grams) WITH (gin_pending_list_limit = 256) WHERE kind = 'award';
CREATE INDEX search_gram_enterprise ON search_gram USING gin (grams) WITH (gin_pending_list_limit = 256) WHERE kind = 'enterprise';
CREATE INDEX search_gram_entry ON search_gram USING gin (grams) WITH (gin_pending_list_limit = 256) WHERE kind = 'entry';
CREATE INDEX search_gram_payment ON search_gram USING gin (grams) WITH (gin_pending_list_limit = 256) WHERE kind = 'payment';

-- How many texts of a year and line have a gram (0 and 0 where they have none): by it, how to search is decided.
CREATE TABLE search_count (
  fund_id     integer NOT NULL,
  kind        text COLLATE "C" NOT NULL,
  gram        integer NOT NULL,
  fiscal_year integer NOT NULL,
  line_id     integer NOT NULL,
  texts       integer NOT NULL,
  PRIMARY KEY (fund_id, kind, gram, fiscal_year, line_id)
) WITH (fillfactor = 70);
`;

const SORTS = `
-- Lists of awards by amount, and by day of approval. Neither column ever changes.
CREATE INDEX award_amount ON award (fund_id, awarded_fen, id);
CREATE INDEX award_approved ON award (fund_id, approved_on, id);
`;

/** What there is already waits like what comes: five hundred entries to a row. */
const BACKLOG = `
INSERT INTO unindexed (fund_id, entry_ids)
SELECT fund_id, array_agg(id ORDER BY id) FROM (SELECT fund_id, id, row_number() OVER (PARTITION BY fund_id ORDER BY id) / 500 AS chunk FROM journal_entry) e
 GROUP BY fund_id, chunk ORDER BY fund_id, chunk;
INSERT INTO unindexed (fund_id, enterprise_ids)
SELECT fund_id, array_agg(id ORDER BY id) FROM (SELECT fund_id, id, row_number() OVER (PARTITION BY fund_id ORDER BY id) / 500 AS chunk FROM enterprise) e
 GROUP BY fund_id, chunk ORDER BY fund_id, chunk;
`;
