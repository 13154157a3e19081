import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Actor } from '../../src/kernel/index.js';
import type { LedgerEvent, ReserveEvent } from '../../src/ledger/index.js';
import { FINANCE, OFFICER } from '../support/ledger.js';
import type { Model, ModelFinding } from './ledger-model.js';

/** What a step tries; where the ledger has nothing of the kind, it tries what is unknown. */
export interface Command {
  readonly act: (typeof RESERVE | typeof LIFE | typeof BUDGET | typeof HOLDS)[number];
  /** picks an award, payment, demand, line or finding of those there are */
  readonly which: number;
  readonly other: number;
  readonly date: number;
  readonly year: 2015 | 2016;
  readonly amount: 'exact' | 'over' | 'half' | 'some' | 'none';
  readonly fen: bigint;
  readonly odd: boolean;
  readonly officer: boolean;
}

export interface Step {
  readonly mode: 'single' | 'all' | 'each' | 'burst';
  readonly commands: readonly Command[];
  /** Sends the same request a second time. */
  readonly again: boolean;
}

/** An event ready to be posted; a settlement with the finding that is to be opened before. */
export interface Attempt {
  readonly event: LedgerEvent;
  readonly actor: Actor;
  readonly finding?: ModelFinding;
}

const RESERVE = [
  'reserve',
  'reserve-again',
  'reserve-offline',
  'reserve-once',
  'reserve-pool',
  'reserve-rate',
  'reserve-person',
  'reserve-patent',
  'reserve-odd',
] as const;
const LIFE = ['commit', 'disburse', 'release-reserved', 'release-committed', 'return', 'recovery-demand', 'recovery'] as const;
const BUDGET = [
  'appropriation',
  'supplement',
  'reduction',
  'reduction-line',
  'reduction-override',
  'allotment',
  'allotment-return',
  'virement',
] as const;
const HOLDS = ['assign-hold', 'settle-keep', 'settle-release', 'settle-dismiss', 'settle-other'] as const;

function command(acts: readonly Command['act'][], year: fc.Arbitrary<2015 | 2016>): fc.Arbitrary<Command> {
  return fc.record({
    act: fc.constantFrom(...acts),
    which: fc.nat(30),
    other: fc.nat(30),
    date: fc.nat(11),
    year,
    amount: fc.constantFrom('exact', 'exact', 'half', 'half', 'some', 'over', 'none'),
    fen: fc.bigInt(1n, 300_000_000n),
    odd: fc.integer({ min: 0, max: 9 }).map((digit) => digit === 5),
    officer: fc.integer({ min: 0, max: 4 }).map((digit) => digit === 3),
  });
}

/** What a sequence is mostly about: what seldom meets by chance meets here. */
interface Theme {
  readonly acts: readonly Command['act'][];
  readonly holds: readonly Command['act'][];
  readonly years: readonly (2015 | 2016)[];
}

const FORWARD = ['commit', 'commit', 'commit', 'disburse', 'disburse', 'disburse'] as const;
const THEMES: readonly Theme[] = [
  {
    acts: [...RESERVE, ...RESERVE, ...LIFE, ...LIFE, ...LIFE, ...FORWARD, ...BUDGET],
    holds: HOLDS,
    years: [2016, 2016, 2016, 2015],
  },
  {
    acts: [...RESERVE, ...RESERVE, ...LIFE, ...LIFE, ...LIFE, ...FORWARD, ...BUDGET],
    holds: HOLDS,
    years: [2016, 2016, 2016, 2015],
  },
  {
    acts: ['reserve-person', 'reserve-person', 'reserve-offline', 'release-reserved', 'release-reserved', 'commit', 'disburse'],
    holds: HOLDS,
    years: [2016],
  },
  { acts: ['reserve-once', 'reserve-patent', 'reserve-pool', ...LIFE, ...FORWARD], holds: HOLDS, years: [2016] },
  {
    acts: ['reserve', 'reserve', 'reserve', 'commit', 'commit', 'disburse', 'reduction-override', 'virement', 'recovery'],
    holds: ['reduction-override', 'allotment-return'],
    years: [2015],
  },
  // A year that is far below zero on some days, and made good on later ones.
  {
    acts: ['reserve', 'reserve', 'commit', 'commit', 'disburse', 'disburse', 'disburse', 'supplement'],
    holds: ['reduction-override', 'reduction-override', 'supplement'],
    years: [2015],
  },
  { acts: BUDGET, holds: ['appropriation', 'appropriation', 'supplement', 'supplement', 'reduction'], years: [2016] },
];

