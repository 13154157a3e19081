import { accepted, businessDateOf, problem, refused, type ProblemPlace, type Result, type Text } from '../../kernel/index.js';
import { asKnown } from '../../parties/index.js';
import { claimByRule, lockLineAccounts, type Agreed, type LineRule } from '../../ledger/index.js';
import type { Tx } from '../../platform/database/database.js';
import { versionConflict } from '../../platform/http/index.js';
import { lockFund } from '../funds/find-fund.js';
import { findLine, reasonOf } from './find-line.js';
import { Fund } from '../funds/fund.entity.js';
import { columnsOf, firstDayOf, insertLine, type NewLine } from './insert-line.js';
import { storeVersion, tooManyDays, versionToday, type RuleChange } from './rule-versions.js';
import { ProgrammeLine } from './programme-line.entity.js';
import { createAccounts, touchOpenYears } from '../years/fiscal-year.sql.js';
import { lineRuleFaults, toLineRule } from './line-rule-faults.js';
import type { LineChangeDto, NewLineDto } from './line-request.dto.js';

/** Adds a line to the fund, with its accounts in every open year. Refused: `validation-failed`, `already-exists`. */
export async function addLine(tx: Tx, fundId: number, request: NewLineDto, by: string): Promise<Result<ProgrammeLine>> {
  const payee = request.payee ?? 'enterprise';
  const faults = [...lineFaults({ ...request, reason: inOneLanguage(request.reason) }), ...lineRuleFaults(request.rule, payee)];
  if (faults.length > 0) return refused(invalidLine(faults));
  const leadAgencies = await asKnown(tx, request.leadAgencies, leadAgencyAt);
  if (!leadAgencies.ok) return leadAgencies;
  await lockFund(tx, fundId);
  const line: NewLine = {
    code: request.code,
    section: request.section,
    title: request.title,
    leadAgencies: leadAgencies.value,
    form: request.form,
    payee,
    reservable: request.reservable,
    reason: request.reservable ? null : inOneLanguage(request.reason),
    pays: request.pays ?? null,
    reading: request.reading ?? null,
  };
  const stored = await insertLine(tx, fundId, line, { rule: toLineRule(request.rule), by });
  if (stored === null)
    return refused(problem('already-exists', `支出方向 ${request.code} 已存在`, `The line ${request.code} already exists`));
  await createAccounts(tx, fundId);
  return accepted(stored);
}

/**
 * Changes a line that still has the version given, under the locks of its accounts, so that a running reservation sees one rule or the
 * other (architecture §3.5). A new rule is a further version of it, from today or from the day stated: the awards reserved from then on
 * are judged anew by the next reconciliation, and commit and payment decide by it at once; what it lets happen once in the fund's life is
 * claimed for the awards that there are. `by`: id of the user. Refused: `validation-failed`, `version-conflict`.
 */
export async function changeLine(
  tx: Tx,
  fundId: number,
  code: string,
  version: number,
  request: LineChangeDto,
  by: string,
  agreed: Agreed | null = null,
): Promise<Result<ProgrammeLine>> {
  const known = request.leadAgencies === undefined ? null : await asKnown(tx, request.leadAgencies, leadAgencyAt);
  if (known?.ok === false) return known;
  return underLock(tx, fundId, code, version, async (before) => {
    const after = merge(before, { ...request, ...(known === null ? {} : { leadAgencies: known.value }) });
    const faults = [...lineFaults(after), ...(await ruleChangeFaults(tx, before, request))];
    if (faults.length > 0) return refused(invalidLine(faults));
    const { effectiveOn: from = businessDateOf(new Date()), reason = null, documentNo = null } = request;
    const rule = await changedRule(tx, before, request);
    return accepted({ after, change: rule === null ? null : { rule, from, reason, documentNo, by, agreed } });
  });
}

/** Gives the line another rule that is known to be right (a seed's), as `changeLine` does. */
export async function replaceRule(
  tx: Tx,
  fundId: number,
  code: string,
  version: number,
  change: RuleChange,
): Promise<Result<ProgrammeLine>> {
  return underLock(tx, fundId, code, version, (before) => Promise.resolve(accepted({ after: merge(before, {}), change })));
}

