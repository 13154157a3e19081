import { accepted } from '../../kernel/index.js';
import type { Json, PostingAct } from '../../approvals/index.js';
import type { BudgetEvent, Render } from '../../ledger/index.js';
import { warningsView } from '../../platform/http/index.js';
import { entryView } from './budget-entry-view.js';

/** A budget entry that was asked for. */
export interface BudgetEntryData extends Json {
  readonly event: BudgetEvent;
}

/** Posts a budget entry. */
export const budgetEntryAct: PostingAct<BudgetEntryData> = {
  name: 'budget-entry',
  roles: ['finance'],
  unit(fund, { event }, { maker, language }) {
    const line = 'line' in event ? event.line : null;
    const render: Render = ({ entry, warnings }) => {
      if (entry === null) throw new Error('A budget entry has an entry');
      const view = entryView({ fund, line, createdBy: maker.username, entry });
      return JSON.stringify({ ...view, ...warningsView(warnings, language) });
    };
    return Promise.resolve(accepted({ mode: 'single', events: [event], render }));
  },
};
