import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import ts from 'typescript';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { Ledger } from '../../src/ledger/index.js';
import { askSecondPerson } from '../support/approvals.js';
import { startApp, type TestApp } from '../support/app.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { duplicate } from '../support/every-write.js';
import { fundLine, yuan } from '../support/ledger.js';
import { servedDocument } from '../support/openapi.js';

const ROOT = join(import.meta.dirname, '../..');
const CLIENT = join(ROOT, 'test/client');
const run = promisify(execFile);

let database: TestDatabase;
let app: TestApp;

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  app = await startApp({ url: database.url, worker: true });
  await fundLine(app.app.get(Ledger), 'manufacturing-app', yuan('1000020.00'));
  await duplicate(app);
  await askSecondPerson(database, [{ kind: 'disbursement' }]);
  await mkdir(join(CLIENT, 'generated'), { recursive: true });
  await writeFile(join(CLIENT, 'generated/openapi.json'), JSON.stringify(await servedDocument(app)));
}, 60_000);

afterAll(async () => {
  await app.close();
  await database.close();
});

/** A program of the packages; rejects with what it said when it fails. */
async function program(file: string, ...args: readonly string[]): Promise<string> {
  try {
    return (await run(file, args, { cwd: ROOT, timeout: 100_000 })).stdout;
  } catch (error) {
    const said: unknown = typeof error === 'object' && error !== null && 'stdout' in error ? error.stdout : '';
    throw new Error(`${String(error)}\n${String(said)}`, { cause: error });
  }
}

/** Every place where a source says to the compiler that it knows better. */
function silencers(text: string): string[] {
  const found = [...text.matchAll(/@ts-\w+/g)].map(([comment]) => comment);
  const visit = (node: ts.Node): void => {
    const isCast = ts.isAsExpression(node) && !ts.isConstTypeReference(node.type);
    const isAny = node.kind === ts.SyntaxKind.AnyKeyword;
    if (isCast || isAny || ts.isTypeAssertionExpression(node) || ts.isNonNullExpression(node)) found.push(node.getText());
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('walk.ts', text, ts.ScriptTarget.Latest, true));
  return found;
}

it('A client generated from the document walks the day of the users, a payment that waits for another included, without a cast', async () => {
  await program('npm', 'run', '--silent', 'client-types');
  await program(process.execPath, 'node_modules/typescript/bin/tsc', '-p', CLIENT);
  expect(silencers(await readFile(join(CLIENT, 'walk.ts'), 'utf8'))).toEqual([]);
  const said = await program(process.execPath, '--import', './test/support/typescript.mjs', join(CLIENT, 'walk.ts'), app.baseUrl);
  expect(said.trim().split('\n').at(-1)).toBe('an auditor writes nothing: forbidden');
}, 120_000);
