import { randomUUID } from 'node:crypto';
import type { ApprovalDto } from '../../src/approvals/index.js';
import type { AwardBatchResultDto } from '../../src/awards/award-batch.dto.js';
import type { AwardDto } from '../../src/awards/award.dto.js';
import type { LineDto } from '../../src/budget/lines/programme-line.dto.js';
import { Ledger } from '../../src/ledger/index.js';
import type { FindingDto } from '../../src/reconciliation/findings/finding.dto.js';
import { signIn, type Api } from '../support/app.js';
import { askSecondPerson } from '../support/approvals.js';
import { awardRequest } from '../support/award-request.js';
import { BUDGET, budgetEntry, Desk, payment, type Person, type Refusal } from '../support/desk.js';
import { brokenInvariants } from '../support/invariants.js';
import { FUND } from '../support/ledger.js';
import { openReconciliation } from '../support/reconciliation.js';

/*
 * A boss who wants it alone (domain §3, Approvals): each way that was tried, and what stopped it.
 */

let desk: Desk;

beforeAll(async () => {
  desk = await Desk.open();
});
afterEach(async () => expect(await brokenInvariants(desk.database.db)).toEqual({}));
afterAll(() => desk.close());

const supplement = (by: Api = desk.finance, amount = '10.00') =>
  desk.ask(BUDGET, budgetEntry('supplement', amount, { ceilingDocumentNo: '穗府〔2016〕9號' }), by);

/** No entry is posted by the attempt. */
async function postsNothing(attempt: () => Promise<unknown>): Promise<void> {
  const before = await desk.entries();
  await attempt();
  expect(await desk.entries()).toBe(before);
}

/** The account decides nothing of what the boss has asked for, neither alone nor among many. */
async function isStopped(asked: ApprovalDto, by: Api, code: string): Promise<void> {
  await postsNothing(async () => {
    expect((await desk.approve(asked, by)).body.code).toBe(code);
    const items = [{ id: asked.id, previewHash: asked.preview.hash }];
    const many = await by.post<{ results: { problem?: Refusal }[] }>('/approvals/decisions', { decision: 'approve', items });
    expect(many.body.results[0]?.problem?.code).toBe(code);
  });
  expect((await desk.shown(asked)).status).toBe('pending');
}

describe('A second account', () => {
  let boss: Person;
  beforeAll(async () => {
    boss = await desk.person({ displayName: '何總', staffNo: 'CZ-100' });
  });

  // The key of the name (folded), where either account has no staff number.
  it.each(['何總', ' 何·總 ', '何\u200B總'])('under the boss’s own name (%j) is the boss', async (displayName) => {
    const other = await desk.person({ displayName });
    await isStopped(await supplement(boss.api), other.api, 'self-approval');
  });

  // The key of the staff number, folded.
  it.each(['CZ-100', 'cz 100', 'ＣＺ－１００'])(
    'under the boss’s staff number (%s) and another name is the boss',
    async (staffNo) => {
      const other = await desk.person({ displayName: `何總的助理${staffNo}`, staffNo });
      await isStopped(await supplement(boss.api), other.api, 'self-approval');
    },
  );

  // The key of the name, whatever the role: who asks as an officer is who checks as finance.
  it('of an officer asks for a payment that the boss does not agree to', async () => {
    const clerk = await desk.person({ displayName: '何總', role: 'officer', agency: '市經貿委' });
    await isStopped(await desk.payment({}, clerk.api), boss.api, 'self-approval');
  });

  // Its standing is younger than the request.
  it('made after the request, or made of finance, or renamed to another, decides nothing of it', async () => {
    const renamed = await desk.person({ displayName: '何總' });
    const raised = await desk.person({ role: 'auditor' });
    const asked = await supplement(boss.api);
    await desk.changeUser(renamed.id, { displayName: '另一人' });
    await desk.changeUser(raised.id, { role: 'finance' });
    const made = await desk.person();
    for (const account of [renamed, raised, made]) await isStopped(asked, await desk.signIn(account), 'forbidden');
  });

  // The password is of its standing: who gives another one may sign in as who has it.
  it('that was given another password decides what is asked from then on, not what was before', async () => {
    const owner = await desk.person();
    const before = await supplement(boss.api);
    await desk.changeUser(owner.id, { password: 'known to the boss' });
    const taken = await signIn(desk.app.baseUrl, owner.username, 'known to the boss');
    await isStopped(before, taken, 'forbidden');
    expect((await desk.approve(await supplement(boss.api), taken)).body.status).toBe('approved');
  });

  // So is the maker's: what was asked in its name waits no longer.
  it('that has asked, and was given another password, has asked for nothing', async () => {
    const maker = await desk.person();
    const asked = await supplement(maker.api);
    await desk.changeUser(maker.id, { password: 'known to the boss' });
    await isStopped(asked, boss.api, 'approval-stale');
  });

  // The maker's own standing: it must be older than the request as well.
  it('is not made another person’s by renaming the first, which has asked', async () => {
    const [first, second] = [await desk.person({ displayName: '雙名' }), await desk.person({ displayName: '雙名' })];
    const asked = await supplement(first.api);
    await isStopped(asked, second.api, 'self-approval');
    await desk.changeUser(first.id, { displayName: '單名' });
    await isStopped(asked, second.api, 'approval-stale');
  });

  // The standing of who has agreed: the two who agree are told apart as the maker is.
  it('does not agree twice, not even when the first is renamed in between', async () => {
    await askSecondPerson(desk.database, [{ kind: 'supplement', steps: 2 }]);
    const [first, second] = [await desk.person({ displayName: '雙簽' }), await desk.person({ displayName: '雙簽' })];
    const asked = await supplement();
    expect((await desk.approve(asked, first.api)).status).toBe(200);
    await isStopped(asked, second.api, 'already-decided');
    await desk.changeUser(first.id, { displayName: '單簽' });
    await isStopped(asked, second.api, 'approval-stale');
    expect((await desk.shown(asked)).preview.problem?.code).toBe('forbidden');
    await askSecondPerson(desk.database);
  });
});

