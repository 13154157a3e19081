import type { ApprovalDto } from '../../src/approvals/index.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import { seedDemonstrationUsers } from '../../src/identity/index.js';
import type { UserDto } from '../../src/identity/users/user.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import { signIn, startApp, type Answer, type Api, type RequestOptions, type TestApp } from './app.js';
import { askSecondPerson, type Asked } from './approvals.js';
import { awardRequest } from './award-request.js';
import { asOwner, testDatabase, type TestDatabase } from './database.js';
import { FUND, fundLine, yuan } from './ledger.js';

/** What a refusal says. */
export interface Refusal {
  readonly code: string;
  readonly detail: string;
  readonly preview?: ApprovalDto['preview'];
}

/** Either of both, as a test looks at it. */
export type Told = ApprovalDto & Refusal;

const PASSWORD = 'correct horse battery';
let serial = 0;

/** A fund with money on a few lines, and the people of the demonstration at it: finance makes, finance2 checks. */
export class Desk {
  private constructor(
    readonly database: TestDatabase,
    readonly app: TestApp,
    readonly finance: Api,
    readonly finance2: Api,
    readonly officer: Api,
    readonly admin: Api,
  ) {}

  /** `asked` null: the fund has no policy of approvals. */
  static async open(asked?: readonly Asked[] | null): Promise<Desk> {
    const database = await testDatabase();
    await seedDemonstrationUsers(database.db);
    const app = await startApp({ url: database.url });
    for (const line of ['manufacturing-app', 'market-app', 'headquarters'])
      await fundLine(app.app.get(Ledger), line, yuan('10000000.00'));
    if (asked !== null) await askSecondPerson(database, asked);
    return new Desk(
      database,
      app,
      await app.api('finance'),
      await app.api('finance2'),
      await app.api('officer'),
      await app.api('admin'),
    );
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.database.close();
  }

  /** Asks for it: it waits. */
  async ask(path: string, body: object, by: Api = this.finance, options?: Omit<RequestOptions, 'body'>): Promise<ApprovalDto> {
    const asked = await by.post<ApprovalDto>(path, body, options);
    expect({ status: asked.status, body: asked.body }).toMatchObject({ status: 202, body: { status: 'pending' } });
    return asked.body;
  }

  /** Agrees to what is shown, unless another digest is given. */
  approve(
    { id, preview }: ApprovalDto,
    by: Api = this.finance2,
    { hash = preview.hash, key }: { readonly hash?: string; readonly key?: string } = {},
  ): Promise<Answer<Told>> {
    return by.post<Told>(`/approvals/${id}/approve`, { previewHash: hash }, key === undefined ? {} : { key });
  }

  reject({ id }: ApprovalDto, by: Api = this.finance2, reason: string | undefined = '材料不全'): Promise<Answer<Told>> {
    return by.post<Told>(`/approvals/${id}/reject`, { reason });
  }

  withdraw({ id }: ApprovalDto, by: Api = this.finance): Promise<Answer<Told>> {
    return by.post<Told>(`/approvals/${id}/withdraw`, {});
  }

  async shown({ id }: { readonly id: string }, by: Api = this.finance): Promise<ApprovalDto> {
    return (await by.get<ApprovalDto>(`/approvals/${id}`)).body;
  }

  /** Asks for it, and has finance2 agree: what the route then answers. */
  async done<T>(path: string, body: object): Promise<T> {
    const answer = await this.approve(await this.ask(path, body));
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status: 200, body: { status: 'approved' } });
    return answer.body.result as T;
  }

  /** An award of 100.00, or of what is said, that is committed. */
  async committed(more: Record<string, unknown> = {}): Promise<AwardDto> {
    const { body } = await this.officer.post<AwardDto>('/awards', awardRequest({ amount: '100.00', ...more }));
    const said = { documentNo: '協議', effectiveOn: '2016-05-01' };
    const answer = await this.officer.post<AwardDto>(`/awards/${body.id}/commitments`, said);
    expect(answer.status).toBe(201);
    return answer.body;
  }

  /** A payment of a committed award that waits. */
  async payment(more: Record<string, unknown> = {}, by: Api = this.finance): Promise<ApprovalDto> {
    const award = await this.committed({ amount: more['amount'] ?? '100.00' });
    return this.ask(`/awards/${award.id}/disbursements`, payment(more), by);
  }

  /** A user of its own, of finance unless said otherwise. */
  async person(more: Record<string, unknown> = {}): Promise<Person> {
    serial += 1;
    const username = `person${serial}`;
    const body = { username, displayName: `示範人員${serial}`, role: 'finance', password: PASSWORD, ...more };
    const made = await this.admin.post<UserDto>('/users', body);
    expect(made.status).toBe(201);
    await this.anInstant();
    return { id: made.body.id, username, api: await this.signIn({ username }) };
  }

  /** Another session of somebody that the desk has made. */
  signIn({ username }: Pick<Person, 'username'>): Promise<Api> {
    return signIn(this.app.baseUrl, username, PASSWORD);
  }

  /** Changes a user, as the administrator. */
  async changeUser(id: string, body: object): Promise<void> {
    await this.anInstant();
    const { version } = (await this.admin.get<UserDto>(`/users/${id}`)).body;
    const options = { body, headers: { 'if-match': `"${version}"` } };
    expect((await this.admin.request('PATCH', `/users/${id}`, options)).status).toBe(200);
    await this.anInstant();
  }

  async idOf(username: string): Promise<string> {
    const rows = await this.database.db.rows<{ id: string }>('SELECT id FROM app_user WHERE username = $1', [username]);
    return rows[0]?.id ?? '';
  }

  /** Entries of the journal. */
  async entries(): Promise<number> {
    const [row] = await this.database.db.rows<{ n: number }>('SELECT count(*)::integer AS n FROM journal_entry');
    return row?.n ?? 0;
  }

  /** Its time is over, as if it had been asked for long ago. */
  async expire({ id }: ApprovalDto): Promise<void> {
    await asOwner(this.database, async (owner) => {
      await owner.query('ALTER TABLE approval DISABLE TRIGGER approval_is_decided_once');
      await owner.query(
        `UPDATE approval SET requested_at = requested_at - interval '40 days', expires_at = expires_at - interval '40 days' WHERE id = $1`,
        [id],
      );
      await owner.query('ALTER TABLE approval ENABLE TRIGGER approval_is_decided_once');
    });
  }

  /** Instants are kept to the millisecond. */
  async anInstant(): Promise<void> {
    await this.database.db.rows('SELECT pg_sleep(0.005)');
  }
}

/** What the route would have answered, of an approval that is done. */
export function resultOf<T>({ body }: Answer<ApprovalDto>): T {
  return body.result as T;
}

/** Somebody who may sign in. */
export interface Person {
  readonly id: string;
  readonly username: string;
  readonly api: Api;
}

export const BUDGET = `/funds/${FUND}/years/2016/budget-entries`;

/** A budget entry of 2016. */
export function budgetEntry(kind: string, amount: string, more: object = {}): Record<string, unknown> {
  serial += 1;
  return { kind, amount, reason: '年度預算', documentNo: `穗財預〔2016〕${serial}號`, effectiveOn: '2016-06-01', ...more };
}

/** A payment of 100.00. */
export function payment(more: object = {}): Record<string, unknown> {
  serial += 1;
  return { amount: '100.00', paymentRef: `ZF-DESK-${serial}`, effectiveOn: '2016-06-04', ...more };
}
