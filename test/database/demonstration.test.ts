import { findLine, versionToday } from '../../src/budget/index.js';
import { findFund, lineSeeds, positionsOf, type Fund, type Position } from '../../src/budget/index.js';
import { readSeedFile } from '../../src/platform/seed-file.js';
import { seedDemonstration, type Demonstration } from '../../src/demonstration/index.js';
import { businessDateOf, formatYuan, parseYuan } from '../../src/kernel/index.js';
import { readCreditCode, readOrganizationCode } from '../../src/parties/identity-codes/identity-codes.js';
import { assignHolds } from '../../src/reconciliation/holds/assign-holds.js';
import { RULES } from '../../src/reconciliation/runs/reconciler.js';
import type { Suspicion } from '../../src/reconciliation/rules/rule.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { FUND, openLedger } from '../support/ledger.js';

const YEARS = [2013, 2014, 2015, 2016, 2017];
const SECRET = 'a secret of the tests';
/** Four starts, three of them killed, on a machine that is busy. */
const REPEATED_STARTS_MS = 120_000;
/** Lines of 2016 that stay free of planted violations. */
const FREE_IN_2016 = ['manufacturing-app', 'mobile-innovation', 'crossborder-logistics'];

interface ExpectedFinding {
  readonly rule: string;
  readonly severity: string;
  readonly fiscalYear: number;
  readonly line: string;
  readonly enterprise?: string;
  readonly project?: string;
  readonly awards: readonly string[];
  readonly amountAtIssue: string;
}

