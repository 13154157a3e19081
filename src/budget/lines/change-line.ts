import { accepted, problem, refused, type ProblemPlace, type Result, type Text } from '../../kernel/index.js';
import { asKnown } from '../../parties/index.js';
import { claimByRule, lockLineAccounts, type LineRule } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import { versionConflict } from '../../platform/http/index.js';
import { lockFund } from '../funds/find-fund.js';
import { findLine, reasonOf } from './find-line.js';
import { columnsOf, insertLine, type NewLine } from './insert-line.js';
import { ProgrammeLine } from './programme-line.entity.js';
import { createAccounts, touchOpenYears } from '../years/fiscal-year.sql.js';
import { lineRuleFaults, toLineRule } from './line-rule-faults.js';
import type { LineChangeDto, NewLineDto } from './programme-line.dto.js';

/** Adds a line to the fund, with its accounts in every open year. Refused: `validation-failed`, `already-exists`. */
export async function addLine(tx: Tx, fundId: number, request: NewLineDto): Promise<Result<ProgrammeLine>> {
  const payee = request.payee ?? 'enterprise';
  const faults = [...lineFaults({ ...request, reason: inOneLanguage(request.reason) }), ...lineRuleFaults(request.rule, payee)];
  if (faults.length > 0) return refused(invalidLine(faults));
  await lockFund(tx, fundId);
  const line = await insertLine(tx, fundId, {
    code: request.code,
    section: request.section,
    title: request.title,
    leadAgencies: await asKnown(tx, request.leadAgencies),
    form: request.form,
    payee,
    reservable: request.reservable,
    reason: request.reservable ? null : inOneLanguage(request.reason),
    rule: toLineRule(request.rule),
  });
  if (line === null)
    return refused(problem('already-exists', `支出方向 ${request.code} 已存在`, `The line ${request.code} already exists`));
  await createAccounts(tx, fundId);
  return accepted(line);
}

/**
 * Changes a line that still has the version given, under the locks of its accounts, so that a running reservation sees one rule or the
 * other (architecture §3.5). Awards that the new rule would refuse become findings; what it lets happen once in the fund's life is
 * claimed for the awards that there are. Refused: `validation-failed`, `version-conflict`.
 */
export async function changeLine(
  tx: Tx,
  fundId: number,
  code: string,
  version: number,
  request: LineChangeDto,
): Promise<Result<ProgrammeLine>> {
  const leadAgencies = request.leadAgencies && (await asKnown(tx, request.leadAgencies));
  return underLock(tx, fundId, code, version, (before) => {
    const after = merge(before, { ...request, ...(leadAgencies && { leadAgencies }) });
    const ruleFaults = request.rule === undefined ? [] : lineRuleFaults(request.rule, before.payee);
    const faults = [...lineFaults(after), ...ruleFaults];
    return faults.length > 0 ? refused(invalidLine(faults)) : accepted(after);
  });
}

/** Gives the line a rule that is known to be right (a seed's), as `changeLine` does. */
export async function replaceRule(
  tx: Tx,
  fundId: number,
  code: string,
  version: number,
  rule: LineRule,
): Promise<Result<ProgrammeLine>> {
  return underLock(tx, fundId, code, version, (before) => accepted({ ...merge(before, {}), rule }));
}

async function underLock(
  tx: Tx,
  fundId: number,
  code: string,
  version: number,
  change: (before: ProgrammeLine) => Result<NewLine>,
): Promise<Result<ProgrammeLine>> {
  const known = await findLine(tx, fundId, code);
  if (known === null) return refused(problem('not-found', `沒有支出方向 ${code}。`, `There is no line ${code}.`));
  await lockLineAccounts(tx, fundId, known.id);
  const before = (await findLine(tx, fundId, code)) ?? known;
  if (before.version !== version) return refused(versionConflict(before.version).problem);
  const after = change(before);
  if (!after.ok) return after;
  const written = await tx.manager.update(ProgrammeLine, { fundId, id: before.id, version }, columnsOf(after.value));
  const changed = written.affected === 1 ? await findLine(tx, fundId, code) : null;
  if (changed === null) return refused(versionConflict(version + 1).problem);
  if (after.value.rule !== before.rule) await claimByRule(tx, fundId, changed);
  await touchOpenYears(tx, fundId);
  return accepted(changed);
}

function merge(before: ProgrammeLine, change: LineChangeDto): NewLine {
  const reservable = change.reservable ?? before.reservable;
  return {
    code: before.code,
    section: change.section ?? before.section,
    title: change.title ?? before.title,
    leadAgencies: change.leadAgencies ?? before.leadAgencies,
    form: change.form ?? before.form,
    payee: before.payee,
    reservable,
    reason: reservable ? null : (inOneLanguage(change.reason) ?? reasonOf(before)),
    rule: change.rule === undefined ? before.rule : toLineRule(change.rule),
  };
}

/** A reason that finance gave: in one language, which stands for all. */
function inOneLanguage(reason: string | undefined): Text | null {
  return reason === undefined ? null : { zh: reason, en: reason };
}

function lineFaults(line: Pick<NewLine, 'form' | 'reservable' | 'reason'>): ProblemPlace[] {
  if (line.reservable && line.form === 'none') {
    return [{ pointer: '/form', detail: { zh: '可預留的支出方向須有扶持形式', en: 'A reservable line has a form' } }];
  }
  if (!line.reservable && line.reason === null) {
    return [{ pointer: '/reason', detail: { zh: '不可預留時必須說明原因', en: 'Required where the line is not reservable' } }];
  }
  return [];
}

function invalidLine(errors: readonly ProblemPlace[]) {
  return problem('validation-failed', '支出方向不符合要求', 'The programme line is not valid', { errors });
}
