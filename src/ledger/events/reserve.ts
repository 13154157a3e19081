import {
  invalid,
  leads,
  problem,
  type Actor,
  type BusinessDate,
  type Digest,
  type Fen,
  type Problem,
} from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { transfer } from '../chart/legs.js';
import { checkReservation } from '../rules/check-line-rule.js';
import { awardKeys } from '../rules/claim-keys.js';
import type { LineRule } from '../rules/line-rule.js';
import { claimOfKey } from '../rules/one-subsidy.js';
import { versionOn } from '../rules/rule-versions.js';
import type { ClaimName } from '../state/claims.js';
import type { Effects, Exemption } from '../state/effects.js';
import type { AwardState, LineState, Publicity } from '../state/model.js';
import type { State } from '../state/state.js';
import { approvedInAnotherYear, reservationDate } from './common/dates.js';
import { alreadySubsidised } from './common/holds.js';
import { otherNames } from './common/other-names.js';
import { approvalOf } from './common/same-document.js';
import { distinctPairs, sameProject, type Distinct } from './common/same-project.js';
import { publicityDetails, wrongDays } from './common/publicity.js';
import { higherReward } from './common/rewards.js';
import { notReservable } from './common/reservable.js';
import { checkOnce, onceClaims } from './common/once.js';
import { partiesOf, projectKeyOf, type Parties, type PartiesStated } from './common/reserve-parties.js';
import { checkMoney, checkPool, checkYears } from './common/reserve-limits.js';
import type { EventKind, Ids, Stated } from './event-kind.js';
import { PAPERS, summarise } from './common/voucher.js';

/** 預留 on approval of an award. */
export interface ReserveEvent extends Stated, PartiesStated {
  readonly kind: 'reserve';
  readonly fiscalYear: number;
  readonly line: string;
  readonly amountFen: Fen;
  readonly approvalRef: string;
  readonly approvedOn: BusinessDate;
  readonly facts: Readonly<Record<string, unknown>>;
  /** Already approved on paper: recorded on hold where one-subsidy would refuse it. */
  readonly approvedOffline: boolean;
  /** Left out: none is known yet. */
  readonly publicity?: Publicity;
  /** Awards that it meets and is another project than, as finance says. */
  readonly distinctFrom: readonly Distinct[];
}

/** Position of the award's id; 0 is the entry's, and behind it come those of new parties. */
const AWARD_ID = 1;

