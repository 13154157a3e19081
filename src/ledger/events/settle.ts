import { invalid, problem, type Text } from '../../kernel/index.js';
import { ACCOUNT } from '../chart/accounts.js';
import { accountsOfAward } from './common/award-step.js';
import type { EventKind } from './event-kind.js';
import { RELEASE_ACCOUNTS } from './release.js';
import { acknowledge } from './settlements/acknowledge.js';
import { dismiss } from './settlements/dismiss.js';
import { keep } from './settlements/keep.js';
import { releaseNamed } from './settlements/release-named.js';
import type { SettleEvent } from './settlements/settlement.js';
import { said, saidText, summarise, type Voucher } from './common/voucher.js';

const RESOLUTIONS = { keep, release: releaseNamed, dismiss, acknowledge };

/** Accounts that a settlement may move: what is open goes back, what was paid is demanded back. */
const ACCOUNTS = [...RELEASE_ACCOUNTS, ACCOUNT.recoveryDemanded, ACCOUNT.recoveryContra];

/** 疑點處理: finance decides on a finding (domain §5, Settling). Whether it is open still, its companion record says. */
export const settle: EventKind<SettleEvent> = {
  title: { zh: '疑點處理', en: 'Finding settled' },
  summary: summaryOf,

  asks: () => [{ kind: 'settlement', amountFen: null }],
  needs: ({ finding: { awardIds } }, known) => ({
    awards: awardIds,
    accounts: awardIds.flatMap((id) => accountsOfAward(id, known, ACCOUNTS)),
  }),

  decide(state, event, _actor, ids) {
    const { finding, resolution } = event;
    const stranger = event.awardIds.findIndex((id) => !finding.awardIds.includes(id));
    if (stranger >= 0) return refusedAward(event, stranger);
    if (resolution !== 'acknowledge' && resolution !== 'release' && !OF_ONE_PROJECT.has(finding.rule)) {
      return problem('validation-failed', NOT_THIS.zh, NOT_THIS.en, { errors: [{ pointer: '/resolution', detail: NOT_THIS }] });
    }
    if (event.demand && resolution !== 'keep')
      return invalid('/demand', '只有保留一項時才可同時要求追回', 'Only keep demands back');
    if (event.until !== null && resolution !== 'acknowledge') {
      return invalid('/until', '只有知悉才有期限', 'Only acknowledge has a date');
    }
    if (event.payable && (resolution !== 'acknowledge' || finding.rule !== 'line-rule')) {
      return invalid(
        '/payable',
        '只有知悉支出方向規定的疑點時才可准予支付',
        'Only a known breach of a line’s rule is made payable',
      );
    }
    const awards = finding.awardIds.map((id) => state.award(id));
    const named = event.awardIds.map((id) => state.award(id));
    return RESOLUTIONS[resolution]({ state, event, awards, named, ids });
  },
};

const DECISIONS: Readonly<Record<SettleEvent['resolution'], Text>> = {
  keep: { zh: '保留', en: 'kept' },
  release: { zh: '釋放', en: 'released' },
  dismiss: { zh: '並非同一項目', en: 'not the same project' },
  acknowledge: { zh: '知悉', en: 'known' },
};

function summaryOf(voucher: Voucher): Text {
  const { details } = voucher;
  const until = saidText(details, 'until');
  const decision = Object.entries(DECISIONS).find(([known]) => known === saidText(details, 'resolution'))?.[1];
  const payable = said(details, 'payable') === true ? { zh: ',准予支付', en: ', payable' } : { zh: '', en: '' };
  const decided = {
    zh: `${decision?.zh ?? ''}${until === null ? '' : `至 ${until}`}${payable.zh}`,
    en: `${decision?.en ?? ''}${until === null ? '' : ` until ${until}`}${payable.en}`,
  };
  return summarise(voucher, { zh: `疑點處理:${decided.zh}`, en: `finding settled, ${decided.en}` });
}

/** Rules that say that awards are of one project. */
const OF_ONE_PROJECT: ReadonlySet<string> = new Set(['one-subsidy', 'suspected-duplicate']);
const NOT_THIS = {
  zh: '此類疑點只能釋放所列項目,或註明期限後知悉',
  en: 'Such a finding is settled by releasing its awards, or acknowledged until a date',
};

function refusedAward({ awardIds }: SettleEvent, at: number) {
  const pointer = awardIds.length === 1 ? '/award' : `/awards/${at}`;
  return invalid(pointer, '須為疑點所列的扶持項目', 'Must be an award of the finding');
}
