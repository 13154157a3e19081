/** The middle of the values; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which this share of the values lies, between two of them in proportion. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((left, right) => left - right);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) throw new Error('No values');
  return below + (above - below) * (position - Math.floor(position));
}

/** Half of the values lie between these two: the spread of a figure. One bad round out of seven does not move it. */
export function quartiles(values: readonly number[]): readonly [low: number, high: number] {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

/** How one figure of the new build stands beside the old one's. */
export interface Comparison {
  readonly old: number;
  readonly new: number;
  /** Half of the distance between the quartiles, as a share of the median. */
  readonly oldSpread: number;
  readonly newSpread: number;
  /** Above 1: the new build is better, whichever way the figure is read. */
  readonly ratio: number;
  readonly verdict: 'worse' | 'same' | 'better';
}

/** Difference from which on a figure counts as another. */
export const TOLERANCE = 0.05;

/**
 * Compares the rounds of two builds. Another than the same it is only where the medians differ by more than 5 % and the quartiles don't
 * overlap either: then the difference is beyond what rounds of one build differ by.
 */
export function compareRounds(old: readonly number[], now: readonly number[], better: 'more' | 'less'): Comparison {
  const [oldMedian, newMedian] = [median(old), median(now)];
  const [oldQuartiles, newQuartiles] = [quartiles(old), quartiles(now)];
  const spread = ([low, high]: readonly [number, number], middle: number): number =>
    middle === 0 ? 0 : (high - low) / 2 / middle;
  const ratio = better === 'more' ? newMedian / oldMedian : oldMedian / newMedian;
  const isApart = oldQuartiles[1] < newQuartiles[0] || newQuartiles[1] < oldQuartiles[0];
  return {
    old: oldMedian,
    new: newMedian,
    oldSpread: spread(oldQuartiles, oldMedian),
    newSpread: spread(newQuartiles, newMedian),
    ratio,
    verdict: !isApart || Math.abs(newMedian - oldMedian) <= oldMedian * TOLERANCE ? 'same' : ratio < 1 ? 'worse' : 'better',
  };
}
