import type { Beside, PostResult } from '../../ledger/index.js';
import type { ActUnit } from './act.js';

/** What goes with a unit's events. */
export function besideOf({ also, render }: ActUnit): Pick<Beside, 'also' | 'render'> {
  return { ...(also === undefined ? {} : { also }), ...(render === undefined ? {} : { render }) };
}

/** Each event's answer; one that is made again where it was not kept. */
export function textsOf(results: readonly PostResult[], { render }: ActUnit): string[] {
  return results.map((result) => (result.ok ? (result.answer ?? render?.(result) ?? 'null') : 'null'));
}

/** What the whole is answered. */
export function answerOf(unit: ActUnit, texts: readonly string[]): string {
  return unit.answer === undefined ? (texts[0] ?? 'null') : unit.answer(texts);
}
