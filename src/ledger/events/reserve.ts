import {
  formatYuan,
  invalid,
  leads,
  parseYuan,
  problem,
  type Actor,
  type BusinessDate,
  type Problem,
} from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { uniqueFactKeys } from '../rules/claim-keys.js';
import { insufficient, transfer, type Ids } from './decide-budget.js';
import { claimKey, personYearKey, type Claim, type Effects } from '../state/effects.js';
import type { ReserveEvent } from './events.js';
import { effectiveDate, freeMoneyFrom, isBelowZero, lowestFrom, yearNotOpen } from '../state/balances.js';
import { checkLineRule, place, violation } from '../rules/check-line-rule.js';
import type { AwardState, ClaimHolder, EnterpriseState, LineState, PersonState, ProjectState, State } from '../state/state.js';

/** Positions of the ids that a reservation may need (0 is the entry). */
const ID = { award: 1, enterprise: 2, project: 3, person: 4 } as const;

/** Decides a reservation (預留): year, line, line rule, one subsidy per project and year, money: in the contract's order of refusals. */
export function decideReserve(state: State, event: ReserveEvent, actor: Actor, ids: Ids): Effects | Problem {
  const line = state.linesByCode.get(event.line);
  if (line === undefined)
    return problem('not-found', `沒有支出方向「${event.line}」`, `There is no programme line "${event.line}"`);
  if (!leads(actor, line.leadAgencies)) {
    return problem(
      'forbidden',
      `支出方向「${line.code}」由${line.leadAgencies.join('、')}牽頭`,
      `The line "${line.code}" is led by ${line.leadAgencies.join(', ')}`,
    );
  }
  if (line.payee === 'person' && event.person === null) {
    return invalid(
      '/person',
      `支出方向「${line.code}」扶持個人,須提供個人資料`,
      `The line "${line.code}" pays a person: name the person`,
    );
  }
  if (line.payee !== 'person' && event.person !== null) {
    return invalid(
      '/person',
      `支出方向「${line.code}」扶持企業,不收個人資料`,
      `The line "${line.code}" pays enterprises: it takes no person`,
    );
  }
  const date = effectiveDate(state, event.effectiveOn, event.fiscalYear);
  if (typeof date !== 'string') return date;
  const closed = yearNotOpen(state, event.fiscalYear);
  if (closed !== null) return closed;
  if (!line.reservable) {
    const reason = line.reason ?? { zh: '', en: '' };
    return problem(
      'line-not-reservable',
      `支出方向「${line.code}」不可預留:${reason.zh}`,
      `The line "${line.code}" cannot be reserved: ${reason.en}`,
      { extras: { reason: reason.zh } },
    );
  }

  const parties = partiesOf(state, event, line, ids);
  const claims = onceClaims(event, line, ids(ID.award));
  const broken =
    checkLineRule(line.rule, event.amountFen, event.facts) ??
    checkPool(state, event, line) ??
    checkOnce(state, claims) ??
    checkYears(parties.person, event, line);
  if (broken !== null) return broken;

  // A person's award stands once a year, whichever enterprise employs the person.
  const personHolder =
    event.person === null ? undefined : state.claimHolder(personYearKey(event.person.identityHash, event.fiscalYear));
  const holder = state.standing.get(`${parties.project.id}|${event.fiscalYear}`) ?? personHolder;
  if (holder !== undefined && !event.approvedOffline) return alreadySubsidised(holder);

  const short = checkMoney(state, event, line, date);
  if (short !== null) return short;

  return reservation(state, event, line, parties, { date, onHold: holder !== undefined, actor, ids, claims });
}

interface Parties {
  readonly enterprise: EnterpriseState;
  readonly project: ProjectState;
  readonly person: PersonState | null;
  readonly isNew: { readonly enterprise: boolean; readonly project: boolean; readonly person: boolean };
}

