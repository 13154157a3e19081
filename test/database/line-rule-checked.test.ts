import { randomUUID } from 'node:crypto';
import { SYSTEM_ACTOR } from '../../src/kernel/index.js';
import type { Agreed } from '../../src/ledger/index.js';
import type { Tx } from '../../src/platform/database/database.js';
import { askSecondPerson } from '../support/approvals.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { TwoPeople } from '../support/two-people.js';

/*
 * Where the fund asks a second person for a line's rule, the database takes none without (domain §3, Approvals), and believes no approval that was
 * not given to this very change.
 */

let database: TestDatabase;
let two: TwoPeople;
let maker: string;
let other: string;

beforeEach(async () => {
  database = await testDatabase();
  two = new TwoPeople(database);
  [maker, other] = [await two.person(), await two.person()];
});
afterEach(() => database.close());

/** Another version of a line's rule, as the run-time role writes it past all code. */
function store(by: string, agreedBy: (tx: Tx) => Promise<Agreed | null>): Promise<void> {
  return database.db.transaction(async (tx) => {
    const agreed = await agreedBy(tx);
    await tx.rows(
      `INSERT INTO line_rule_version (fund_id, line_id, number, valid_from, rule, reason, document_no, changed_by, approval_id, checked_by)
       SELECT v.fund_id, v.line_id, v.number + 1, v.valid_from, v.rule, '示例', '示例', $1, $2, $3
         FROM line_rule_version v JOIN programme_line l ON l.fund_id = v.fund_id AND l.id = v.line_id
        WHERE l.code = 'training' ORDER BY v.number DESC LIMIT 1`,
      [by, agreed?.approvalId ?? null, agreed?.checkers ?? null],
    );
  });
}
const alone = () => Promise.resolve(null);
const approved = (kind: string, by: string) => (tx: Tx) => two.approved(tx, kind, by, other);
const disable = (trigger: string) =>
  asOwner(database, (owner) => owner.query(`ALTER TABLE line_rule_version DISABLE TRIGGER ${trigger}`));

test('A line’s rule is changed by one person where the fund asks nobody, and by two where it does', async () => {
  await store(maker, alone);
  await store(maker, approved('line-rule', maker));
  await askSecondPerson(database, [{ kind: 'line-rule', fromFen: 100n }]);
  await store(maker, approved('line-rule', maker));
  await expect(store(maker, alone)).rejects.toMatchObject({ code: 'FL007' });
  await disable('line_rule_is_agreed');
  await store(maker, alone);
});

test('It is changed by as many as the fund asks', async () => {
  await askSecondPerson(database, [{ kind: 'line-rule', steps: 2 }]);
  await expect(store(maker, approved('line-rule', maker))).rejects.toMatchObject({ code: 'FL007' });
  const third = await two.person();
  await store(maker, (tx) => two.approved(tx, 'line-rule', maker, other, third));
});

test('What corrects the seed has nobody to ask', async () => {
  await askSecondPerson(database);
  await store(SYSTEM_ACTOR.id, alone);
});

test('What is only tried meets no refusal: it is never stored', async () => {
  await askSecondPerson(database);
  const tried = database.db.transaction(async (tx) => {
    await tx.rows(
      `INSERT INTO line_rule_version (fund_id, line_id, number, valid_from, rule, reason, document_no, changed_by)
       SELECT fund_id, line_id, max(number) + 1, '2016-01-01', '{}', '', '', $1 FROM line_rule_version GROUP BY fund_id, line_id LIMIT 1`,
      [maker],
    );
    throw new Error('Only tried');
  });
  await expect(tried).rejects.toThrow('Only tried');
});

test.each<[string, (tx: Tx) => Promise<Agreed>]>([
  ['of nobody', () => Promise.resolve({ approvalId: randomUUID(), checkers: [other] })],
  ['of another kind', (tx) => approved('disbursement', maker)(tx)],
  ['of another maker', async (tx) => approved('line-rule', await two.person())(tx)],
  [
    'of other people',
    async (tx) => ({ approvalId: (await approved('line-rule', maker)(tx)).approvalId, checkers: [randomUUID()] }),
  ],
  [
    'that waits',
    async (sql) => {
      const approvalId = await two.ask(maker, { kind: 'line-rule', sql });
      await two.agree(approvalId, other, sql);
      return { approvalId, checkers: [other] };
    },
  ],
  ['that was approved before', () => two.approved(database.db, 'line-rule', maker, other)],
])('It is not changed by an approval %s', async (_, agreedBy) => {
  await expect(store(maker, agreedBy)).rejects.toMatchObject({ code: 'FL007' });
  await disable('line_rule_follows_approval');
  await store(maker, agreedBy);
});