/** 4610 → 4700. Year, line, line rule, one subsidy per project and year, money: in the contract's order of refusals. */
export const reserve: EventKind<ReserveEvent> = {
  title: { zh: '預留', en: 'Reserve' },

  summary: (voucher) =>
    summarise(voucher, { zh: '預留', en: 'reserved' }, [[PAPERS.approval, voucher.award?.approvalRef ?? null]]),

  asks: ({ approvedOffline, distinctFrom, amountFen }) => [
    ...(approvedOffline ? [{ kind: 'approved-offline' as const, amountFen }] : []),
    ...(distinctFrom.length === 0 ? [] : [{ kind: 'distinct-from' as const, amountFen }]),
  ],
  needs(event, known) {
    const { fiscalYear, person, amountFen, approvalRef } = event;
    const { organizationCode } = event.enterprise;
    const line = known.line(event.line);
    const rootCode = known.rootOf(organizationCode);
    return {
      accounts: [ACCOUNT.available, ACCOUNT.reserved].map((code) => ({ year: fiscalYear, code, line: event.line })),
      party: {
        organizationCode,
        projectKey: projectKeyOf(event),
        identityHash: person?.identityHash ?? null,
      },
      awards: event.distinctFrom.map(({ awardId }) => awardId),
      approval: { organizationCode, line: event.line, fiscalYear, amountFen, approvalRef },
      rewards: true,
      // What is claimed and limited is the line's rule to say, which is read under the locks.
      ...(line === undefined
        ? {}
        : {
            claims: [
              ...onceClaims(line, line.rules, { ...event, rootCode }, known.digest),
              ...claimsOfKeys(rootCode, fiscalYear, keysOf(event, versionOn(line.rules, dateOf(event)).rule, known.digest)),
            ],
            pools: line.rules.some(({ rule }) => rule.annualPool !== undefined) ? [{ line: event.line, fiscalYear }] : [],
          }),
    };
  },

  decide(state, event, actor, ids) {
    const line = state.linesByCode.get(event.line);
    if (line === undefined)
      return problem('not-found', `沒有支出方向「${event.line}」`, `There is no programme line "${event.line}"`);
    const notTheirs = checkActor(line, actor) ?? checkPayee(line, event);
    if (notTheirs !== null) return notTheirs;
    const wrong = event.publicity === undefined ? null : wrongDays(state, event.publicity, event, '/publicity');
    if (wrong !== null) return wrong;
    const date = reservationDate(state, event);
    if (typeof date !== 'string') return date;
    const closed = notReservable(line, date);
    if (closed !== null) return closed;
    const version = versionOn(line.rules, date);
    const { rule } = version;

    const parties = partiesOf(state, event, ids);
    const stated = { ...event, rootCode: parties.enterprise.rootCode };
    const broken =
      checkReservation(rule, event.amountFen, event.facts) ??
      checkPool(state, line, rule, event) ??
      checkOnce(state, onceClaims(line, [version], stated, state.digest), stated) ??
      checkYears(parties.person, line, rule, event.fiscalYear);
    if (broken !== null) return broken;

    const award = newAward(state, event, line, parties, { date, rule, actor, ids });
    const exemptions = distinctPairs(state, award, event.distinctFrom);
    if (!Array.isArray(exemptions)) return exemptions;
    const met = sameProject(state, award, exemptions);
    if (met !== null && !event.approvedOffline) return alreadySubsidised(met);

    const short = checkMoney(state, line, event.fiscalYear, event.amountFen, date);
    if (short !== null) return short;
    // A rule that comes to give once, or did before, finds claimed what this one lets happen again.
    const claims = onceClaims(line, line.rules, stated, state.digest);
    const onHold = met !== null;
    const isHeld = (one: AwardState): boolean => (one === award ? onHold : one.onHold);
    const isHigher = higherReward(state, award, { isHeld }) !== null;
    return reservation(state, event, parties, { award, onHold, rewardHold: isHigher, ids, claims, exemptions });
  },
};

function checkActor(line: LineState, actor: Actor): Problem | null {
  if (leads(actor, line.leadAgencies)) return null;
  return problem(
    'forbidden',
    `「${line.title.zh}」由${line.leadAgencies.join('、')}牽頭`,
    `“${line.title.en}” is led by ${line.leadAgencies.join(', ')}`,
  );
}

function checkPayee(line: LineState, event: ReserveEvent): Problem | null {
  if (line.payee === 'person' && event.person === null) {
    return invalid('/person', `「${line.title.zh}」扶持個人,須提供個人資料`, `“${line.title.en}” pays a person: name the person`);
  }
  if (line.payee !== 'person' && event.person !== null) {
    return invalid(
      '/person',
      `「${line.title.zh}」扶持企業,不收個人資料`,
      `“${line.title.en}” pays enterprises: it takes no person`,
    );
  }
  return null;
}

/** The date of the reservation, as far as it can be told before it is decided. */
function dateOf({ effectiveOn, approvedOn }: ReserveEvent): BusinessDate {
  return effectiveOn ?? approvedOn;
}

function keysOf({ project, facts, person }: ReserveEvent, rule: LineRule, digest: Digest): readonly string[] {
  return awardKeys(project.keys, rule, { facts, identityHash: person?.identityHash ?? null }, digest);
}

function claimsOfKeys(rootCode: string, fiscalYear: number, keys: readonly string[]): readonly ClaimName[] {
  return keys.map((key) => ({ kind: 'project-year', key: claimOfKey(rootCode, fiscalYear, key) }));
}

