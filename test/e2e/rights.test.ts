import { setTalentRate } from '../support/line-rule.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { seedPolicy } from '../../src/budget/index.js';
import { DECLARED } from '../../src/declared.js';
import { ForgetAnswers } from '../../src/ledger/forget-answers.js';
import { Ledger } from '../../src/ledger/index.js';
import { PoolClient } from '../../src/platform/database/pool-client.js';
import { startApp, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { everyWrite } from '../support/every-write.js';
import { fundLine, mustPost, reservation, yuan, project } from '../support/ledger.js';

/*
 * The run-time role may do what the product does, and nothing more. All that the product does is done here while every statement that it
 * sends is written down; what they change is then held against the rights that the rooms declare. A right that no statement needs fails
 * here, and one that is missing would have failed the statement.
 */

const sent = new Set<string>();
const { ask } = PoolClient.prototype;
let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  PoolClient.prototype.ask = function (this: PoolClient, send, asked) {
    const [what] = asked as readonly (string | { readonly text: string })[];
    sent.add(typeof what === 'string' ? what : (what?.text ?? ''));
    return ask.call(this, send, asked);
  };
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  // From before funds had names.
  await asOwner(database, (owner) => owner.query('UPDATE fund SET names = NULL'));
  await seedPolicy(database.db);
  app = await startApp({ url: database.url, worker: true, environment: { SIGN_IN_FAILURE_LIMIT: '1' } });
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('10000000.00'));
  await everyWrite(app);
  await whatElseHappens(app.app.get(Ledger));
  const [finance, nobody] = await Promise.all([app.api('finance'), app.api(null)]);
  // The second is let in in its turn.
  const guess = () => nobody.post('/auth/login', { username: 'finance', password: 'not the password' });
  await guess();
  await asOwner(database, (owner) => owner.query(`UPDATE sign_in_failure SET failed_at = failed_at - interval '1 minute'`));
  expect((await guess()).status).toBe(401);
  await finance.get(`/funds/gz-ecommerce/years/2016?recordedAsOf=${new Date().toISOString()}`);
  await finance.get(
    `/reports/account-ledger?fund=gz-ecommerce&fiscalYear=2016&account=4450&recordedAsOf=${new Date().toISOString()}`,
  );
  await app.app.get(ForgetAnswers).forget();
});
afterAll(async () => {
  Object.assign(PoolClient.prototype, { ask });
  await app.close();
  await database.close();
});