function partiesOf(state: State, event: ReserveEvent, line: LineState, ids: Ids): Parties {
  const { organizationCode, creditCode, name } = event.enterprise;
  const known = state.enterprises.get(organizationCode);
  const enterprise = known ?? { id: ids(ID.enterprise), organizationCode, creditCode, name };
  const key = line.payee === 'person' && event.person !== null ? `person:${event.person.identityHash}` : event.project.key;
  const knownProject = state.projects.get(`${enterprise.id}|${key}`);
  const project = knownProject ?? {
    id: ids(ID.project),
    enterpriseId: enterprise.id,
    key,
    title: event.project.title,
    code: event.project.code,
    splitFrom: null,
  };
  const knownPerson = event.person === null ? null : (state.persons.get(event.person.identityHash) ?? null);
  const person = event.person === null ? null : (knownPerson ?? { id: ids(ID.person), ...event.person, years: [] });
  return {
    enterprise,
    project,
    person,
    isNew: {
      enterprise: known === undefined,
      project: knownProject === undefined,
      person: person !== null && knownPerson === null,
    },
  };
}

/** The annual pool is of the year, not of a day: what was released later in the year is free for an award dated before it as well. */
function checkPool(state: State, event: ReserveEvent, line: LineState): Problem | null {
  if (line.rule.annualPool === undefined) return null;
  const pool = parseYuan(line.rule.annualPool);
  if (pool === null) throw new Error(`Annual pool of ${line.code} is not an amount`);
  const left = pool - (state.pools.get(`${line.id}|${event.fiscalYear}`) ?? 0n);
  if (event.amountFen <= left) return null;
  const available = formatYuan(left);
  return violation(
    'annual-pool',
    [place('/amount', `本年度總額只餘 ${available} 元`, `Only ${available} is left of the year's pool`)],
    { available },
  );
}

function onceClaims(event: ReserveEvent, line: LineState, awardId: string): Claim[] {
  const claims: Claim[] = [];
  if (line.rule.oncePerEnterprise === true) {
    claims.push({ kind: 'once-for-life', key: `${line.id}|${event.enterprise.organizationCode}`, awardId });
  }
  for (const { key } of uniqueFactKeys(line, event.facts)) claims.push({ kind: 'unique-fact', key, awardId });
  return claims;
}

/** The claims that a reservation looks at, for the loader. */
export function reserveClaimKeys(event: ReserveEvent, line: LineState): readonly Pick<Claim, 'kind' | 'key'>[] {
  const once = onceClaims(event, line, '');
  return event.person === null
    ? once
    : [...once, { kind: 'person-year', key: `${event.person.identityHash}|${event.fiscalYear}` }];
}

function checkOnce(state: State, claims: readonly Claim[]): Problem | null {
  for (const claim of claims) {
    const holder = state.claimHolder(claimKey(claim.kind, claim.key));
    if (holder === undefined) continue;
    if (claim.kind === 'once-for-life') {
      return violation(
        'once-per-enterprise',
        [
          place(
            '/enterprise',
            `該企業已獲本支出方向扶持(${holder.number})`,
            `The enterprise already has an award of this line (${holder.number})`,
          ),
        ],
        { conflictingAward: conflicting(holder) },
      );
    }
    const name = claim.key.split('|')[1] ?? '';
    return violation('unique-fact', [place(`/facts/${name}`, `已用於 ${holder.number}`, `Already used by ${holder.number}`)], {
      conflictingAward: conflicting(holder),
    });
  }
  return null;
}

/** At most so many consecutive years to one person (§二(四)2): all years of the line's awards must lie within that span. */
function checkYears(person: PersonState | null, event: ReserveEvent, line: LineState): Problem | null {
  const most = line.rule.maxConsecutiveYears;
  if (most === undefined || person === null) return null;
  const years = [event.fiscalYear, ...person.years.filter((year) => year.lineId === line.id).map((year) => year.fiscalYear)];
  if (Math.max(...years) - Math.min(...years) < most) return null;
  return violation('consecutive-years', [
    place('/fiscalYear', `同一人最多連續 ${most} 年`, `The same person is rewarded in at most ${most} consecutive years`),
  ]);
}