/** What becomes of a line, and of its rule. */
interface Changed {
  readonly after: NewLine;
  readonly change: RuleChange | null;
}

async function underLock(
  tx: Tx,
  fundId: number,
  code: string,
  version: number,
  changed: (before: ProgrammeLine) => Promise<Result<Changed>>,
): Promise<Result<ProgrammeLine>> {
  const known = await findLine(tx, fundId, code);
  if (known === null) return refused(problem('not-found', `沒有支出方向 ${code}。`, `There is no line ${code}.`));
  await lockLineAccounts(tx, fundId, known.id);
  const before = (await findLine(tx, fundId, code)) ?? known;
  if (before.version !== version) return refused(versionConflict(before.version).problem);
  const decided = await changed(before);
  if (!decided.ok) return decided;
  const { after, change } = decided.value;
  const written = await tx.manager.update(ProgrammeLine, { fundId, id: before.id, version }, columnsOf(after));
  const line = written.affected === 1 ? await findLine(tx, fundId, code) : null;
  if (line === null) return refused(versionConflict(version + 1).problem);
  if (change !== null) {
    await storeVersion(tx, fundId, line.id, change);
    await claimByRule(tx, fundId, { id: line.id, rule: change.rule });
  }
  await touchOpenYears(tx, fundId);
  return accepted(line);
}

/** The rule that is stored anew: another one, or the same where the form changes, which is part of it. null: nothing of it changes. */
async function changedRule(tx: Tx, line: ProgrammeLine, request: LineChangeDto): Promise<LineRule | null> {
  if (request.rule !== undefined) return toLineRule(request.rule);
  return isOfRule(line, request) ? (await versionToday(tx, line.fundId, line.id)).rule : null;
}

/** Whether a change is one of the line's rule, its form included. */
export function isOfRule(line: ProgrammeLine, { rule, form }: LineChangeDto): boolean {
  return rule !== undefined || (form !== undefined && form !== line.form);
}

/** A rule, the form included, is changed with a reason and a document, from a day within the fund's life. */
async function ruleChangeFaults(tx: Tx, line: ProgrammeLine, request: LineChangeDto): Promise<ProblemPlace[]> {
  const { rule, effectiveOn, reason, documentNo } = request;
  const place = (pointer: string, zh: string, en: string): ProblemPlace => ({ pointer, detail: { zh, en } });
  // The form isn't kept by day: today's rule stored for another day would judge that day's awards.
  const strayDay =
    rule === undefined && effectiveOn !== undefined
      ? [place('/effectiveOn', '只隨規定一併填寫', 'is stated with a rule alone')]
      : [];
  if (!isOfRule(line, request)) {
    const stray = place('/documentNo', '只隨規定或扶持形式一併填寫', 'is stated with a rule or another form alone');
    return [...strayDay, ...(documentNo === undefined ? [] : [stray])];
  }
  const { firstYear } = await tx.manager.findOneByOrFail(Fund, { id: line.fundId });
  const first = firstDayOf(firstYear);
  const full = await tooManyDays(tx, line.fundId, line.id, effectiveOn ?? businessDateOf(new Date()));
  return [
    ...strayDay,
    ...(rule === undefined ? [] : lineRuleFaults(rule, line.payee)),
    ...(reason === undefined ? [place('/reason', '變更規定須說明原因', 'is required to change the rule')] : []),
    ...(documentNo === undefined ? [place('/documentNo', '變更規定須註明文號', 'is required to change the rule')] : []),
    ...(effectiveOn !== undefined && effectiveOn < first
      ? [place('/effectiveOn', `不得早於專項資金首日 ${first}`, `must not be before the fund’s first day, ${first}`)]
      : []),
    ...(full === null ? [] : [full]),
  ];
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
    reason: reservable ? null : reasonAfter(before, change),
    pays: change.pays ?? before.pays,
    reading: change.reading ?? before.reading,
  };
}

/** A reason beside a rule or another form is that change's, unless the line is closed with it. */
function reasonAfter(before: ProgrammeLine, change: LineChangeDto): Text | null {
  const isOfLine = !isOfRule(before, change) || change.reservable === false;
  return (isOfLine ? inOneLanguage(change.reason) : null) ?? reasonOf(before);
}

function leadAgencyAt(index: number): string {
  return `/leadAgencies/${index}`;
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
