import { formatYuan } from '../../kernel/index.js';
import { amountsView } from '../../awards/index.js';
import type { AwardStanding, Foretold, ForetoldBalance, ForetoldEntry, Posted, SettleEvent } from '../../ledger/index.js';
import type { FindingWithAwards } from './find-findings.js';
import type { ForetoldBalanceDto, ForetoldChangeDto, ForetoldEntryDto, ForetoldStandingDto } from './foretold-settlement.dto.js';
import { statusOf } from './settlement.js';

/** The finding as it would stand after a settlement, which changes the holds of its awards. */
export function foretoldFinding(
  { finding, awards }: FindingWithAwards,
  decision: Pick<SettleEvent, 'resolution' | 'demand' | 'until' | 'reason'>,
  by: string,
  { entry, foretold }: Pick<Posted, 'entry' | 'foretold'>,
): FindingWithAwards {
  const { resolution, until, reason } = decision;
  const status = statusOf(decision);
  const isOver = status === 'resolved' || status === 'dismissed';
  const standings = new Map((foretold?.entries ?? []).flatMap(({ award }) => (award === null ? [] : [[award.id, award.after]])));
  return {
    finding: {
      ...finding,
      status,
      resolution,
      reason,
      until,
      resolvedBy: by,
      resolvedAt: isOver ? (entry?.recordedAt ?? null) : null,
      version: finding.version + 1,
    },
    awards: awards.map((award) => {
      const after = standings.get(award.id);
      if (after === undefined) return award;
      const { amounts, onHold, ruleHold, rewardHold } = after;
      return { ...award, disbursed: amounts.disbursed, onHold, ruleHold, rewardHold };
    }),
  };
}

/** What a settlement would change, as it is answered. */
export function foretoldView({ entries, balances }: Foretold): {
  changes: ForetoldChangeDto[];
  entries: ForetoldEntryDto[];
  balances: ForetoldBalanceDto[];
} {
  return { changes: entries.flatMap(changeOf), entries: entries.map(entryView), balances: balances.map(balanceView) };
}

function changeOf(entry: ForetoldEntry): ForetoldChangeDto[] {
  const { award, amountFen } = entry;
  if (award === null) return [];
  const { id, number, before, after } = award;
  return [
    {
      award: { id, number },
      what: whatOf(entry),
      amount: formatYuan(amountFen),
      before: standingView(before ?? after),
      after: standingView(after),
    },
  ];
}

/** What an entry does to its award, in a word. */
function whatOf({ kind, details }: ForetoldEntry): ForetoldChangeDto['what'] {
  if (kind === 'release') return 'released';
  if (kind === 'recovery-demand') return 'demanded';
  if (kind === 'assign-hold') return details?.['onHold'] === true ? 'held' : 'freed';
  if (details?.['resolution'] === 'keep') return 'kept';
  return details?.['payable'] === true ? 'payable' : 'not-payable';
}

function standingView({ amounts, onHold, ruleHold, rewardHold }: AwardStanding): ForetoldStandingDto {
  return { amounts: amountsView(amounts), onHold: onHold || ruleHold || rewardHold };
}

function entryView({ kind, amountFen, line, fiscalYear, effectiveOn, award }: ForetoldEntry): ForetoldEntryDto {
  return {
    kind,
    amount: formatYuan(amountFen),
    line,
    fiscalYear,
    effectiveOn,
    award: award === null ? null : { id: award.id, number: award.number },
  };
}

function balanceView({ code, fiscalYear, line, beforeFen, afterFen }: ForetoldBalance): ForetoldBalanceDto {
  return { account: String(code), fiscalYear, line, before: formatYuan(beforeFen), after: formatYuan(afterFen) };
}