function checkMoney(state: State, event: ReserveEvent, line: LineState, date: BusinessDate): Problem | null {
  const lowest = lowestFrom(state.account(event.fiscalYear, ACCOUNT.available, line.id), date);
  if (lowest < event.amountFen) return insufficient(lowest, line);
  if (!isBelowZero(state, event.fiscalYear)) return null;
  const free = freeMoneyFrom(state, event.fiscalYear, date);
  if (free >= event.amountFen) return null;
  const available = formatYuan(free);
  return problem(
    'insufficient-funds',
    `${event.fiscalYear} 年度有支出方向為負,全年可動用金額只有 ${available} 元`,
    `A line of ${event.fiscalYear} is below zero: the year's free money is only ${available}`,
    { extras: { available } },
  );
}

function reservation(
  state: State,
  event: ReserveEvent,
  line: LineState,
  parties: Parties,
  how: {
    readonly date: BusinessDate;
    readonly onHold: boolean;
    readonly actor: Actor;
    readonly ids: Ids;
    readonly claims: readonly Claim[];
  },
): Effects {
  const reserved = state.account(event.fiscalYear, ACCOUNT.reserved, line.id);
  const { enterprise, project, person, isNew } = parties;
  const award: AwardState = {
    id: how.ids(ID.award),
    number: `${event.fiscalYear}-${line.code}-${String(reserved.awardCount + 1).padStart(6, '0')}`,
    fiscalYear: event.fiscalYear,
    budgetYear: event.fiscalYear,
    lineId: line.id,
    enterprise,
    project,
    person,
    awarded: event.amountFen,
    reserved: 0n,
    committed: 0n,
    disbursed: 0n,
    released: 0n,
    recovered: 0n,
    onHold: how.onHold,
    everPaid: false,
    approvedOffline: event.approvedOffline,
    approvalRef: event.approvalRef,
    approvedOn: event.approvedOn,
    facts: event.facts,
    effectiveOn: how.date,
    lastEffectiveOn: how.date,
    createdBy: how.actor.id,
    createdAt: state.recordedAt,
    version: 0,
  };
  const { creditCode } = event.enterprise;
  return {
    entries: [
      {
        id: how.ids(0),
        kind: 'reserve',
        fiscalYear: event.fiscalYear,
        effectiveOn: how.date,
        lineId: line.id,
        amountFen: event.amountFen,
        documentNo: event.documentNo ?? null,
        reason: event.reason ?? null,
        details: null,
        legs: transfer(state.account(event.fiscalYear, ACCOUNT.available, line.id), reserved, event.amountFen),
        award: { award, reserved: event.amountFen },
      },
    ],
    newAward: award,
    claims: how.claims,
    ...(isNew.enterprise ? { newEnterprise: enterprise } : {}),
    ...(isNew.project ? { newProject: project } : {}),
    ...(isNew.person && person !== null ? { newPerson: person } : {}),
    ...(!isNew.enterprise && enterprise.creditCode === null && creditCode !== null
      ? { creditCode: { enterprise, creditCode } }
      : {}),
  };
}

function conflicting(holder: ClaimHolder): Record<string, unknown> {
  return { id: holder.awardId, number: holder.number, line: holder.line, amount: formatYuan(holder.awarded) };
}

/** Refused because the project, or the person, has an award that stands in the year. */
export function alreadySubsidised(holder: ClaimHolder): Problem {
  return problem(
    'project-already-subsidised',
    `該項目當年度已由 ${holder.number}(${formatYuan(holder.awarded)} 元)扶持`,
    `The project already has ${holder.number} (${formatYuan(holder.awarded)}) in this year`,
    { extras: { conflictingAward: conflicting(holder) } },
  );
}
