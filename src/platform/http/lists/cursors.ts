import { createHmac, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { canonicalJson, invalid, ProblemError } from '../../../kernel/index.js';
import { Secrets } from '../../secrets/secrets.js';
import type { ListQuery } from './list-query.js';

/** One page of a list. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor: string | null;
}

/** Everything that chooses the rows: the list's name under `list` first, then its filters. */
export type Filters = Readonly<Record<string, unknown>>;

const MAC_BYTES = 16;

/** Signs where a list goes on. A cursor is the last id of a page, bound by a MAC to the list and its filters. */
@Injectable()
export class Cursors {
  constructor(private readonly secrets: Secrets) {}

  /** The id after which the page begins; null for the first page. A cursor of other filters, or forged, is 400. */
  after(query: Pick<ListQuery, 'cursor'>, filters: Filters): string | null {
    if (query.cursor === undefined) return null;
    const bytes = Buffer.from(query.cursor, 'base64url');
    const id = bytes.subarray(MAC_BYTES).toString('utf8');
    const mac = bytes.subarray(0, MAC_BYTES);
    // Base64 can be written in several ways; a cursor is taken only as it was given.
    if (
      bytes.toString('base64url') !== query.cursor ||
      mac.length !== MAC_BYTES ||
      !timingSafeEqual(mac, this.mac(id, filters))
    ) {
      throw new ProblemError(
        invalid('/query/cursor', '游標無效，或不屬於這組篩選條件。', 'The cursor is not valid for this list and these filters.'),
      );
    }
    return id;
  }

  /** Makes the page of `limit + 1` fetched rows. */
  page<T>(rows: readonly T[], limit: number, filters: Filters, idOf: (row: T) => string): Page<T> {
    const items = rows.slice(0, limit);
    const last = items.at(-1);
    const nextCursor = rows.length > limit && last !== undefined ? this.cursor(idOf(last), filters) : null;
    return { items, nextCursor };
  }

  private cursor(id: string, filters: Filters): string {
    return Buffer.concat([this.mac(id, filters), Buffer.from(id, 'utf8')]).toString('base64url');
  }

  private mac(id: string, filters: Filters): Buffer {
    return createHmac('sha256', this.secrets.keyFor('cursor'))
      .update(`${id}\n${canonicalJson(filters)}`)
      .digest()
      .subarray(0, MAC_BYTES);
  }
}
