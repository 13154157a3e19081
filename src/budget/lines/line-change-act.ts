import { accepted } from '../../kernel/index.js';
import type { Json, RecordAct } from '../../approvals/index.js';
import type { Tx } from '../../platform/database/database.js';
import type { Language } from '../../platform/http/index.js';
import type { OutboxBell } from '../../platform/outbox/outbox-bell.js';
import { changeLine } from './change-line.js';
import { findLine } from './find-line.js';
import type { LineChangeDto } from './line-request.dto.js';
import type { ProgrammeLine } from './programme-line.entity.js';
import { toLineDto, type LineDto, type ShownLineDto } from './programme-line.dto.js';
import { toLineRule } from './line-rule-faults.js';
import { versionToday } from './rule-versions.js';

/** A change of a line that was asked for, of what the maker has seen at `version`. */
export interface LineChange extends Json {
  readonly fund: string;
  readonly line: string;
  readonly version: number;
  readonly body: LineChangeDto;
  /** Whether the line's rule changes, its form included: by that others are paid, or more. */
  readonly isOfRule: boolean;
}

/** What a checker is shown is in this language, whoever reads it: its digest must not hang on the reader. */
const SHOWN_IN: Language = 'zh-Hant';

/** Changes a line; of its rule with a second person. */
export function lineChangeAct(bell: OutboxBell): RecordAct<LineChange> {
  return {
    name: 'line-change',
    roles: ['finance'],
    asks: ({ isOfRule }) => (isOfRule ? [{ kind: 'line-rule', amountFen: null }] : []),

    async run(tx, fundId, { fund, line, version, body }, { maker, language, agreed }) {
      const known = await findLine(tx, fundId, line);
      const before = known === null ? null : await shown(tx, fund, known, SHOWN_IN);
      const changed = await changeLine(tx, fundId, line, version, body, maker.id, agreed);
      if (!changed.ok) return changed;
      const answer = await shown(tx, fund, changed.value, language);
      const after: ShownLineDto = await shown(tx, fund, changed.value, SHOWN_IN);
      return accepted({ answer, shown: { before, after: { ...after, ...ruleChangeOf(body) } } });
    },

    // What the rule now judges otherwise is held by a run.
    after: () => bell.ring(),
  };
}

/** The version that is stored, which need not be the one of today that the line shows. */
function ruleChangeOf({ rule, form, effectiveOn, reason, documentNo }: LineChangeDto): Pick<ShownLineDto, 'ruleChange'> {
  if (rule === undefined && form === undefined) return {};
  const said = { effectiveOn: effectiveOn ?? null, reason: reason ?? null, documentNo: documentNo ?? null };
  return { ruleChange: { ...said, ...(rule === undefined ? {} : { rule: toLineRule(rule) }) } };
}

async function shown(tx: Tx, fund: string, line: ProgrammeLine, language: Language): Promise<LineDto> {
  return toLineDto(fund, line, await versionToday(tx, line.fundId, line.id), language);
}