describe('the demonstration', () => {
  let database: TestDatabase;
  let fund: Fund;
  let positions: Position[];

  beforeAll(async () => {
    database = await testDatabase();
    await seedDemonstration({ db: database.db, ledger: openLedger(database.db), secret: SECRET });
    fund = await fundOf(database);
    positions = await positionsOf(database.db, fund, YEARS);
  });
  afterAll(() => database.close());

  it('has five open years with exactly the annual amount appropriated', () => {
    expect(positions.map(({ fiscalYear, status, appropriated }) => ({ fiscalYear, status, appropriated }))).toEqual(
      YEARS.map((fiscalYear) => ({ fiscalYear, status: 'open', appropriated: '500000000.00' })),
    );
  });

  it('leaves money in 2016: unallotted, and on every line that can be reserved', () => {
    const year = positions.find((position) => position.fiscalYear === 2016);
    expect(parseYuan(year?.unallotted ?? '')).toBeGreaterThanOrEqual(15_000_000_000n);
    for (const { code, reservable } of lineSeeds()) {
      const available = parseYuan(year?.lines.find((line) => line.line === code)?.available ?? '') ?? 0n;
      expect(available > 0n).toBe(reservable);
      if (FREE_IN_2016.includes(code)) expect(available).toBeGreaterThanOrEqual(500_000_000n);
    }
  });

  it('has about 300 awards, on every reservable line and in every stage', async () => {
    const awards = await database.db.rows<{ line: string; stage: string }>(
      `SELECT l.code AS line, CASE WHEN a.disbursed_fen > 0 THEN 'disbursed' WHEN a.committed_fen > 0 THEN 'committed'
                                   WHEN a.reserved_fen > 0 THEN 'reserved' WHEN a.recovered_fen > 0 THEN 'recovered' ELSE 'released' END AS stage
         FROM award a JOIN programme_line l ON l.fund_id = a.fund_id AND l.id = a.line_id`,
    );
    expect(awards.length).toBeGreaterThan(290);
    expect(awards.length).toBeLessThan(330);
    expect(new Set(awards.map((award) => award.line))).toEqual(
      new Set(
        lineSeeds()
          .filter((line) => line.reservable)
          .map((line) => line.code),
      ),
    );
    expect(new Set(awards.map((award) => award.stage))).toEqual(
      new Set(['reserved', 'committed', 'disbursed', 'released', 'recovered']),
    );
    const kinds = await database.db.rows<{ kind: string }>('SELECT DISTINCT kind FROM journal_entry ORDER BY kind');
    expect(kinds.map((row) => row.kind)).toEqual([
      'allotment',
      'allotment-return',
      'appropriation',
      'commit',
      'disburse',
      'external-award',
      'recovery',
      'recovery-demand',
      'reduction',
      'release',
      'reserve',
      'return',
      'reward-hold',
      'virement',
    ]);
  });

  it('names enterprises that do not exist by valid codes, and persons without their numbers', async () => {
    const enterprises = await database.db.rows<{ name: string; organization_code: string; credit_code: string | null }>(
      'SELECT * FROM enterprise',
    );
    for (const enterprise of enterprises) {
      expect(enterprise.name).toMatch(/^示例/);
      expect(readOrganizationCode(enterprise.organization_code)).toBe(enterprise.organization_code);
      if (enterprise.credit_code !== null) expect(readCreditCode(enterprise.credit_code)).toBe(enterprise.credit_code);
    }
    const persons = await database.db.rows<{ identity_masked: string }>('SELECT identity_masked FROM person');
    expect(persons).toHaveLength(8);
    for (const person of persons) expect(person.identity_masked).toMatch(/^440\*{11}\d{3}[0-9X]$/);
  });

  it('tells of every payment its payee and its voucher, and of one enterprise one account', async () => {
    const payments = await database.db.rows<{
      payee_name: string;
      payee_account_masked: string;
      voucher_no: string;
      dated: boolean;
    }>('SELECT payee_name, payee_account_masked, voucher_no, paid_on = effective_on AS dated FROM payment');
    expect(payments.length).toBeGreaterThan(100);
    for (const { payee_name: name, payee_account_masked: masked, voucher_no: voucher, dated } of payments) {
      expect([name.slice(0, 2), masked.slice(0, 4), voucher.slice(0, 4), dated]).toEqual(['示例', '****', '示例憑證', true]);
    }
    const [accounts] = await database.db.rows<{ most: bigint }>(
      `SELECT max(found) AS most FROM (SELECT count(DISTINCT p.payee_account_hash) AS found FROM payment p JOIN award a ON a.id = p.award_id
         WHERE a.person_id IS NULL GROUP BY a.enterprise_id) c`,
    );
    expect(accounts?.most).toBe(1n);
  });

  it('says in the data themselves that they are made up', async () => {
    expect(fund.illustrative).toBe(true);
    expect(await database.db.rows(`SELECT id FROM journal_entry WHERE coalesce(reason, '') NOT LIKE '%illustrative%'`)).toEqual(
      [],
    );
    expect(await database.db.rows(`SELECT id FROM award WHERE approval_ref NOT LIKE '示例%'`)).toEqual([]);
  });

  it('plants nothing on the lines of 2016 that are kept free', () => {
    const planted = expectedFindings().filter(({ fiscalYear }) => fiscalYear === 2016);
    const lines = planted.flatMap(({ line, awards }) => [line, ...awards.map((number) => number.slice(5, -7))]);
    expect(lines.filter((line) => FREE_IN_2016.includes(line))).toEqual([]);
  });

  it('does nothing when it is all there, and posts nothing twice when it is not known to be', async () => {
    const before = await everything(database);
    await seedDemonstration({ db: database.db, ledger: openLedger(database.db), secret: SECRET });
    await database.db.rows('UPDATE fund SET illustrative = false');
    await seedDemonstration({ db: database.db, ledger: openLedger(database.db), secret: SECRET });
    expect(await everything(database)).toEqual(before);
  });

  it('leads to the findings that are listed: no more, no fewer', async () => {
    const scope = { fundId: fund.id, fiscalYear: null, today: businessDateOf(new Date()), thorough: true };
    await assignHolds(database.db, openLedger(database.db), FUND, scope);
    const found: ExpectedFinding[] = [];
    for (const rule of RULES) {
      const { suspicions } = await rule.check(database.db, scope);
      for (const suspicion of suspicions) found.push(await byNames(database, rule.name, suspicion));
    }
    expect(inOrder(found)).toEqual(inOrder(expectedFindings()));
  });

  it(
    'is completed by the next start when one was killed, wherever it was',
    async () => {
      const other = await testDatabase();
      try {
        for (const step of ['2013/commit', '2014/without-cap', '2016/reserve', 'none']) {
          const seeding = seedDemonstration({ db: other.db, ledger: dyingAfter(step, other), secret: SECRET });
          if (step === 'none') await seeding;
          else await expect(seeding).rejects.toThrow('killed');
        }
        expect(await positionsOf(other.db, await fundOf(other), YEARS)).toEqual(positions);
        const training = await findLine(other.db, (await fundOf(other)).id, 'training');
        expect((await versionToday(other.db, training?.fundId ?? 0, training?.id ?? 0)).rule).toEqual(
          lineSeeds().find((line) => line.code === 'training')?.rule,
        );
      } finally {
        await other.close();
      }
    },
    REPEATED_STARTS_MS,
  );
});