/** What no single write of the contract comes to: an override, a raised ceiling, a person, an award that frees its claim, a credit code learned later, another name, an exempt pair. */
async function whatElseHappens(ledger: Ledger): Promise<void> {
  const override = { reason: '紀要', documentNo: '1', expiresOn: '2999-12-31' };
  await fundLine(ledger, 'manufacturing-app', yuan('50.00'), 2015);
  await fundLine(ledger, 'mobile-innovation', yuan('100.00'), 2015);
  const reduction = { kind: 'reduction', fiscalYear: 2015, line: 'manufacturing-app', amountFen: yuan('80.00') } as const;
  await mustPost(ledger, { ...reduction, override, effectiveOn: '2015-03-01' });
  await fundLine(ledger, 'demo-enterprise', yuan('4000000.00'), 2014);
  const once = reservation({
    line: 'demo-enterprise',
    fiscalYear: 2014,
    amountFen: yuan('2000000.00'),
    approvedOn: '2014-03-01',
    effectiveOn: '2014-03-01',
    facts: { certified: true, growthYear1: 30, growthYear2: 30, growthYear3: 30 },
  });
  const { award } = await mustPost(ledger, once);
  const freed = { kind: 'release', awardId: award?.id ?? '', from: 'reserved', amountFen: null } as const;
  await mustPost(ledger, { ...freed, reason: '示例', effectiveOn: '2014-03-02' });
  const ceiling = { kind: 'appropriation', fiscalYear: 2017, amountFen: yuan('500000001.00') } as const;
  await mustPost(ledger, { ...ceiling, ceilingDocumentNo: '示例', effectiveOn: '2017-01-05' });
  await setTalentRate(database.db);
  await fundLine(ledger, 'talent', yuan('100.00'), 2014);
  const person = { name: '示例人才', identityHash: 'ab'.repeat(32), identityMasked: '4401**********0000' };
  const facts = { annualSalary: '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };
  const talent = { line: 'talent', fiscalYear: 2014, amountFen: yuan('100.00'), person, facts, approvedOffline: true };
  await mustPost(ledger, reservation({ ...talent, approvedOn: '2014-03-01', effectiveOn: '2014-03-01' }));
  const known = reservation({ amountFen: yuan('1.00') });
  await mustPost(ledger, known);
  const { organizationCode } = known.enterprise;
  const enterprise = { ...known.enterprise, creditCode: `91440101${organizationCode}X` };
  const later = await mustPost(ledger, { ...reservation({ amountFen: yuan('1.00') }), enterprise });
  // The same under another name, and another award of the project that finance says to be different.
  const renamed = { ...reservation({ amountFen: yuan('1.00') }), enterprise: { ...enterprise, name: '示例更名企業' } };
  const distinctFrom = [{ awardId: later.award?.id ?? '', reason: '示例' }];
  const title = later.award?.project.title ?? '';
  await mustPost(ledger, { ...renamed, project: project(title), distinctFrom });
}

/** `account.balance`, and `account.*` for a row that is locked, of every statement that changes columns. */
function updated(statement: string): string[] {
  const text = statement.replaceAll('"', '').replaceAll(/\s+/g, ' ');
  const found: string[] = [];
  for (const [, table = '', rest = ''] of text.matchAll(/\bUPDATE (?:public\.)?(\w+)(?: (?:AS )?\w+)? SET (.*)$/g)) {
    found.push(...columnsOf(rest).map((column) => `${table}.${column}`));
  }
  for (const [, table = '', rest = ''] of text.matchAll(/\bINSERT INTO (\w+).*?\bDO UPDATE SET (.*)$/g)) {
    found.push(...columnsOf(rest).map((column) => `${table}.${column}`));
  }
  return found;
}

/** Names before the `=` of a list of assignments, up to its end. */
function columnsOf(text: string): string[] {
  const columns: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    const rest = text.slice(at);
    if (rest.startsWith('(')) depth += 1;
    if (rest.startsWith(')')) depth -= 1;
    const ends = rest === '' || depth < 0 || (depth === 0 && /^ (FROM|WHERE|RETURNING)\b/.test(rest));
    if (ends || (depth === 0 && rest.startsWith(','))) {
      columns.push(/^\s*(\w+) ?=/.exec(text.slice(start, at))?.[1] ?? '?');
      start = at + 1;
    }
    if (ends) break;
  }
  return columns;
}

const tables = Object.entries(DECLARED.tables);

it('the columns that it may change are those that some statement changes', () => {
  const used = new Set([...sent].flatMap(updated));
  const declared = tables.flatMap(([table, { updates = [] }]) => updates.map((column) => `${table}.${column}`));
  // A person's row is locked and never changed; a fund is marked by the demonstration alone.
  const elsewhere = ['person.created_at', 'fund.illustrative'];
  expect(declared.filter((one) => !used.has(one)).sort()).toEqual(elsewhere.sort());
  expect([...used].filter((one) => !declared.includes(one))).toEqual([]);
});

it('the tables that it may insert into are those that some statement inserts into', () => {
  const used = new Set([...sent].flatMap((text) => [...text.matchAll(/\bINSERT INTO "?(\w+)"?/g)].map(([, table]) => table)));
  const declared = tables.filter(([, { rights }]) => rights.includes('INSERT')).map(([table]) => table);
  expect(declared.filter((table) => !used.has(table))).toEqual([]);
});

it('deletes only through functions, each of which some statement calls', () => {
  expect([...sent].filter((text) => /\b(DELETE FROM|TRUNCATE|LOCK TABLE)\b/.test(text) && !text.includes('bullmq'))).toEqual([]);
  const functions = tables.flatMap(([, declaration]) => declaration.functions ?? []);
  const uncalled = functions.filter((name) => ![...sent].some((text) => text.includes(`${name}(`)));
  expect(uncalled).toEqual([]);
});

it('may run for triggers only functions that some trigger asks, and that no statement calls', async () => {
  const asked = tables.flatMap(([, { askedByTriggers = [] }]) => askedByTriggers);
  const triggers = await database.db.rows<{ source: string }>(
    `SELECT prosrc AS source FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype`,
  );
  const calls = (texts: readonly string[], name: string): boolean => texts.some((text) => text.includes(`${name}(`));
  const sources = triggers.map(({ source }) => source);
  expect(asked.filter((name) => !calls(sources, name) || calls([...sent], name))).toEqual([]);
});
