import { formatYuan, invalid, problem, type BusinessDate, type Fen, type Text } from '../../kernel/index.js';
import { PROGRAMMES, type ExternalReward, type Programme } from '../rules/highest-of-three.js';
import { isLive } from '../state/award-state.js';
import type { EnterpriseState } from '../state/model.js';
import { entryWithoutPostings } from './common/holds.js';
import { programmeName, rewardHoldEntries } from './common/rewards.js';
import type { EventKind, Stated } from './event-kind.js';
import { PAPERS, said, saidText, summarise, type Voucher } from './common/voucher.js';

/** A reward of another programme is recorded, corrected or withdrawn in the register (domain §5, Highest of three). Finance posts it. */
export interface ExternalAwardEvent extends Stated {
  readonly kind: 'external-award';
  /** Id in the register: its companion record is written beside. */
  readonly id: string;
  readonly change: 'recorded' | 'corrected' | 'withdrawn';
  readonly programme: Programme;
  /** `id`: of the enterprise, where it is known. */
  readonly enterprise: {
    readonly id: string | null;
    readonly organizationCode: string;
    readonly creditCode: string | null;
    readonly name: string;
  };
  readonly fiscalYear: number;
  readonly amountFen: Fen;
  readonly reference: string;
  readonly paidOn: BusinessDate | null;
}

/** Moves no money. Holds the enterprise's rewards of the year that are not the highest any more, and frees those that are again. */
export const externalAward: EventKind<ExternalAwardEvent> = {
  title: { zh: '外部獎勵登記', en: 'External award recorded' },
  summary: summaryOf,

  asks: ({ change }) => (change === 'recorded' ? [] : [{ kind: 'external-award-correction', amountFen: null }]),
  needs: ({ enterprise }) => ({
    rewards: true,
    gates: true,
    enterprises: enterprise.id === null ? [] : [enterprise.id],
    party: { organizationCode: enterprise.organizationCode, projectKey: '', identityHash: null },
  }),

  decide(state, event, _actor, ids) {
    const { id, change, programme, fiscalYear, amountFen, reference, paidOn } = event;
    if (paidOn !== null && paidOn > state.today) {
      return invalid('/paidOn', `支付日期不得晚於今天(${state.today})`, `It must not be paid after today (${state.today})`);
    }
    const known = state.enterprises.get(event.enterprise.organizationCode);
    if (known !== undefined && known.id !== event.enterprise.id) {
      // It came to be known since it was looked for: its awards are not locked.
      return problem('version-conflict', '該企業剛登記,請重送', 'The enterprise has just come to be known: send it again');
    }
    const enterprise = known ?? newEnterprise(event, ids(1));
    const external: ExternalReward = { id, enterpriseId: enterprise.id, fiscalYear, programme, amountFen, paidOn };
    const others = state.externals.filter((one) => one.id !== id);
    const externals = change === 'withdrawn' ? others : [...others, external];
    const awards = [...state.awards.values()].filter((award) => state.families.has(award.enterprise.id) && isLive(award));
    const holds = rewardHoldEntries(state, awards, event.reason ?? null, ids, 2, { externals });
    const entry = entryWithoutPostings(state, {
      kind: 'external-award',
      id: ids(0),
      reason: event.reason ?? null,
      details: {
        externalAward: id,
        change,
        programme,
        enterprise: { id: enterprise.id, name: enterprise.name },
        amount: formatYuan(amountFen),
        reference,
        ...(paidOn === null ? {} : { paidOn }),
      },
      about: { fiscalYear, lineId: null },
      change: null,
    });
    return {
      entries: [entry, ...holds],
      externals,
      ...(known === undefined ? { newEnterprise: enterprise } : {}),
      touchedYears: [...new Set(awards.map((award) => award.fiscalYear))],
    };
  },
};

const CHANGES: Readonly<Record<ExternalAwardEvent['change'], Text>> = {
  recorded: { zh: '登記', en: 'recorded' },
  corrected: { zh: '更正', en: 'corrected' },
  withdrawn: { zh: '撤銷', en: 'withdrawn' },
};

function summaryOf(voucher: Voucher): Text {
  const { details, fiscalYear } = voucher;
  const name = saidText(said(details, 'enterprise'), 'name') ?? '';
  const change = Object.entries(CHANGES).find(([known]) => known === saidText(details, 'change'))?.[1] ?? CHANGES.recorded;
  const programme = PROGRAMMES.find((known) => known === saidText(details, 'programme')) ?? PROGRAMMES[0];
  const reward = programmeName(programme);
  const what = { zh: `${fiscalYear} 年度${reward.zh}${change.zh}`, en: `${reward.en} of ${fiscalYear} ${change.en}` };
  const papers = [[PAPERS.register, saidText(details, 'reference')]] as const;
  return summarise(voucher, what, papers, { zh: `「${name}」`, en: `“${name}”` });
}

function newEnterprise({ enterprise }: ExternalAwardEvent, id: string): EnterpriseState {
  const { organizationCode, creditCode, name } = enterprise;
  return { id, organizationCode, creditCode, name, mergedInto: null, rootId: id, rootCode: organizationCode };
}
