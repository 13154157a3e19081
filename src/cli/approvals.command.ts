import { readFile } from 'node:fs/promises';
import Table from 'cli-table3';
import { Command } from 'commander';
import {
  approvalsOf,
  NewApprovalPolicyDto,
  policyAct,
  policyInForce,
  toPolicy,
  type ApprovalDto,
  type ApprovalPolicyDto,
  type NewPolicy,
  type PolicyData,
  type PolicyVersion,
} from '../approvals/index.js';
import { findFund, Fund } from '../budget/index.js';
import { listUsers, peopleOf, signedIn } from '../identity/index.js';
import { formatYuan, ProblemError, SYSTEM_ACTOR, type Actor } from '../kernel/index.js';
import { Directory, Ledger } from '../ledger/index.js';
import type { Config } from '../platform/config/index.js';
import type { Database } from '../platform/database/database.js';
import { Answer, asDto } from '../platform/http/index.js';
import { Metrics } from '../platform/metrics/index.js';
import { OutboxBell } from '../platform/outbox/outbox-bell.js';
import { OperatorError } from '../platform/operator-error.js';
import { say, withDatabase } from './environment.js';
import { passwordOf } from './password.js';

/** For what funds ask a second person. */
export function approvalsCommand(): Command {
  const approvals = new Command('approvals').description('show and change for what a fund asks a second person');
  approvals
    .command('show')
    .description('show what is in force')
    .option('--fund <code>', 'of this fund; left out: of all')
    .action(async ({ fund }: { fund?: string }) => {
      say((await withDatabase((db) => shown(db, fund))).join('\n'));
    });
  approvals
    .command('change')
    .description('change it: where anything is asked for already, another finance user must agree, by the API')
    .requiredOption('--fund <code>', 'code of the fund')
    .requiredOption('--file <path>', 'JSON as POST /funds/{fund}/approval-policy takes it')
    .requiredOption('--as <username>', 'finance user who changes it; the password is that of FUND_PASSWORD, or is asked for')
    .action(async ({ fund, file, as }: { fund: string; file: string; as: string }) => {
      const policy = policyOf(await jsonOf(file));
      const password = await passwordOf(as);
      say(await withDatabase((db, config) => changed(db, config, { fund, policy, as, password })));
    });
  return approvals;
}

/** Changes it in the name of a finance user, or has it wait for another of finance; what came of it. */
async function changed(
  db: Database,
  config: Config,
  { fund, policy, as, password }: { fund: string; policy: NewPolicy; as: string; password: string },
): Promise<string> {
  const actor = financeUser(await signedIn(db, as, password, config));
  await fundNamed(db, fund);
  const bell = new OutboxBell(db);
  try {
    const ledger = new Ledger(db, new Directory(db), bell, new Metrics(), config);
    const { acts, approvals } = approvalsOf(db, ledger, peopleOf(db, config), config);
    const act = acts.addRecord(policyAct);
    const rules = policy.rules.map(({ kind, fromFen, steps }) => ({ kind, from: formatYuan(fromFen), steps }));
    const asked = () => ({ ...policy, rules });
    const proposal = { fund, data: { policy }, asked, fiscalYear: null, amountFen: null };
    const by = { actor, request: null, language: 'en', status: 201 } as const;
    const answer = await approvals.change<ApprovalPolicyDto, PolicyData>(act, proposal, by);
    if (!(answer instanceof Answer)) throw new OperatorError(answer.problem.detail.en);
    if (answer.about.status === 202) {
      const { id, mayDecide = [] } = answer.body as ApprovalDto;
      const whom = mayDecide.length === 0 ? 'another finance user' : mayDecide.join(', ');
      return `It waits for ${whom}: POST /approvals/${id}/approve. Nothing is changed yet.`;
    }
    const { number } = answer.body as ApprovalPolicyDto;
    return `Version ${number} of the policy of approvals of ${fund} is in force.`;
  } finally {
    await bell.onModuleDestroy();
  }
}

async function shown(db: Database, code: string | undefined): Promise<string[]> {
  const funds = code === undefined ? await db.manager.find(Fund, { order: { id: 'ASC' } }) : [await fundNamed(db, code)];
  const lines: string[] = [];
  for (const fund of funds) lines.push(await inForce(db, fund));
  return lines.length === 0 ? ['There is no fund.'] : lines;
}

async function inForce(db: Database, { id, code }: Fund): Promise<string> {
  const version = await policyInForce(db, id);
  if (version === null) return `${code}: nothing is asked for; there is no policy of approvals.`;
  const usernameOf = await usernames(db);
  const { number, changedAt, changedBy, checkedBy, expiresAfterDays, reason } = version;
  const agreed = checkedBy === null ? '' : `, agreed by ${checkedBy.map(usernameOf).join(', ')}`;
  return `${code}: version ${number} of ${changedAt.toISOString()}, changed by ${usernameOf(changedBy)}${agreed}. What waits expires after ${expiresAfterDays} days.
${reason}
${tableOf(version)}`;
}

async function usernames(db: Database): Promise<(id: string) => string> {
  const known = new Map((await listUsers(db)).map(({ id, username }) => [id, username]));
  return (id) => (id === SYSTEM_ACTOR.id ? SYSTEM_ACTOR.username : (known.get(id) ?? id));
}

function tableOf({ rules }: PolicyVersion): string {
  if (rules.length === 0) return 'Nothing is asked for.';
  const table = new Table({
    head: ['kind', 'from (yuan)', 'people beside the maker'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [] },
  });
  for (const { kind, fromFen, steps } of rules) table.push([kind, formatYuan(fromFen), steps]);
  return table.toString();
}

async function fundNamed(db: Database, code: string): Promise<Fund> {
  const fund = await findFund(db, code);
  if (fund === null) throw new OperatorError(`There is no fund ${code}`);
  return fund;
}

function financeUser(actor: Actor | null): Actor {
  if (actor === null) throw new OperatorError('The username or the password is wrong.');
  if (actor.role !== 'finance') throw new OperatorError(`${actor.username} is no finance user`);
  return actor;
}

/** The policy in a file; its faults with their places, one a line. */
function policyOf(value: unknown): NewPolicy {
  try {
    const policy = toPolicy(asDto(NewApprovalPolicyDto, value));
    if (!policy.ok) throw new ProblemError(policy.problem);
    return policy.value;
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error;
    const { detail, errors = [] } = error.problem;
    throw new OperatorError([detail.en, ...errors.map((fault) => `${fault.pointer}: ${fault.detail.en}`)].join('\n'));
  }
}

async function jsonOf(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new OperatorError(`${path} cannot be read`);
  });
  try {
    return JSON.parse(text);
  } catch {
    throw new OperatorError(`${path} holds no JSON`);
  }
}