function sequence({ acts, holds, years }: Theme): fc.Arbitrary<Step[]> {
  const year = fc.constantFrom(...years);
  const mixed = command(acts, year);
  // What concerns holds goes alone, as the product posts it.
  const single = fc.oneof({ weight: 4, arbitrary: mixed }, { weight: 1, arbitrary: command(holds, year) });
  return fc.array(
    fc.oneof(
      {
        weight: 8,
        arbitrary: fc.record({ mode: fc.constant('single' as const), commands: fc.tuple(single), again: fc.boolean() }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          mode: fc.constantFrom('all', 'each', 'burst', 'burst'),
          commands: fc.array(mixed, { minLength: 1, maxLength: 8 }),
          again: fc.boolean(),
        }),
      },
    ),
    { minLength: 25, maxLength: 60, size: 'max' },
  );
}

/** Steps of every mode. */
export const steps: fc.Arbitrary<Step[]> = fc.constantFrom(...THEMES).chain(sequence);

/** Money in three open years; 2014 is closed and 2012 is none of the fund's. */
export function opening(): LedgerEvent[] {
  const events: LedgerEvent[] = [];
  const give = (fiscalYear: number, amountFen: bigint, lines: Readonly<Record<string, bigint>>) => {
    events.push({ kind: 'appropriation', fiscalYear, amountFen, ceilingDocumentNo: null, effectiveOn: `${fiscalYear}-01-05` });
    for (const [line, fen] of Object.entries(lines)) {
      events.push({ kind: 'allotment', fiscalYear, line, amountFen: fen, effectiveOn: `${fiscalYear}-02-10` });
    }
  };
  give(2016, 49_900_000_000n, {
    'manufacturing-app': 900_000_000n,
    'platform-top3': 700_000_000n,
    'demo-enterprise': 700_000_000n,
    training: 90_000_000n,
    talent: 300_000_000n,
    'rd-centre': 300_000_000n,
  });
  give(2015, 900_000_000n, { 'manufacturing-app': 300_000_000n, 'demo-enterprise': 400_000_000n, talent: 200_000_000n });
  give(2013, 500_000_000n, { talent: 200_000_000n, 'demo-enterprise': 200_000_000n });
  return events;
}

const DAYS = ['01-05', '02-10', '02-10', '03-15', '03-15', '06-30', '09-01', '09-01', '12-31'];
const LATE_DAYS = ['09-01', '10-01', '11-15', '12-31'];
const MONEY_LINES = ['manufacturing-app', 'platform-top3', 'demo-enterprise', 'training', 'talent', 'rd-centre'];
/** Names that a careless array or string literal would break. */
const NAMES = ['示例「項目」', 'a,b{}"c"\\d', 'NULL', "it's; --", ' 𠮷\n\t ', ''];

let serial = 0;