// Each is a transaction of its own on one locked row.
test('One person’s agreements at the same time, in one request or many, are one person’s', async () => {
  await askSecondPerson(desk.database, [{ kind: 'supplement', steps: 2 }]);
  const asked = await supplement();
  const items = Array.from({ length: 5 }, () => ({ id: asked.id, previewHash: asked.preview.hash }));
  await postsNothing(() =>
    Promise.all([
      ...items.map(() => desk.approve(asked)),
      desk.finance2.post('/approvals/decisions', { decision: 'approve', items }),
      desk.finance2.post('/approvals/decisions', {
        decision: 'approve',
        items: items.map(({ id, ...more }) => ({ ...more, id: id.toUpperCase() })),
      }),
    ]),
  );
  expect(await desk.shown(asked)).toMatchObject({ status: 'pending', steps: { needed: 2, given: 1 } });
  await askSecondPerson(desk.database);
});

describe('On paper', () => {
  const offline = () => awardRequest({ approvedOffline: true });

  // The ledger's door: the event itself asks, whatever brings it.
  it('an award is recorded by two, alone and in a batch of either mode', async () => {
    await postsNothing(async () => {
      expect((await desk.finance.post('/awards', offline())).status).toBe(202);
      expect((await desk.finance.post('/awards/batch', { mode: 'all', awards: [offline(), offline()] })).status).toBe(202);
      const each = await desk.finance.post<AwardBatchResultDto>('/awards/batch', {
        mode: 'each',
        awards: [offline(), offline()],
      });
      expect(each.body.results.map(({ status }) => status)).toEqual([202, 202]);
    });
  });

  // One approval stands for the whole batch: what hides among a thousand plain awards waits with them.
  it('an award that hides in a batch holds the whole batch back', async () => {
    const awards = [awardRequest(), offline(), awardRequest()];
    await postsNothing(async () => {
      const asked = await desk.finance.post<ApprovalDto>('/awards/batch', { mode: 'all', awards });
      expect(asked).toMatchObject({ status: 202, body: { kind: 'approved-offline', preview: { entryCount: 3 } } });
    });
  });

  // Finance alone may say so; the officer whom the boss sends is refused at once.
  it('nothing is recorded by an officer', async () => {
    await postsNothing(async () => {
      expect(await desk.officer.post('/awards', offline())).toMatchObject({ status: 403, body: { code: 'forbidden' } });
      const each = await desk.officer.post('/awards/batch', { mode: 'each', awards: [offline()] });
      expect(each.status).toBe(403);
    });
  });
});

// Its kind asks whatever it carries.
test('An override, and money moved by a reduction and a virement, is asked for like any other entry', async () => {
  const override = { reason: '口頭同意', documentNo: '無', expiresOn: '2999-12-31' };
  await postsNothing(async () => {
    await desk.ask(BUDGET, budgetEntry('reduction', '10000000.00', { line: 'headquarters', override }));
    await desk.ask(BUDGET, budgetEntry('virement', '1.00', { fromLine: 'market-app', toLine: 'headquarters' }));
    await desk.ask(BUDGET, budgetEntry('allotment-return', '1.00', { line: 'market-app' }));
  });
});

// What is settled is read anew when it is agreed to, and posted by the same door: the hold stays, and the finding stays open.
test('A settlement that lifts a hold lifts nothing while it waits', async () => {
  const reconciliation = openReconciliation(desk.database, desk.app.app.get(Ledger));
  const first = awardRequest({ amount: '60.00' });
  await desk.finance.post('/awards', first);
  const second = { ...awardRequest(), enterprise: first['enterprise'], project: first['project'], approvedOffline: true };
  const held = await desk.done<AwardDto>('/awards', second);
  await reconciliation.run();
  const found = (await reconciliation.findings('open')).find(({ award_ids: ids }) => ids.includes(held.id));
  await reconciliation.close();
  const path = `/findings/${found?.id}/resolve`;
  await postsNothing(async () => {
    for (const how of [{ resolution: 'dismiss' }, { resolution: 'keep', award: held.id }]) {
      const asked = await desk.ask(path, { reason: '核實', ...how });
      expect((await desk.approve(asked, desk.finance)).body.code).toBe('self-approval');
    }
    expect((await desk.finance.get<FindingDto>(`/findings/${found?.id}`)).body.status).toBe('open');
    const commit = { documentNo: '協議', effectiveOn: '2016-05-01' };
    expect((await desk.officer.post<Refusal>(`/awards/${held.id}/commitments`, commit)).body.code).toBe('award-on-hold');
  });
});

