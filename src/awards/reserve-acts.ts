import { accepted } from '../kernel/index.js';
import type { Json, PostingAct } from '../approvals/index.js';
import type { Usernames } from '../identity/index.js';
import type { ReserveEvent } from '../ledger/index.js';
import type { AwardRequestDto } from './award-request.dto.js';
import { renderAward } from './award-view.js';

/** A reservation that was asked for; of numbers of people and accounts only keyed hashes and masks. */
export interface ReservationData extends Json {
  readonly event: ReserveEvent;
}

/** The reservations of a batch that stands or falls as a whole. */
export interface ReservationsData extends Json {
  readonly events: readonly ReserveEvent[];
}

/** Reserves one award. */
export function reservationAct(usernames: Usernames): PostingAct<ReservationData> {
  return {
    name: 'reservation',
    roles: ['finance', 'officer'],
    async unit(_, { event }, { maker, language }) {
      return accepted({ mode: 'single', events: [event], render: renderAward(await usernames.of([maker.id]), language) });
    },
  };
}

/** Reserves a batch, all or none. */
export function reservationsAct(usernames: Usernames): PostingAct<ReservationsData> {
  return {
    name: 'reservations',
    roles: ['finance', 'officer'],
    async unit(_, { events }, { maker, language }) {
      const render = renderAward(await usernames.of([maker.id]), language);
      return accepted({ mode: 'all', events, render, answer: batchText });
    },
  };
}

/** The answer of a batch of which every award was reserved (AwardBatchResultDto). */
function batchText(awards: readonly string[]): string {
  const items = awards.map((award, index) => `{"index":${index},"status":201,"award":${award}}`);
  return `{"results":[${items.join(',')}],"accepted":${awards.length},"rejected":0}`;
}

/** What was asked, as it is kept: numbers of people and accounts are masked. */
export function askedOf(body: AwardRequestDto, { person, enterprise }: ReserveEvent): Json {
  const { details } = body.enterprise;
  const account = details?.bankAccount === undefined ? {} : { bankAccount: enterprise.details?.bankAccountMasked ?? null };
  return {
    ...body,
    enterprise: details === undefined ? body.enterprise : { ...body.enterprise, details: { ...details, ...account } },
    ...(person === null ? {} : { person: { name: person.name, identityNumber: person.identityMasked } }),
  };
}