/** Makes the command an event, by what the model knows. */
export function attemptOf(command: Command, model: Model): Attempt {
  const actor = command.officer ? OFFICER : FINANCE;
  // What follows a reservation is mostly dated late in the year, else hardly anything would be accepted.
  const days = (LIFE as readonly string[]).includes(command.act) && command.which % 4 > 0 ? LATE_DAYS : DAYS;
  const date = (year: number): string | null =>
    command.date === 9
      ? null
      : command.date === 10 && command.odd
        ? `${year - 1}-12-31`
        : command.date === 8 && command.odd
          ? `${year + 1}-01-05`
          : `${year}-${days[command.date % days.length] ?? '06-30'}`;
  const sized = (room: bigint): bigint => {
    const sizes = { exact: room, over: room + 1n, half: room / 2n, some: command.fen, none: room };
    return sizes[command.amount] > 0n ? sizes[command.amount] : 1n;
  };
  const pick = <T>(from: readonly T[], by = command.which): T | undefined => from[by % Math.max(1, from.length)];
  const act = possible(command, model);
  if ((RESERVE as readonly string[]).includes(act)) return { event: reservationOf(command, model, date, sized), actor };
  if ((BUDGET as readonly string[]).includes(act)) return { event: budgetOf(command, model, date, sized), actor: FINANCE };
  if ((HOLDS as readonly string[]).includes(act)) return holdOf(command, model);

  const payment = pick(model.data.payments);
  const demand = pick(knownDemands(model));
  const cited = act === 'return' || act === 'recovery-demand' ? payment?.award : act === 'recovery' ? demand?.award : undefined;
  // Mostly one where there is something to do.
  const stage = act === 'commit' || act === 'release-reserved' ? 'reserved' : 'committed';
  const open = model.data.awards.filter((one) => model.stage(one, stage) > 0n);
  const award =
    cited === undefined ? pick(open.length > 0 && command.date !== 6 ? open : model.data.awards) : model.data.awards[cited];
  const awardId = award === undefined || (command.odd && command.date === 0) ? randomUUID() : award.id;
  const effectiveOn = date(award?.year ?? 2016);
  const openIn = (from: 'reserved' | 'committed') =>
    award === undefined ? 0n : model.leastOpen(award, from, effectiveOn ?? `${award.year}-12-31`);
  const refs = { documentNo: NAMES[command.other % NAMES.length] ?? null, effectiveOn };
  switch (act) {
    case 'commit':
      return {
        event: { kind: 'commit', awardId, amountFen: command.amount === 'none' ? null : sized(openIn('reserved')), ...refs },
        actor,
      };
    case 'release-reserved':
    case 'release-committed': {
      const from = act === 'release-reserved' ? 'reserved' : 'committed';
      return {
        event: { kind: 'release', awardId, from, amountFen: command.amount === 'none' ? null : sized(openIn(from)), ...refs },
        actor,
      };
    }
    case 'disburse': {
      const paymentRef = command.odd && payment !== undefined ? respelt(payment.ref, command) : `P-${(serial += 1)}`;
      return { event: { kind: 'disburse', awardId, amountFen: sized(openIn('committed')), paymentRef, ...refs }, actor };
    }
    case 'return':
    case 'recovery-demand': {
      const room = payment === undefined ? 1n : payment.paid - payment.returned - payment.demanded;
      return {
        event: { kind: act, awardId, amountFen: sized(room), paymentRef: respelt(payment?.ref ?? 'none', command), ...refs },
        actor,
      };
    }
    default: {
      const room = demand === undefined ? 1n : demand.demanded - demand.received;
      const known = command.odd ? pick(model.data.receipts) : undefined;
      const receiptRef = known === undefined ? `R-${(serial += 1)}` : respelt(known, command);
      return {
        event: { kind: 'recovery', awardId, amountFen: sized(room), demandId: demand?.id ?? randomUUID(), receiptRef, ...refs },
        actor,
      };
    }
  }
}

/** The reference as somebody else writes it. */
function respelt(reference: string, { other }: Command): string {
  const wide = reference.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));
  const spelt = [reference, `${reference} `, wide, `\t${reference}\u200b`, reference.toLowerCase(), reference.replace('-', '‐')];
  return spelt[other % spelt.length] ?? reference;
}

/** Where there is nothing yet to pay or recover, the step before it; but for a few that try it all the same. */
function possible({ act, which }: Pick<Command, 'act' | 'which'>, model: Model): Command['act'] {
  const { data } = model;
  if (which === 7) return act;
  if (act === 'recovery' && knownDemands(model).every((demand) => demand.received === demand.demanded))
    return possible({ act: 'recovery-demand', which }, model);
  if ((act === 'return' || act === 'recovery-demand') && data.payments.length === 0)
    return possible({ act: 'disburse', which }, model);
  if (act === 'disburse' && data.awards.every((award) => award.onHold || model.stage(award, 'committed') === 0n)) return 'commit';
  return act;
}

/** Demands whose ids the ledger gave; those that a settlement makes are not answered. */
function knownDemands({ data }: Model): Model['data']['demands'] {
  return data.demands.filter(({ id }) => !id.startsWith('settled'));
}

type DateOf = (year: number) => string | null;
type Sized = (room: bigint) => bigint;