function newAward(
  state: State,
  event: ReserveEvent,
  line: LineState,
  parties: Parties,
  how: { readonly date: BusinessDate; readonly rule: LineRule; readonly actor: Actor; readonly ids: Ids },
): AwardState {
  const { awardCount } = state.account(event.fiscalYear, ACCOUNT.reserved, line.id);
  const { enterprise, project, person } = parties;
  return {
    id: how.ids(AWARD_ID),
    number: `${event.fiscalYear}-${line.code}-${String(awardCount + 1).padStart(6, '0')}`,
    fiscalYear: event.fiscalYear,
    budgetYear: event.fiscalYear,
    lineId: line.id,
    enterprise,
    project,
    keys: keysOf(event, how.rule, state.digest),
    folding: event.project.folding,
    kept: null,
    payableUntil: null,
    person,
    awarded: event.amountFen,
    reserved: 0n,
    committed: 0n,
    disbursed: 0n,
    released: 0n,
    recovered: 0n,
    onHold: false,
    ruleHold: false,
    rewardHold: false,
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
    publicity: null,
  };
}

/** What the entry of a reservation tells besides the award. */
function detailsOf(
  { publicity, approvedOffline }: ReserveEvent,
  exemptions: readonly Exemption[],
): Readonly<Record<string, unknown>> | null {
  if (publicity === undefined && !approvedOffline && exemptions.length === 0) return null;
  return {
    ...(approvedOffline ? { approvedOffline } : {}),
    ...(exemptions.length === 0
      ? {}
      : { distinctFrom: exemptions.map(({ awardIds: [, id], reason }) => ({ award: id, reason })) }),
    ...(publicity === undefined ? {} : { publicity: publicityDetails(publicity) }),
  };
}

function reservation(
  state: State,
  event: ReserveEvent,
  parties: Parties,
  how: {
    readonly award: AwardState;
    readonly onHold: boolean;
    readonly rewardHold: boolean;
    readonly ids: Ids;
    readonly claims: readonly ClaimName[];
    readonly exemptions: readonly Exemption[];
  },
): Effects {
  const { award, exemptions } = how;
  const { enterprise, project, person, isNew } = parties;
  const available = state.account(event.fiscalYear, ACCOUNT.available, award.lineId);
  const reserved = state.account(event.fiscalYear, ACCOUNT.reserved, award.lineId);
  const { creditCode, details } = event.enterprise;
  const others = isNew.enterprise ? { aliases: [], warnings: [] } : otherNames(enterprise, event.enterprise);
  const approval = approvalOf(state, award);
  const warnings = [...others.warnings, ...approvedInAnotherYear(event), ...approval.warnings];
  return {
    entries: [
      {
        id: how.ids(0),
        kind: 'reserve',
        fiscalYear: event.fiscalYear,
        effectiveOn: award.effectiveOn,
        lineId: award.lineId,
        amountFen: event.amountFen,
        documentNo: event.documentNo ?? null,
        reason: event.reason ?? null,
        details: detailsOf(event, exemptions),
        legs: transfer(available, reserved, event.amountFen),
        award: {
          award,
          reserved: event.amountFen,
          ...(event.publicity === undefined ? {} : { publicity: event.publicity }),
          ...(how.onHold ? { onHold: true } : {}),
          ...(how.rewardHold ? { rewardHold: true } : {}),
        },
      },
    ],
    newAward: award,
    claims: how.claims,
    ...(exemptions.length === 0 ? {} : { exemptions }),
    ...(approval.document === undefined ? {} : { document: approval.document }),
    ...(others.aliases.length === 0 ? {} : { aliases: others.aliases }),
    ...(warnings.length === 0 ? {} : { warnings }),
    ...(isNew.enterprise ? { newEnterprise: enterprise } : {}),
    ...(details === undefined ? {} : { details: { enterpriseId: enterprise.id, details } }),
    ...(isNew.project ? { newProject: project } : {}),
    ...(isNew.person && person !== null ? { newPerson: person } : {}),
    ...(!isNew.enterprise && enterprise.creditCode === null && creditCode !== null
      ? { creditCode: { enterprise, creditCode } }
      : {}),
  };
}
