import { seedDemonstrationUsers } from '../../src/identity/index.js';
import { startApp, type TestApp } from '../support/app.js';
import { asOwner, testDatabase, type TestDatabase } from '../support/database.js';
import { recordEntry, transferLegs } from '../support/record-entry.js';

interface Entry {
  readonly id: string;
  readonly line: string | null;
  readonly postings?: { readonly account: string; readonly side: string; readonly amount: string }[];
}
interface JournalPage {
  readonly items: Entry[];
  readonly nextCursor: string | null;
}
interface Refusal {
  readonly code: string;
  readonly errors?: { readonly pointer: string }[];
}

// Led by 市經貿委 (officer) and by 市金融辦 (officer2).
const LINES = ['manufacturing-app', 'payment-licence'];

let database: TestDatabase;
let app: TestApp;
const entries: string[] = [];

beforeAll(async () => {
  database = await testDatabase();
  await seedDemonstrationUsers(database.db);
  await asOwner(database, async (owner) => {
    entries.push(
      await recordEntry(owner, {
        kind: 'appropriation',
        fiscalYear: 2016,
        effectiveOn: '2016-01-04',
        legs: transferLegs({ account: 4110 }, { account: 4450 }, 50_000_000_000n),
      }),
    );
    for (const line of LINES) {
      entries.push(
        await recordEntry(owner, {
          kind: 'allotment',
          fiscalYear: 2016,
          effectiveOn: '2016-02-01',
          line,
          legs: transferLegs({ account: 4450 }, { account: 4610, line }, 20_000_000_00n),
        }),
      );
    }
  });
  app = await startApp({ url: database.url });
});

afterAll(async () => {
  await app.close();
  await database.close();
});

describe('GET /journal', () => {
  it('pages by a cursor that holds for its filters alone', async () => {
    const auditor = await app.api('auditor');
    const { body: first } = await auditor.get<JournalPage>('/journal?fund=gz-ecommerce&fiscalYear=2016&limit=2');
    expect(first.items.map((entry) => entry.id)).toEqual([entries[2], entries[1]]);
    const { body: second } = await auditor.get<JournalPage>(
      `/journal?fund=gz-ecommerce&fiscalYear=2016&limit=2&cursor=${first.nextCursor ?? ''}`,
    );
    expect(second).toMatchObject({
      items: [{ id: entries[0], kind: 'appropriation', amount: '500000000.00', line: null }],
      nextCursor: null,
    });
    const other = await auditor.get<Refusal>(`/journal?fund=gz-ecommerce&cursor=${first.nextCursor ?? ''}`);
    expect([other.status, other.body.code]).toEqual([400, 'validation-failed']);
  });

  it('shows officers their own lines and the whole fund, in the list and one by one', async () => {
    for (const [user, line] of [
      ['officer', LINES[0]],
      ['officer2', LINES[1]],
    ] as const) {
      const api = await app.api(user);
      const { body } = await api.get<JournalPage>('/journal');
      expect(body.items.map((entry) => entry.line)).toEqual([line, null]);
      const statuses = await Promise.all(entries.map(async (id) => (await api.get(`/journal/${id}`)).status));
      expect(statuses).toEqual([200, ...LINES.map((other) => (other === line ? 200 : 404))]);
    }
  });

  it('reads one entry with its postings', async () => {
    const { body } = await (await app.api('finance')).get<Entry>(`/journal/${entries[1] ?? ''}`);
    expect(body.postings).toMatchObject([
      { account: '4450', line: null, side: 'debit', amount: '20000000.00', balanceAfter: '480000000.00' },
      { account: '4610', line: LINES[0], side: 'credit', amount: '20000000.00', balanceAfter: '20000000.00' },
    ]);
  });

  it('refuses malformed and unknown', async () => {
    const auditor = await app.api('auditor');
    const refused = async (path: string) => {
      const { status, body } = await auditor.get<Refusal>(path);
      return [status, body.code];
    };
    expect(await refused('/journal/not-a-uuid')).toEqual([400, 'validation-failed']);
    expect(await refused('/journal/00000000-0000-7000-8000-000000000000')).toEqual([404, 'not-found']);
    expect(await refused('/journal?kind=nothing')).toEqual([400, 'validation-failed']);
    expect(await refused('/journal?account=1')).toEqual([400, 'validation-failed']);
    expect(await refused('/journal?award=1')).toEqual([400, 'validation-failed']);
    expect(await refused('/journal?limit=201')).toEqual([400, 'validation-failed']);
    expect(await refused('/journal?nothing=1')).toEqual([400, 'validation-failed']);
    expect((await (await app.api(null)).get('/journal')).status).toBe(401);
  });
});