function reservationOf(command: Command, model: Model, date: DateOf, sized: Sized): ReserveEvent {
  const { act, which, other } = command;
  serial += 1;
  const lines = {
    'reserve-once': 'demo-enterprise',
    'reserve-pool': 'platform-top3',
    'reserve-rate': 'training',
    'reserve-person': 'talent',
    'reserve-patent': 'rd-centre',
  };
  const known = model.data.awards[which % Math.max(1, model.data.awards.length)];
  const repeats = (act === 'reserve-again' || act === 'reserve-offline') && known !== undefined;
  const line =
    act in lines
      ? lines[act as keyof typeof lines]
      : act === 'reserve-odd'
        ? (['online-marketing', 'no-such-line', 'manufacturing-app'][which % 3] ?? '')
        : repeats && other % 3 > 0
          ? known.line
          : 'manufacturing-app';
  const fiscalYear = command.odd
    ? ([2014, 2012][which % 2] ?? 2014)
    : repeats
      ? known.year
      : line === 'talent' || line === 'demo-enterprise'
        ? ([2016, 2016, 2015, 2013][other % 4] ?? 2016)
        : command.year;
  const effectiveOn = date(fiscalYear);
  const room = model.least(`${fiscalYear}|4610|${line}`, effectiveOn ?? `${fiscalYear}-12-31`);
  const organization = repeats ? known.organization : `ORG00000${which % 6}`;
  const [title, code] = [`title:${serial}`, `code:${serial}`];
  const of = (kind: string): string | undefined => known?.keys.find((key) => key.startsWith(kind));
  // The same title, or the same code behind another title, or both: A meets B, B meets C, and A and C share nothing.
  const keys = repeats
    ? ([
        [of('code:') ?? code, of('title:') ?? title],
        [of('title:') ?? title],
        [of('code:') ?? code, title],
        [code, of('title:') ?? title],
      ][which % 4] ?? [title])
    : which % 2 === 0
      ? [title]
      : [code, title];
  const amounts: Readonly<Record<string, bigint>> = {
    'demo-enterprise': command.amount === 'over' ? 200_000_001n : 200_000_000n,
    training: sized(30_000_000n),
    talent: sized(30_000_000n),
    'platform-top3': sized(500_000_000n),
  };
  const hash = repeats && known.person !== null ? known.person : `hash-${which % 4}`;
  return {
    kind: 'reserve',
    fiscalYear,
    line,
    amountFen: amounts[line] ?? sized(command.amount === 'exact' ? room : room / 3n),
    enterprise: {
      name: `${NAMES[which % NAMES.length] ?? ''}企業`,
      organizationCode: organization,
      creditCode: other % 2 === 0 ? null : `91440101${organization}X`,
    },
    project: { title: `${NAMES[other % NAMES.length] ?? ''}${serial}`, code: null, keys, folding: 1 },
    person:
      (line === 'talent') !== (act === 'reserve-odd' && which % 7 === 2)
        ? { name: '示例人', identityHash: hash, identityMasked: '4401**********0000' }
        : null,
    approvalRef: NAMES[other % NAMES.length] ?? '',
    approvedOn: [`${fiscalYear}-01-02`, `${fiscalYear}-02-01`, `${fiscalYear - 1}-12-01`][which % 3] ?? `${fiscalYear}-01-02`,
    effectiveOn,
    facts: factsOf(line, command),
    distinctFrom:
      repeats && command.date % 4 === 1 ? [{ awardId: command.odd ? randomUUID() : known.id, reason: '不同項目' }] : [],
    approvedOffline: act === 'reserve-offline' || (act === 'reserve-person' && which % 3 === 0),
  };
}

function factsOf(line: string, { odd, which, other }: Command): Record<string, unknown> {
  const note = odd && other % 5 === 0 ? { note: NAMES[other % NAMES.length] } : {};
  switch (line) {
    case 'platform-top3':
      return { nationalRank: odd ? 4 : 1 + (which % 3), ...note };
    case 'demo-enterprise':
      return { certified: true, growthYear1: '30', growthYear2: odd ? '29.99' : '30.00', growthYear3: '45.5', ...note };
    case 'training':
      return {
        trainingCost: ['1000000.00', '1000000.01', '99999999.99'][which % 3],
        heldByCityOrAbove: true,
        payeeOrganises: !odd,
        ...note,
      };
    case 'talent':
      return { annualSalary: odd ? '299999.99' : '300000.00', postKind: 'core-technology', employerQualification: 'in-cluster' };
    case 'rd-centre':
      return {
        // A technology centre that states a patent's number is refused.
        kind: which % 3 === 0 ? 'technology-centre' : 'domestic-patent',
        ...(which % 3 === 0 ? { recognised: true } : {}),
        ...((odd && other % 2 === 0) || (which % 3 === 0 && other % 4 > 0)
          ? {}
          : {
              patentNumber: odd
                ? ['---', 'Z'.repeat(101), { no: 1 }][which % 3]
                : ['ZL 2016-1', 'zl20161', 'ZL2016 2'][other % 3],
            }),
      };
    default:
      return note;
  }
}

