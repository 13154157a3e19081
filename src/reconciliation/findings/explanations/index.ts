import type { Text } from '../../../kernel/index.js';
import type { RuleName } from '../../rules/rule.js';
import type { Explained } from './explained.js';
import { explainLedgerIntegrity } from './ledger-integrity.js';
import { explainHighestOfThree } from './highest-of-three.js';
import { explainLineRule } from './line-rule.js';
import { explainOneSubsidy } from './one-subsidy.js';
import { explainOverCommitment } from './over-commitment.js';
import { paragraph } from './parts.js';

/** Every rule has its own. */
const BY_RULE: Readonly<Record<RuleName, (explained: Explained) => Text>> = {
  'one-subsidy': explainOneSubsidy,
  'over-commitment': explainOverCommitment,
  'line-rule': explainLineRule,
  'highest-of-three': explainHighestOfThree,
  'ledger-integrity': explainLedgerIntegrity,
};

/** A paragraph that an auditor can paste into a report: no id, code or key in it (domain §5). */
export function explanationOf(explained: Explained): Text {
  const entry = Object.entries(BY_RULE).find(([rule]) => rule === explained.finding.rule);
  if (entry === undefined) throw new Error(`No explanation of ${explained.finding.rule}`);
  return paragraph(entry[1](explained), settled(explained));
}

/** What finance decided. */
function settled({ finding: { status, reason, resolvedBy, until } }: Explained): Text | null {
  if (reason === null) return null;
  const said = reason.replace(/[。.]$/u, '');
  if (status === 'acknowledged') {
    return { zh: `財政已知悉,至 ${until ?? ''}:${said}。`, en: `Finance knows of it, until ${until ?? ''}: ${said}.` };
  }
  return { zh: `處理(${resolvedBy ?? ''}):${said}。`, en: `Settled by ${resolvedBy ?? ''}: ${said}.` };
}