/** A ledger that dies right after a step was committed, before anybody hears of it. */
function dyingAfter(step: string, database: TestDatabase): Demonstration['ledger'] {
  const ledger = openLedger(database.db);
  return {
    post: async (unit) => {
      const results = await ledger.post(unit);
      if (unit.request?.key.endsWith(`/${step}`) === true) throw new Error('killed');
      return results;
    },
  };
}

function expectedFindings(): ExpectedFinding[] {
  const { findings } = readSeedFile('demo/expected-findings.json') as { findings: (ExpectedFinding & { because: string })[] };
  return findings.map(({ because: _, ...finding }) => finding);
}

/** A suspicion told by the names that people know. */
async function byNames(database: TestDatabase, rule: string, suspicion: Suspicion): Promise<ExpectedFinding> {
  const awards = await database.db.rows<{ id: string; number: string; enterprise: string; project: string }>(
    `SELECT a.id, a.number, e.name AS enterprise, p.title AS project FROM award a
       JOIN enterprise e ON e.fund_id = a.fund_id AND e.id = a.enterprise_id JOIN project p ON p.fund_id = a.fund_id AND p.id = a.project_id
      WHERE a.id = ANY ($1::uuid[])`,
    [suspicion.awardIds],
  );
  const [line] = await database.db.rows<{ code: string }>('SELECT code FROM programme_line WHERE id = $1', [suspicion.lineId]);
  const isOfOneProject =
    new Set(awards.map((award) => award.project)).size === 1 && new Set(awards.map((award) => award.enterprise)).size === 1;
  return {
    rule,
    severity: suspicion.severity,
    fiscalYear: suspicion.fiscalYear,
    line: line?.code ?? '',
    ...(isOfOneProject ? { enterprise: awards[0]?.enterprise ?? '', project: awards[0]?.project ?? '' } : {}),
    awards: suspicion.awardIds.map((id) => awards.find((award) => award.id === id)?.number ?? ''),
    amountAtIssue: formatYuan(suspicion.amountFen),
  };
}

function inOrder(findings: readonly ExpectedFinding[]): ExpectedFinding[] {
  const keyOf = (finding: ExpectedFinding): string => `${finding.rule} ${finding.fiscalYear} ${finding.line}`;
  return [...findings].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
}

async function everything(database: TestDatabase): Promise<unknown> {
  return Promise.all(
    ['journal_entry', 'posting', 'award', 'enterprise', 'programme_line', 'account'].map((table) =>
      database.db.rows(`SELECT count(*) AS count, md5(string_agg(t::text, '' ORDER BY t::text)) AS digest FROM ${table} t`),
    ),
  );
}

async function fundOf(database: TestDatabase): Promise<Fund> {
  const fund = await findFund(database.db, FUND);
  if (fund === null) throw new Error('The fund is missing');
  return fund;
}
