import fc from 'fast-check';
import type { Ledger } from '../../src/ledger/index.js';
import { testDatabase, type TestDatabase } from '../support/database.js';
import { brokenInvariants } from '../support/invariants.js';
import { fundLine, mustPost, openLedger, project, reservation, yuan } from '../support/ledger.js';
import { openReconciliation, settleEvent, type Reconciliation } from '../support/reconciliation.js';

/*
 * Who stands and who is held depends on what is recorded, not on the order in which it came (domain §5): the same awards, releases, exempt
 * pairs and settlement in two orders, chains included (A meets B, B meets C, A and C share nothing).
 */

const RUNS = 12;
const ENTERPRISE = { name: '示例企業', organizationCode: 'T99999999', creditCode: null };

interface Graph {
  /** Title and code of each award; their amounts are all different. */
  readonly awards: readonly { readonly title: string; readonly code: string | null; readonly released: boolean }[];
  /** Pairs that finance says to be different. */
  readonly distinct: readonly (readonly [number, number])[];
  readonly kept: number | null;
}

const graph: fc.Arbitrary<Graph> = fc
  .array(
    fc.record({
      title: fc.constantFrom('甲平臺', '乙平臺', '丙平臺', '丁平臺'),
      code: fc.constantFrom('X-1', 'X-2', 'X-3', null),
      released: fc.boolean().map((released) => released),
    }),
    { minLength: 3, maxLength: 6 },
  )
  .chain((awards) =>
    fc.record({
      awards: fc.constant(awards.map((award, at) => ({ ...award, released: award.released && at % 3 === 0 }))),
      distinct: fc.uniqueArray(
        fc
          .tuple(fc.nat(awards.length - 1), fc.nat(awards.length - 1))
          .filter(([left, right]) => left < right)
          .map(([left, right]) => [left, right] as const),
        { maxLength: 2, selector: ([left, right]) => `${left}-${right}` },
      ),
      kept: fc.option(fc.nat(awards.length - 1)),
    }),
  );

/** Which awards are on hold in the end, by their place in the graph. */
class Trial {
  private readonly ids = new Map<number, string>();

  private constructor(
    private readonly graph: Graph,
    private readonly database: TestDatabase,
    private readonly ledger: Ledger,
    private readonly reconciliation: Reconciliation,
  ) {}

  static async run(graph: Graph, order: readonly number[], reconciled: ReadonlySet<number>): Promise<Record<number, boolean>> {
    const database = await testDatabase({ poolSize: 4 });
    const ledger = openLedger(database.db);
    const reconciliation = openReconciliation(database, ledger);
    try {
      await fundLine(ledger, 'manufacturing-app', yuan('100000000.00'));
      const trial = new Trial(graph, database, ledger, reconciliation);
      for (const at of order) {
        await trial.reserve(at);
        if (reconciled.has(at)) await reconciliation.run({ trigger: 'write' });
        if (at === graph.kept && reconciled.has(at)) await trial.keep();
      }
      await reconciliation.run({ trigger: 'write' });
      await trial.keep();
      for (const at of order) if (graph.awards[at]?.released === true && at !== graph.kept) await trial.release(at);
      await reconciliation.run();
      expect(await brokenInvariants(database.db)).toEqual({});
      return await trial.holds();
    } finally {
      await reconciliation.close();
      await database.close();
    }
  }

  private async reserve(at: number): Promise<void> {
    const one = this.graph.awards[at];
    if (one === undefined) return;
    const sharing = (other: number): boolean => {
      const that = this.graph.awards[other];
      return that?.title === one.title || (one.code !== null && that?.code === one.code);
    };
    const distinctFrom = this.graph.distinct
      .filter((pair) => pair.includes(at))
      .map(([left, right]) => (left === at ? right : left))
      .filter((other) => this.ids.has(other) && sharing(other))
      .map((other) => ({ awardId: this.ids.get(other) ?? '', reason: '不同項目' }));
    const { award } = await mustPost(this.ledger, {
      ...reservation({ enterprise: ENTERPRISE, project: project(one.title, one.code), amountFen: BigInt(1_000 * (at + 1)) }),
      approvedOffline: true,
      distinctFrom,
    });
    this.ids.set(at, award?.id ?? '');
  }

  private isKept = false;

  /** Keeps the award once a finding names it. */
  private async keep(): Promise<void> {
    const id = this.graph.kept === null ? undefined : this.ids.get(this.graph.kept);
    if (id === undefined || this.isKept) return;
    const finding = (await this.reconciliation.findings('open')).find(
      (one) => one.rule === 'one-subsidy' && one.award_ids.includes(id),
    );
    if (finding === undefined) return;
    await mustPost(this.ledger, await settleEvent(this.database, finding.id, 'keep', id));
    this.isKept = true;
  }

  private async release(at: number): Promise<void> {
    const awardId = this.ids.get(at) ?? '';
    await mustPost(this.ledger, { kind: 'release', awardId, from: 'reserved', amountFen: null, effectiveOn: '2016-06-01' });
  }

  private async holds(): Promise<Record<number, boolean>> {
    const rows = await this.database.db.rows<{ id: string; on_hold: boolean }>('SELECT id, on_hold FROM award');
    const byId = new Map(rows.map((row) => [row.id, row.on_hold]));
    return Object.fromEntries([...this.ids].sort().map(([at, id]) => [at, byId.get(id) ?? false]));
  }
}

test('Who stands depends on what is recorded, not on the order in which it came', async () => {
  await fc.assert(
    fc.asyncProperty(
      graph.chain((one) => {
        const places = one.awards.map((_, at) => at);
        const orders = fc.shuffledSubarray(places, { minLength: places.length });
        return fc.record({ one: fc.constant(one), orders: fc.tuple(orders, orders), reconciled: fc.subarray(places) });
      }),
      async ({ one, orders: [first, second], reconciled }) => {
        const there = await Trial.run(one, first, new Set(reconciled));
        expect(await Trial.run(one, second, new Set())).toEqual(there);
      },
    ),
    {
      numRuns: RUNS,
      endOnFailure: process.env['FC_SHRINK'] === undefined,
      ...(process.env['FC_SEED'] === undefined ? {} : { seed: Number(process.env['FC_SEED']) }),
    },
  );
}, 600_000);
