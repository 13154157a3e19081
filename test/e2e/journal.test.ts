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

// Led by 市經貿委 (officer), by 市金融辦 (officer2), and by 市外經貿局 (nobody here).
const LINES = ['manufacturing-app', 'payment-licence', 'crossborder-platform'] as const;
const [, TAKING, GIVING] = LINES;
const BUDGET_ENTRIES = '/funds/gz-ecommerce/years/2016/budget-entries';

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
          documentNo: line === GIVING ? '穗財預〔2016〕1號' : 'ＧＺ－2016－7',
          legs: transferLegs({ account: 4450 }, { account: 4610, line }, 20_000_000_00n),
        }),
      );
    }
    entries.push(
      await recordEntry(owner, {
        kind: 'virement',
        fiscalYear: 2016,
        effectiveOn: '2016-03-01',
        line: GIVING,
        details: { fromLine: GIVING, toLine: TAKING },
        legs: transferLegs({ account: 4610, line: GIVING }, { account: 4610, line: TAKING }, 5_000_000_00n),
      }),
    );
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
    expect(first.items.map((entry) => entry.id)).toEqual([entries[4], entries[3]]);
    const { body: second } = await auditor.get<JournalPage>(
      `/journal?fund=gz-ecommerce&fiscalYear=2016&limit=2&cursor=${first.nextCursor ?? ''}`,
    );
    expect(second.items.map((entry) => entry.id)).toEqual([entries[2], entries[1]]);
    const { body: third } = await auditor.get<JournalPage>(
      `/journal?fund=gz-ecommerce&fiscalYear=2016&limit=2&cursor=${second.nextCursor ?? ''}`,
    );
    expect(third).toMatchObject({
      items: [{ id: entries[0], kind: 'appropriation', amount: '500000000.00', line: null, effectiveOn: '2016-01-04' }],
      nextCursor: null,
    });
    const other = await auditor.get<Refusal>(`/journal?fund=gz-ecommerce&cursor=${first.nextCursor ?? ''}`);
    expect([other.status, other.body.code]).toEqual([400, 'validation-failed']);
  });

  it('shows officers their own lines, a virement by either line, and the whole fund: in the lists and one by one', async () => {
    const [appropriation = '', ofOfficer = '', ofOfficer2 = '', , virement = ''] = entries;
    for (const [user, seen] of [
      ['auditor', [...entries].reverse()],
      ['officer', [ofOfficer, appropriation]],
      ['officer2', [virement, ofOfficer2, appropriation]],
    ] as const) {
      const api = await app.api(user);
      for (const list of ['/journal', BUDGET_ENTRIES]) {
        const { body } = await api.get<JournalPage>(list);
        expect([list, body.items.map((entry) => entry.id)]).toEqual([list, seen]);
      }
      const statuses = await Promise.all(entries.map(async (id) => (await api.get(`/journal/${id}`)).status));
      expect(statuses).toEqual(entries.map((id) => (seen.includes(id) ? 200 : 404)));
    }
  });

  it.each(['/journal', BUDGET_ENTRIES])('%s takes no cursor of somebody who sees more', async (list) => {
    const { body } = await (await app.api('auditor')).get<JournalPage>(`${list}?limit=1`);
    const officer = await app.api('officer');
    expect((await officer.get(`${list}?limit=1&cursor=${body.nextCursor ?? ''}`)).status).toBe(400);
  });

  it.each(['/journal', BUDGET_ENTRIES])('%s finds a document however its number is spelt, and bounds by it', async (list) => {
    const [, ofOfficer, ofOfficer2, ofNobody] = entries;
    const found = async (user: string, documentNo: string) => {
      const { body } = await (await app.api(user)).get<JournalPage>(`${list}?documentNo=${encodeURIComponent(documentNo)}`);
      return body.items.map(({ id }) => id);
    };
    expect(await found('auditor', 'gz-2016—7')).toEqual([ofOfficer2, ofOfficer]);
    expect(await found('auditor', ' 穗財預 〔２０１６〕1 號')).toEqual([ofNobody]);
    expect(await found('auditor', 'GZ-2016')).toEqual([]);
    expect(await found('officer', 'GZ-2016-7')).toEqual([ofOfficer]);
    const auditor = await app.api('auditor');
    const { body } = await auditor.get<JournalPage>(`${list}?documentNo=GZ-2016-7&limit=1`);
    const cursor = `limit=1&cursor=${encodeURIComponent(body.nextCursor ?? '')}`;
    const next = await auditor.get<JournalPage>(`${list}?documentNo=GZ-2016-7&${cursor}`);
    expect(next.body.items.map(({ id }) => id)).toEqual([ofOfficer]);
    expect((await auditor.get(`${list}?documentNo=GZ-2016-8&${cursor}`)).status).toBe(400);
    for (const nothing of ['', '%E2%80%8B', 'GZ%00', 'G'.repeat(201)]) {
      expect((await auditor.get(`${list}?documentNo=${nothing}`)).status).toBe(400);
    }
  });

  it('finds what an agency leads, a virement by either line, within what the reader sees', async () => {
    const [, ofOfficer, ofOfficer2, ofNobody, virement] = entries;
    const found = async (user: string, agency: string) => {
      const { body } = await (await app.api(user)).get<JournalPage>(`/journal?agency=${encodeURIComponent(agency)}`);
      return body.items.map(({ id }) => id);
    };
    expect(await found('auditor', '市經貿委')).toEqual([ofOfficer]);
    expect(await found('auditor', '市金融辦')).toEqual([virement, ofOfficer2]);
    expect(await found('auditor', '市外經貿局')).toEqual([virement, ofNobody]);
    expect(await found('officer2', '市外經貿局')).toEqual([virement]);
    expect(await found('officer', '市外經貿局')).toEqual([]);
    expect((await (await app.api('auditor')).get('/journal?agency=x')).status).toBe(400);
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
