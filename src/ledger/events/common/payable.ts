import { problem, type Problem, type Text } from '../../../kernel/index.js';
import { brokenRule } from '../../rules/check-line-rule.js';
import { keyShown } from '../../rules/one-subsidy.js';
import { versionOn } from '../../rules/rule-versions.js';
import { isLive, poolShare } from '../../state/award-state.js';
import type { AwardState } from '../../state/model.js';
import type { State } from '../../state/state.js';
import { hadBefore } from './once.js';
import { higherReward, higherRewardSays } from './rewards.js';
import { keyName } from './holds.js';
import { sameProject, strongerBeside } from './same-project.js';

/** What keeps an award from being committed or paid, and what would end it. */
interface Cause {
  readonly rule: 'one-subsidy' | 'line-rule' | 'highest-of-three';
  readonly says: Text;
  readonly extras: Readonly<Record<string, unknown>>;
}

/**
 * Refused while anything holds the award, each cause named with what would end it. Decided here, under the locks, whether or not a run has
 * held it: the hold is the record, not the guard (domain §5).
 */
export function notPayable(state: State, award: AwardState): Problem | null {
  const causes = [oneSubsidy(state, award), lineRule(state, award), highestOfThree(state, award)].filter(
    (cause) => cause !== null,
  );
  if (causes.length === 0) return null;
  const open = state.openFindings.get(award.id) ?? [];
  const says = { zh: causes.map(({ says: { zh } }) => zh).join(';'), en: causes.map(({ says: { en } }) => en).join('; ') };
  const holds = causes.map(({ rule, extras }) => ({
    rule,
    finding: open.find((one) => one.rule === rule)?.id ?? null,
    ...extras,
  }));
  return problem('award-on-hold', `${award.number} 已暫停支付:${says.zh}`, `${award.number} is on hold: ${says.en}`, {
    extras: { findings: open.map(({ id }) => id), holds },
  });
}

function oneSubsidy(state: State, award: AwardState): Cause | null {
  const met = award.onHold ? sameProject(state, award) : isLive(award) ? strongerBeside(state, award) : null;
  if (met === null) {
    if (!award.onHold) return null;
    return { rule: 'one-subsidy', says: { zh: '須先處理疑點', en: 'its finding must be settled first' }, extras: {} };
  }
  const { holder, keys } = met;
  const names = keys.map(keyName);
  return {
    rule: 'one-subsidy',
    says: {
      zh: `與 ${holder.number} 為同一項目(${names.map(({ zh }) => zh).join('、')}相同),須釋放其一,或由財政認定為不同項目`,
      en: `${holder.number} stands for the same project (the same ${names.map(({ en }) => en).join(', ')}): release one of them, or let finance say that they are different`,
    },
    extras: { award: { id: holder.awardId, number: holder.number, keys: keys.map(keyShown) } },
  };
}

function lineRule(state: State, award: AwardState): Cause | null {
  const broken = ruleBreach(state, award);
  if (broken === null) return beyondOthers(state, award);
  return {
    rule: 'line-rule',
    says: {
      zh: `不符合支出方向的規定(${broken.detail.zh}),須釋放超出部分,或由財政知悉並准予支付`,
      en: `it breaks the rule of its line (${broken.detail.en}): release what is too much, or let finance acknowledge it as payable`,
    },
    extras: { errors: (broken.errors ?? []).map(({ pointer }) => pointer) },
  };
}

function highestOfThree(state: State, award: AwardState): Cause | null {
  const higher = higherReward(state, award);
  return higher === null ? null : { rule: 'highest-of-three', ...higherRewardSays(higher) };
}

/** Whether finance declared it payable though it breaks its line's rule. */
export function isPayable(state: State, { payableUntil }: AwardState): boolean {
  return payableUntil !== null && payableUntil >= state.today;
}

/** With others it breaks the rule: what is given once was given before, which is decided here, or as a run has found. */
function beyondOthers(state: State, award: AwardState): Cause | null {
  if (!isLive(award) || isPayable(state, award)) return null;
  const before = hadBefore(state, award);
  if (before === null) return award.ruleHold ? HELD_WITH_OTHERS : null;
  return {
    rule: 'line-rule',
    says: {
      zh: `本支出方向只給一次,而 ${before.number} 在先,須釋放其一,或由財政知悉並准予支付`,
      en: `its line gives it once, and ${before.number} came first: release one of them, or let finance acknowledge it as payable`,
    },
    extras: { award: { id: before.awardId, number: before.number } },
  };
}

/** A run found that it breaks the rule with others: pool, once per enterprise, unique fact, years of a person. Lifted by a run. */
const HELD_WITH_OTHERS: Cause = {
  rule: 'line-rule',
  says: {
    zh: '與其他項目合計不符合支出方向的規定,須釋放其一,或由財政知悉並准予支付',
    en: 'together with others it breaks the rule of its line: release one of them, or let finance acknowledge it as payable',
  },
  extras: {},
};

/** How the award's amount or facts break the rule by which it is judged, that of its reservation's date; null: they don't, or finance declared it payable meanwhile. */
export function ruleBreach(state: State, award: AwardState): Problem | null {
  if (!isLive(award) || isPayable(state, award)) return null;
  const { awarded, facts } = award;
  const { rule } = versionOn(state.line(award.lineId).rules, award.effectiveOn);
  return brokenRule(rule, { awarded, net: poolShare(award), facts });
}
