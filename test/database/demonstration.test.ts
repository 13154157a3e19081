import { seedApprovalPolicy } from '../../src/approvals/index.js';
import { findLine, versionToday } from '../../src/budget/index.js';
import { findFund, lineSeeds, positionsOf, type Fund, type Position } from '../../src/budget/index.js';
import { readSeedFile } from '../../src/platform/seed-file.js';
import { seedDemonstration, type Demonstration } from '../../src/demonstration/index.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { businessDateOf, formatYuan, parseYuan } from '../../src/kernel/index.js';
import { readCreditCode, readOrganizationCode } from '../../src/parties/identity-codes/identity-codes.js';
import { assignHolds } from '../../src/reconciliation/holds/assign-holds.js';
import { RULES } from '../../src/reconciliation/runs/reconciler.js';
import type { Suspicion } from '../../src/reconciliation/rules/rule.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { FUND, ledgerConfig, openLedger } from '../support/ledger.js';

const YEARS = [2013, 2014, 2015, 2016, 2017];
const SECRET = 'a secret of the tests';
/** Requests at which a start is killed, before or after they are posted: what one person posts, what waits for a second, what is agreed to. */
const KILLS: readonly Kill[] = [
  { at: '2013/budget/agree', posted: false },
  { at: '2013/commit', posted: true },
  { at: '2014/disburse/agree', posted: true },
  { at: '2014/without-cap', posted: true },
  { at: '2016/reserve', posted: true },
  { at: '2016/offline/agree', posted: false },
];
/** Seven starts, six of them killed, on a machine that is busy. */
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
  let seeded: unknown;

  beforeAll(async () => {
    database = await lived();
    await seedDemonstration(demonstrationOf(database));
    fund = await fundOf(database);
    positions = await positionsOf(database.db, fund, YEARS);
    seeded = await counts(database);
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

  it('lives by the policy of approvals: finance makes, finance2 checks', async () => {
    const entries = await database.db.rows<{ kind: string; maker: string; checkers: string[] }>(
      `SELECT DISTINCT j.kind, u.username AS maker, ARRAY(SELECT username FROM app_user WHERE id = ANY (j.checked_by)) AS checkers
         FROM journal_entry j LEFT JOIN app_user u ON u.id = j.actor_id WHERE NOT j.kind = 'reserve' ORDER BY j.kind`,
    );
    expect(entries.map(({ maker }) => maker)).toEqual(entries.map(() => 'finance'));
    const checked = entries.filter(({ checkers }) => checkers.length > 0);
    expect(checked.map(({ checkers }) => checkers)).toEqual(checked.map(() => ['finance2']));
    expect(checked.map(({ kind }) => kind)).toEqual([
      'allotment',
      'allotment-return',
      'appropriation',
      'disburse',
      'reduction',
      'virement',
    ]);
    const rules = await database.db.rows<{ agreed: boolean }>(
      'SELECT checked_by IS NOT NULL AND approval_id IS NOT NULL AS agreed FROM line_rule_version WHERE number > 1',
    );
    expect(rules).toEqual([{ agreed: true }, { agreed: true }, { agreed: true }]);
    expect(
      await database.db.rows(`SELECT approved_offline AS offline, checked_by IS NOT NULL AS checked, count(*) > 0 AS some
         FROM award a JOIN journal_entry j ON j.fund_id = a.fund_id AND j.award_id = a.id AND j.kind = 'reserve' GROUP BY 1, 2 ORDER BY 1`),
    ).toEqual([
      { offline: false, checked: false, some: true },
      { offline: true, checked: true, some: true },
    ]);
  });

  it('leaves a payment, a virement and an allotment waiting, that hold no money', async () => {
    const waiting = await database.db.rows(
      `SELECT a.kind, u.username AS maker, a.preview -> 'problem' = 'null' AS possible, a.request::text LIKE '%illustrative%' AS says
         FROM approval a JOIN app_user u ON u.id = a.requested_by WHERE a.status = 'pending' ORDER BY a.id`,
    );
    expect(waiting).toEqual([
      { kind: 'disbursement', maker: 'officer', possible: true, says: true },
      { kind: 'virement', maker: 'finance', possible: true, says: true },
      { kind: 'allotment', maker: 'finance2', possible: true, says: true },
    ]);
  });

  it('plants nothing on the lines of 2016 that are kept free', () => {
    const planted = expectedFindings().filter(({ fiscalYear }) => fiscalYear === 2016);
    const lines = planted.flatMap(({ line, awards }) => [line, ...awards.map((number) => number.slice(5, -7))]);
    expect(lines.filter((line) => FREE_IN_2016.includes(line))).toEqual([]);
  });

  it('does nothing when it is all there, and posts nothing twice when it is not known to be', async () => {
    const before = await everything(database);
    await seedDemonstration(demonstrationOf(database));
    await database.db.rows('UPDATE fund SET illustrative = false');
    await seedDemonstration(demonstrationOf(database));
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
      const other = await lived();
      try {
        for (const kill of KILLS) {
          const seeding = seedDemonstration({ ...demonstrationOf(other), ledger: dyingAt(kill, other) });
          await expect(seeding).rejects.toThrow('killed');
        }
        await seedDemonstration(demonstrationOf(other));
        expect(await counts(other)).toEqual(seeded);
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

  it('asks again for what has waited too long since a start was killed', async () => {
    const other = await lived();
    try {
      const start = (kill: Kill): Promise<void> => seedDemonstration({ ...demonstrationOf(other), ledger: dyingAt(kill, other) });
      await expect(start({ at: '2013/budget/agree', posted: false })).rejects.toThrow('killed');
      await expireAll(other);
      await expect(start({ at: '2013/budget/2/agree', posted: true })).rejects.toThrow('killed');
      await expect(start({ at: '2013/commit', posted: false })).rejects.toThrow('killed');
      expect(
        await other.db.rows(
          `SELECT status, count(*) FROM approval WHERE request ->> 'step' = '2013/budget' GROUP BY 1 ORDER BY 1`,
        ),
      ).toEqual([
        { status: 'approved', count: 1n },
        { status: 'pending', count: 1n },
      ]);
    } finally {
      await other.close();
    }
  });
});

interface Kill {
  readonly at: string;
  readonly posted: boolean;
}

/** A ledger that dies right before a request is posted, or right after it was committed, before anybody hears of it. */
function dyingAt({ at, posted }: Kill, database: TestDatabase): Demonstration['ledger'] {
  const ledger = openLedger(database.db);
  const post = ledger.post.bind(ledger);
  ledger.post = async (unit, beside) => {
    const isIt = unit.request?.key.endsWith(`/${at}`) === true;
    if (isIt && !posted) throw new Error('killed');
    const results = await post(unit, beside);
    if (isIt) throw new Error('killed');
    return results;
  };
  return ledger;
}

/** What waits has waited for too long. */
function expireAll(database: TestDatabase): Promise<void> {
  return asOwner(database, async (owner) => {
    await owner.query('ALTER TABLE approval DISABLE TRIGGER USER');
    await owner.query(
      `UPDATE approval SET requested_at = requested_at - interval '1 year', expires_at = expires_at - interval '1 year'`,
    );
    await owner.query('ALTER TABLE approval ENABLE TRIGGER USER');
  });
}

/** A database whose fund asks a second person for everything, with the people to ask. */
async function lived(): Promise<TestDatabase> {
  const database = await testDatabase();
  await seedApprovalPolicy(database.db);
  await seedDemonstrationUsers(database.db);
  return database;
}

function demonstrationOf({ db }: TestDatabase): Demonstration {
  return { db, ledger: openLedger(db), config: ledgerConfig(), secret: SECRET };
}

/** How many there are of what is written with a start. */
function counts(database: TestDatabase): Promise<unknown> {
  return Promise.all(
    ['journal_entry', 'award', 'approval', 'approval_decision', 'line_rule_version'].map((table) =>
      database.db.rows(`SELECT '${table}' AS table, count(*) AS count FROM ${table}`),
    ),
  );
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
    ['journal_entry', 'posting', 'award', 'enterprise', 'programme_line', 'account', 'approval', 'approval_decision'].map(
      (table) =>
        database.db.rows(`SELECT count(*) AS count, md5(string_agg(t::text, '' ORDER BY t::text)) AS digest FROM ${table} t`),
    ),
  );
}

async function fundOf(database: TestDatabase): Promise<Fund> {
  const fund = await findFund(database.db, FUND);
  if (fund === null) throw new Error('The fund is missing');
  return fund;
}
