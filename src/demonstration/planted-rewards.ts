import type { ExternalAwardEvent } from '../ledger/index.js';
import { externalAwardBeside } from '../parties/index.js';
import { illustrativeEnterprise } from './illustrative-parties.js';
import { fenOf, type Planted } from './plan.js';
import { date, ILLUSTRATIVE, projectOf, reserveEvent } from './planned-awards.js';
import type { Done, Poster } from './poster.js';
import { Random } from './random.js';

/** Rewards of ours, and then higher ones of another programme: ours are held (§二(九)2). */
export async function plantRewards(poster: Poster, planted: Planted, year: number, secret: string): Promise<void> {
  const rewards = planted.rewards.filter((reward) => reward.year === year);
  const random = new Random(year);
  const events = rewards.map(({ enterprise, first }) =>
    reserveEvent(
      {
        line: first.line,
        year,
        serial: enterprise,
        amountFen: fenOf(first.amount),
        parties: { enterprise: illustrativeEnterprise(enterprise, year), project: projectOf(first) },
        effectiveOn: date(year, 5, 20),
      },
      random,
      secret,
    ),
  );
  const reserved = await poster.post(year, 'rewards', events);
  const externals = rewards.map(({ external }, at) => externalEvent(year, external, reserved[at]));
  await poster.postAlone(year, 'external-awards', externals, { also: externals.map(externalAwardBeside) });
}

function externalEvent(
  year: number,
  external: Planted['rewards'][number]['external'],
  ours: Done | undefined,
): ExternalAwardEvent {
  if (ours === undefined || ours.award === null) throw new Error('A reservation answers with its award');
  const { id, organizationCode, creditCode, name } = ours.award.enterprise;
  return {
    kind: 'external-award',
    // The same at every start: the award's own id is as good as any.
    id: ours.award.id,
    change: 'recorded',
    programme: external.programme,
    enterprise: { id, organizationCode, creditCode, name },
    fiscalYear: year,
    amountFen: fenOf(external.amount),
    reference: external.reference,
    paidOn: external.paidOn,
    effectiveOn: null,
    reason: ILLUSTRATIVE,
  };
}