// The form is part of the rule.
test('A line’s rule is not changed by its form, nor beside something that needs nobody', async () => {
  const path = `/funds/${FUND}/lines/market-app`;
  const line = async () => (await desk.finance.get<LineDto>(path)).body;
  const before = await line();
  const said = { reason: '新細則', documentNo: '穗財〔2016〕8號' };
  for (const body of [
    { form: 'reward', ...said },
    { section: '二(二)2附', form: 'reward', ...said },
    { section: '二(二)2附', rule: before.rule, effectiveOn: '2016-01-01', ...said },
  ]) {
    const headers = { 'if-match': `"${before.version}"` };
    expect((await desk.finance.request('PATCH', path, { body, headers })).status).toBe(202);
  }
  expect(await line()).toEqual(before);
});

// Each is of the version that its maker has seen: agreed to one, the others are of a line that is no more.
test('A change of a line that was asked for twice is made once', async () => {
  const path = `/funds/${FUND}/lines/mobile-innovation`;
  const { version } = (await desk.finance.get<LineDto>(path)).body;
  const body = { form: 'reward', reason: '新細則', documentNo: '穗財〔2016〕8號' };
  const ask = () => desk.finance.request<ApprovalDto>('PATCH', path, { body, headers: { 'if-match': `"${version}"` } });
  const [one, two] = [await ask(), await ask()];
  expect([two.status, two.body.id]).toEqual([202, one.body.id]);
  expect((await desk.approve(one.body)).body.status).toBe('approved');
  expect((await desk.approve(two.body)).body.code).toBe('already-decided');
  // By then the line has another version: what is asked for once more of the one that was seen is refused.
  expect((await ask()).status).toBe(412);
});

describe('The other’s Idempotency-Key', () => {
  // A key is of the user who sent it: its hash is of both.
  it('does not make the boss the other', async () => {
    const [mine, theirs] = [await supplement(), await supplement(desk.finance2)];
    const key = randomUUID();
    expect((await desk.approve(mine, desk.finance2, { key })).status).toBe(200);
    await postsNothing(async () => {
      expect((await desk.approve(mine, desk.finance, { key })).body.code).toBe('already-decided');
      expect((await desk.approve(theirs, desk.finance2, { key })).body.code).toBe('idempotency-key-reused');
    });
    expect((await desk.approve(theirs, desk.finance, { key })).status).toBe(200);
  });

  // What is posted is remembered under the checker's key, and the maker's request under the maker's.
  it('does not turn what was answered to one into an answer to the other', async () => {
    const key = randomUUID();
    const body = budgetEntry('supplement', '10.00', { ceilingDocumentNo: '穗府〔2016〕9號' });
    const asked = await desk.ask(BUDGET, body, desk.finance, { key });
    const other = await desk.ask(BUDGET, body, desk.finance2, { key });
    expect(other.id).not.toBe(asked.id);
    expect((await desk.approve(other, desk.finance, { key: randomUUID() })).status).toBe(200);
  });
});

// The digest is of what the approval named in the path does.
test('What the checker saw of one request approves no other', async () => {
  const [small, large] = [await supplement(desk.finance, '1.00'), await supplement(desk.finance, '900000.00')];
  await postsNothing(async () => {
    expect((await desk.approve(large, desk.finance2, { hash: small.preview.hash })).body.code).toBe('approval-stale');
  });
});

describe('A payment', () => {
  // The policy's fund asks from 0.00 on: a part is asked for as the whole is.
  it('is not paid alone in parts, where every amount is asked for', async () => {
    const award = await desk.committed();
    await postsNothing(async () => {
      for (const amount of ['0.01', '50.00', '49.99']) await desk.ask(`/awards/${award.id}/disbursements`, payment({ amount }));
    });
  });

  // An officer's request is the officer's: the boss who sends one needs another of finance, as the officer's agency does.
  it('asked for by an officer is of its own agency’s lines, in a fund without a policy as well', async () => {
    const [award, officer2] = [await desk.committed(), await desk.app.api('officer2')];
    await postsNothing(async () => {
      const path = `/awards/${award.id}/disbursements`;
      const refused = await officer2.post<Refusal>(path, payment());
      expect([403, 404]).toContain(refused.status);
      await askSecondPerson(desk.database, []);
      expect([403, 404]).toContain((await officer2.post<Refusal>(path, payment())).status);
      const asked = await desk.ask(path, payment(), desk.officer);
      expect(await desk.approve(asked, desk.officer)).toMatchObject({ status: 403 });
    });
    await askSecondPerson(desk.database);
  });
});
