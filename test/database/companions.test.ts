import { uuidv7 } from 'uuidv7';
import { problem } from '../../src/kernel/index.js';
import { companion, type CompanionKind, type Ledger, type PostResult, type ReserveEvent } from '../../src/ledger/index.js';
import { texts, uuids } from '../../src/platform/database/columns.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { FINANCE, fundLine, FUND, openLedger, reservation, yuan } from '../support/ledger.js';

/*
 * A record of a room is there exactly when the posting beside it is. Here it is a remark on a finding; what is asked of it may also be
 * that it is refused, that its check throws, or that its write does.
 */

interface Remark {
  readonly findingId: string;
  readonly text: string;
}

const remark: CompanionKind<Remark, { readonly id: string; readonly reason: string | null }> = {
  name: 'test-remarks',
  table: 'finding',
  columns: 'reason',
  idOf: ({ findingId }) => findingId,
  check({ text }, finding) {
    if (text === 'throws') throw new Error('A check that throws');
    if (finding === undefined) return problem('not-found', '沒有', 'None');
    return finding.reason === null ? null : problem('already-decided', '已有', 'There is one');
  },
  after: ({ text }, finding) => ({ ...finding, reason: text }),
  async write(tx, { fundId }, accepted) {
    const items = accepted.map(({ item }) => item);
    if (items.some(({ text }) => text === 'breaks')) await tx.rows('SELECT 1 / 0');
    await tx.rows(
      `UPDATE finding f SET reason = v.text FROM unnest($2::uuid[], $3::text[]) AS v (id, text) WHERE f.fund_id = $1 AND f.id = v.id`,
      [fundId, uuids(items, ({ findingId }) => findingId), texts(items, ({ text }) => text)],
    );
    return null;
  },
};

let database: TestDatabase;
let ledger: Ledger;

beforeEach(async () => {
  database = await testDatabase();
  ledger = openLedger(database.db);
  await fundLine(ledger, 'manufacturing-app', yuan('1000000.00'));
});

afterEach(async () => {
  expect(await brokenInvariants(database.db)).toEqual({});
  await database.close();
});

async function openFindings(count: number): Promise<string[]> {
  const ids = Array.from({ length: count }, () => uuidv7());
  await database.db.rows(
    `INSERT INTO finding (fund_id, id, rule, subject, severity, fiscal_year, amount_fen, evidence, fingerprint, opened_at, opened_by_run)
     SELECT 1, v.id, 'line-rule', v.id::text, 'error', 2016, 0, '{}', '', now(), v.id FROM unnest($1::uuid[]) AS v (id)`,
    [ids],
  );
  return ids;
}

const remarks = async (): Promise<Record<string, string>> =>
  Object.fromEntries(
    (await database.db.rows<{ id: string; reason: string }>('SELECT id, reason FROM finding WHERE reason IS NOT NULL')).map(
      (row) => [row.id, row.reason],
    ),
  );

const awards = async (): Promise<number> =>
  (await database.db.rows<{ found: number }>('SELECT count(*)::integer AS found FROM award'))[0]?.found ?? 0;

const small = (): ReserveEvent => reservation({ amountFen: yuan('1.00') });
const request = () => ({ key: uuidv7(), requestHash: uuidv7().replaceAll('-', '') });

function post(mode: 'each' | 'all' | 'single', events: readonly ReserveEvent[], also: readonly (Remark | null)[]) {
  const records = also.map((item) => (item === null ? null : companion(remark, item)));
  return ledger.post({ fund: FUND, actor: FINANCE, mode, request: request(), events }, { also: records });
}

const codes = (results: readonly PostResult[]): string[] => results.map((result) => (result.ok ? 'ok' : result.problem.code));

test('The record is there when the posting is, and neither when either is refused', async () => {
  const [first = '', second = ''] = await openFindings(2);
  const event = small();
  expect(codes(await post('single', [event], [{ findingId: first, text: 'one' }]))).toEqual(['ok']);
  // The posting is refused: the project has its award.
  expect(codes(await post('single', [event], [{ findingId: second, text: 'two' }]))).toEqual(['project-already-subsidised']);
  // The record is refused: there is one.
  expect(codes(await post('single', [small()], [{ findingId: first, text: 'three' }]))).toEqual(['already-decided']);
  expect(await remarks()).toEqual({ [first]: 'one' });
  expect(await awards()).toBe(1);
});

test('Of two records on one row in one batch the second sees the first; in mode all both go', async () => {
  const [finding = ''] = await openFindings(1);
  const both = [
    { findingId: finding, text: 'one' },
    { findingId: finding, text: 'two' },
  ];
  expect(codes(await post('all', [small(), small()], both))).toEqual(['batch-rolled-back', 'already-decided']);
  expect(await remarks()).toEqual({});
  expect(codes(await post('each', [small(), small()], both))).toEqual(['ok', 'already-decided']);
  expect(await remarks()).toEqual({ [finding]: 'one' });
  expect(await awards()).toBe(1);
});

test.each(['throws', 'breaks'])('A record that %s fails its own unit, and none of the strangers in its batch', async (text) => {
  const findings = await openFindings(20);
  const strangers = findings.map((findingId, index) =>
    post('single', [small()], [index % 2 === 0 ? { findingId, text: 'fine' } : null]),
  );
  const faulty = post('single', [small()], [{ findingId: findings[1] ?? '', text }]);
  const outcomes = await Promise.all(strangers);
  expect(outcomes.map(codes)).toEqual(findings.map(() => ['ok']));
  await expect(faulty).rejects.toThrow();
  expect(await awards()).toBe(20);
  expect(Object.values(await remarks())).toEqual(Array.from({ length: 10 }, () => 'fine'));
});

test('200 records in one request beside 64 clients on one line: nobody else is refused', async () => {
  const findings = await openFindings(200);
  let isThrough = false;
  const refused: string[] = [];
  const clients = Promise.all(
    Array.from({ length: 64 }, async () => {
      do refused.push(...codes(await post('single', [small()], [])).filter((code) => code !== 'ok'));
      while (!isThrough);
    }),
  );
  const records = findings.map((findingId) => ({ findingId, text: 'fine' }));
  const results = await post('each', findings.map(small), records);
  isThrough = true;
  await clients;
  expect(codes(results)).toEqual(findings.map(() => 'ok'));
  expect(refused).toEqual([]);
  expect(Object.keys(await remarks())).toHaveLength(200);
});

test('A record may not lock what events lock by their needs: the order of locks would be another', async () => {
  const wrong = companion({ ...remark, name: 'test-wrong', table: 'account' }, { findingId: uuidv7(), text: 'x' });
  const unit = { fund: FUND, actor: FINANCE, mode: 'single', request: request(), events: [small()] } as const;
  await expect(ledger.post(unit, { also: [wrong] })).rejects.toThrow("can't lock account");
});
