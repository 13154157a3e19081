import { randomFillSync } from 'node:crypto';
import { V7Generator } from 'uuidv7';

/** Random numbers drawn from the system at once: one by one they were a thirtieth of a batch's time. */
const pool = new Uint32Array(1_024);
let drawn = pool.length;

const generator = new V7Generator({
  nextUint32: () => {
    if (drawn === pool.length) {
      randomFillSync(pool);
      drawn = 0;
    }
    return pool[drawn++] ?? 0;
  },
});

/** Ids of one event, made when they are first asked for: the same position always gives the same UUIDv7, however often it is tried. */
export function idsOf(): (position: number) => string {
  const ids: string[] = [];
  return (position) => (ids[position] ??= generator.generate().toString());
}

/** An id of a row that an attempt writes, another in each. */
export function newId(): string {
  return generator.generate().toString();
}
