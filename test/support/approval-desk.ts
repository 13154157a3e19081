import { createHash, randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import {
  approvalsOf,
  policyAct,
  type ApprovalDto,
  type Approvals,
  type ApprovalServices,
  type Json,
  type NewPolicy,
  type PostingAct,
} from '../../src/approvals/index.js';
import { peopleOf } from '../../src/identity/index.js';
import { accepted, formatYuan, type Actor, type Role } from '../../src/kernel/index.js';
import type { Ledger, LedgerEvent } from '../../src/ledger/index.js';
import { loadConfig } from '../../src/platform/config/index.js';
import type { Database, Sql } from '../../src/platform/database/database.js';
import { Answer, JsonText } from '../../src/platform/http/index.js';
import { testEnvironment } from './app.js';
import { FUND } from './ledger.js';

/** What a request at the desk came to: its answer to the byte, or the code of its refusal. */
export type DeskAnswer =
  | { readonly ok: true; readonly text: string; readonly replayed: boolean; readonly approval: ApprovalDto }
  | { readonly ok: false; readonly code: string; readonly detail: string };

interface OneEvent extends Json {
  readonly event: LedgerEvent;
}

/** Any event of the ledger, answered with its entry's id. */
const oneEvent: PostingAct<OneEvent> = {
  name: 'one-event',
  roles: ['finance', 'officer'],
  unit: (_, { event }) =>
    Promise.resolve(
      accepted({ mode: 'single', events: [event], render: ({ entry }) => JSON.stringify({ entry: entry?.id ?? null }) }),
    ),
};

/** Approvals as one process has them, on the database and ledger of it, without HTTP. */
export class Desk {
  private readonly approvals: Approvals;
  private readonly decisions: ApprovalServices['decisions'];

  constructor(db: Database, ledger: Ledger) {
    const config = loadConfig(testEnvironment('postgresql://tests'));
    const { acts, approvals, decisions } = approvalsOf(db, ledger, peopleOf(db, config), config);
    acts.addPosting(oneEvent);
    acts.addRecord(policyAct);
    this.approvals = approvals;
    this.decisions = decisions;
  }

  /** Asks for the event; it waits where the fund asks for a second person, and is posted where it doesn't. */
  async ask(actor: Actor, event: LedgerEvent, key: string = randomUUID()): Promise<DeskAnswer> {
    const amountFen = 'amountFen' in event ? event.amountFen : null;
    const proposal = { fund: FUND, data: { event }, asked: () => ({ kind: event.kind }), fiscalYear: 2016, amountFen };
    const stated = amountFen === null ? '' : formatYuan(amountFen);
    return toldOf(await this.approvals.submit(oneEvent, proposal, by(actor, key, `ask ${event.kind} ${stated}`)));
  }

  /** Asks for another policy of approvals. */
  async askPolicy(actor: Actor, policy: NewPolicy, key: string = randomUUID()): Promise<DeskAnswer> {
    const proposal = {
      fund: FUND,
      data: { policy },
      asked: () => ({ reason: policy.reason }),
      fiscalYear: null,
      amountFen: null,
    };
    const asking = { ...by(actor, key, `policy ${policy.reason}`), status: 200 as const };
    return toldOf(await this.approvals.change(policyAct, proposal, asking));
  }

  async approve(actor: Actor, id: string, previewHash: string, key: string = randomUUID()): Promise<DeskAnswer> {
    return toldOf(
      await this.decisions.approve(id, { previewHash, reason: null }, by(actor, key, `approve ${id} ${previewHash}`)),
    );
  }

  async reject(actor: Actor, id: string, key: string = randomUUID()): Promise<DeskAnswer> {
    return toldOf(await this.decisions.reject(id, '資料不全', by(actor, key, `reject ${id}`)));
  }

  async withdraw(actor: Actor, id: string, key: string = randomUUID()): Promise<DeskAnswer> {
    return toldOf(await this.decisions.withdraw(id, null, by(actor, key, `withdraw ${id}`)));
  }
}

/** A user who can't sign in, as no test needs it to: another name each time. */
export async function addPerson(sql: Sql, role: Role = 'finance', agency: string | null = null): Promise<Actor> {
  const id = uuidv7();
  const username = `p${id.replaceAll('-', '')}`;
  await sql.rows(
    `INSERT INTO app_user (id, username, display_name, role, agency, password_hash) VALUES ($1, $2, $2, $3, $4, 'nobody')`,
    [id, username, role, agency],
  );
  return { id, username, role, agency, reaches: agency === null ? [] : [agency] };
}

/** The approval of an answer that must be one. */
export function waiting(answer: DeskAnswer): ApprovalDto {
  if (!answer.ok) throw new Error(`Refused with ${answer.code}: ${answer.detail}`);
  return answer.approval;
}

function by(actor: Actor, key: string, what: string) {
  const requestHash = createHash('sha256').update(what).digest('hex').slice(0, 32);
  return { actor, request: { key, requestHash }, language: 'zh-Hant' as const };
}

function toldOf(
  answer: Awaited<ReturnType<Approvals['submit']>> | Awaited<ReturnType<ApprovalServices['decisions']['reject']>>,
): DeskAnswer {
  if (!(answer instanceof Answer)) return { ok: false, code: answer.problem.code, detail: answer.problem.detail.en };
  const text = answer.body instanceof JsonText ? answer.body.text : JSON.stringify(answer.body);
  return { ok: true, text, replayed: answer.about.replayed === true, approval: JSON.parse(text) as ApprovalDto };
}