function budgetOf(command: Command, model: Model, date: DateOf, sized: Sized): LedgerEvent {
  const fiscalYear = command.odd ? ([2014, 2012][command.which % 2] ?? 2014) : command.year;
  const effectiveOn = date(fiscalYear);
  const on = effectiveOn ?? `${fiscalYear}-12-31`;
  const line = command.odd && command.other % 5 === 0 ? 'no-such-line' : (MONEY_LINES[command.which % MONEY_LINES.length] ?? '');
  const toLine = MONEY_LINES[command.other % MONEY_LINES.length] ?? '';
  const common = { fiscalYear, effectiveOn, documentNo: '穗財〔2016〕1號', reason: NAMES[command.other % NAMES.length] ?? null };
  const lineRoom = model.least(`${fiscalYear}|4610|${line}`, on);
  switch (command.act) {
    case 'appropriation':
    case 'supplement':
      return {
        kind: command.act,
        // 2016 is close to its ceiling; in other years what overrides took may come back.
        amountFen: sized(fiscalYear === 2016 ? 100_000_000n : 600_000_000n),
        ceilingDocumentNo: command.other % 2 === 1 ? '市府批覆' : null,
        ...common,
      };
    case 'reduction':
      return {
        kind: 'reduction',
        amountFen: sized(command.other % 2 === 0 ? model.least(`${fiscalYear}|4450|`, on) : 100_000_000n),
        line: null,
        override: null,
        ...common,
      };
    case 'reduction-line':
      return { kind: 'reduction', amountFen: sized(lineRoom / 2n), line, override: null, ...common };
    case 'reduction-override': {
      const override = { reason: '會議紀要', documentNo: '紀要1', expiresOn: '2999-12-31' };
      const lacking = command.other % 2 === 0 ? 200_000_000n : 600_000_000n;
      return { kind: 'reduction', amountFen: sized((lineRoom > 0n ? lineRoom : 0n) + lacking), line, override, ...common };
    }
    case 'allotment':
      return {
        kind: 'allotment',
        amountFen: sized(command.other % 3 === 0 ? model.least(`${fiscalYear}|4450|`, on) : 90_000_000n),
        line,
        ...common,
      };
    case 'allotment-return':
      return { kind: 'allotment-return', amountFen: sized(lineRoom), line, ...common };
    default:
      return { kind: 'virement', amountFen: sized(lineRoom), fromLine: line, toLine, ...common };
  }
}

function holdOf(command: Command, model: Model): Attempt {
  const grouped = model.data.awards.filter((award) => award.onHold);
  const from = grouped.length > 0 && !command.odd ? grouped : model.data.awards;
  const award = from[command.which % Math.max(1, from.length)];
  const group = award === undefined ? [] : model.component(award);
  // A finding may be older than the award that stands.
  const known = command.date % 2 === 0 ? group.filter((one) => one.onHold) : group;
  const named = command.other % 3 === 0 ? null : (known[command.other % Math.max(1, known.length)]?.id ?? null);
  if (command.act === 'assign-hold') {
    return {
      event: {
        kind: 'assign-hold',
        awardIds: (command.other % 5 === 0 ? known : group).map(({ id }) => id),
        effectiveOn: null,
        reason: '對賬',
      },
      actor: FINANCE,
    };
  }
  const earlier = command.odd ? model.data.findings[command.which % Math.max(1, model.data.findings.length)] : undefined;
  const rule = command.act === 'settle-other' ? 'line-rule' : 'one-subsidy';
  const resolutions = { 'settle-keep': 'keep', 'settle-release': 'release', 'settle-dismiss': 'dismiss' } as const;
  const pair = known.slice(0, 2).map(({ id }) => id);
  const resolution =
    command.act === 'settle-other'
      ? ((['keep', 'release', 'dismiss', 'acknowledge'] as const)[command.date % 4] ?? 'keep')
      : resolutions[command.act as keyof typeof resolutions];
  const finding = earlier ?? {
    id: randomUUID(),
    rule,
    year: award?.year ?? 2016,
    awards: (rule === 'line-rule' && award !== undefined ? [award] : known).map((one) => one.no),
    status: 'open',
  };
  return {
    event: {
      kind: 'settle',
      finding: {
        id: finding.id,
        rule: finding.rule,
        fiscalYear: finding.year,
        lineId: null,
        awardIds: finding.awards.map((no) => model.data.awards[no]?.id ?? ''),
      },
      resolution,
      awardIds: command.other % 7 === 6 ? [randomUUID()] : command.other % 7 === 5 ? pair : named === null ? [] : [named],
      demand: resolution === 'keep' ? command.which % 2 === 0 : command.which % 9 === 8,
      payable: resolution === 'acknowledge' ? rule === 'line-rule' && command.which % 2 === 0 : command.which % 11 === 10,
      until: resolution === 'acknowledge' ? (['2999-12-31', '2025-12-31', null][command.which % 3] ?? null) : null,
      reason: '核實',
      effectiveOn: command.date === 6 ? null : `${award?.year ?? 2016}-${command.date === 5 ? '06-30' : '12-31'}`,
    },
    actor: FINANCE,
    ...(earlier === undefined ? { finding } : {}),
  };
}
