import { requestKeyHash } from '../../platform/request-key.js';
import type { Ids } from '../events/event-kind.js';
import type { LedgerEvent } from '../events/index.js';
import type { Companion } from '../store/companions.js';
import { idsOf } from './ids.js';
import { BULK_SHARE, UNIT_EVENTS } from './limits.js';
import type { Beside, Render, RequestIdentity, Unit } from './unit.js';

/** One event of a unit with all that is fixed before the first attempt. */
export interface Task {
  readonly event: LedgerEvent;
  /** `ids(0)` is the event's entry; the same position always gives the same id. */
  readonly ids: Ids;
  /** Digest of actor, key and the event's place in the request; null where the request has no identity. */
  readonly keyHash: string | null;
  /** The records that are written beside it. */
  readonly also: readonly Companion[];
}

/** A unit on its way. */
export interface Job {
  readonly unit: Unit;
  readonly tasks: readonly Task[];
  readonly render: Render | null;
  /** Digest of actor and key of a batch as a whole; null for single writes, whose only task has it. */
  readonly headerHash: string | null;
  /** It is decided and taken back. */
  readonly isDryRun: boolean;
  /** Looks at what it comes to before it is written. */
  readonly review: NonNullable<Beside['review']> | null;
}

/** The unit with its ids and keys, and what goes with its events. */
export function jobOf(unit: Unit, { also = [], render, dryRun: isDryRun = false, review }: Beside = {}): Job {
  // Nobody is answered by what a dry run came to, nor it by anything that was done.
  const request = isDryRun ? null : unit.request;
  const isSingle = unit.mode === 'single';
  const sender = request?.sentBy ?? unit.actor.id;
  const first = request?.place ?? 0;
  // Of a request that is remembered item by item, each batch has a key of its own: no client's holds a line break.
  const key = isSingle || first === 0 ? request?.key : `${request?.key}\n${first}`;
  const tasks = unit.events.map((event, index): Task => ({
    event,
    ids: idsOf(),
    keyHash: key === undefined ? null : requestKeyHash(sender, key, isSingle ? first : index + 1),
    also: [also[index] ?? []].flat(),
  }));
  return {
    unit,
    tasks,
    render: render ?? null,
    headerHash: key === undefined || isSingle ? null : requestKeyHash(sender, key),
    isDryRun,
    review: review ?? null,
  };
}

/** Under which the first event of a request is remembered, as one alone and as the first of a batch. */
export function firstKeysOf({ key, sentBy, place = 0 }: RequestIdentity & { readonly sentBy: string }): readonly string[] {
  const ofBatch = place === 0 ? key : `${key}\n${place}`;
  return [requestKeyHash(sentBy, key, place), requestKeyHash(sentBy, ofBatch, 1)];
}

/** Items of an `each` unit stand for themselves, so that it may be written in parts while single requests wait. */
export function partsOf(job: Job): readonly Job[] {
  const most = UNIT_EVENTS / BULK_SHARE;
  if (job.unit.mode !== 'each' || job.tasks.length <= most) return [job];
  return [job.tasks.slice(0, most), job.tasks.slice(most)].map((tasks) => ({ ...job, tasks }));
}

/** Events of all jobs, in order. */
export function eventsOf(jobs: readonly Job[]): readonly LedgerEvent[] {
  return jobs.flatMap((job) => job.tasks.map((task) => task.event));
}

/** Keys of all jobs under which a request may be remembered. */
export function keyHashesOf(jobs: readonly Job[]): readonly string[] {
  return jobs.flatMap((job) => [job.headerHash, ...job.tasks.map((task) => task.keyHash)]).filter((hash) => hash !== null);
}

/** Records that are to be written beside the events of all jobs. */
export function companionsOf(jobs: readonly Job[]): readonly Companion[] {
  return jobs.flatMap((job) => job.tasks.flatMap((task) => task.also));
}
