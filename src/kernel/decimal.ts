/** An exact decimal: `units / 10^scale`. Rates, growth and other figures that are not money use it, so that no float is met. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^(-?)(\d{1,18})(?:\.(\d{1,9}))?$/;

/** Reads `"-12.5"`; answers `null` for anything else. At most 18 digits before the point and 9 behind it. */
export function parseDecimal(text: string): Decimal | null {
  const match = DECIMAL.exec(text);
  if (match === null) return null;
  const [, sign = '', whole = '', fraction = ''] = match;
  const magnitude = BigInt(whole + fraction);
  return { units: sign === '-' ? -magnitude : magnitude, scale: fraction.length };
}

/** Negative when left < right, zero when equal, positive when left > right. */
export function compareDecimals(left: Decimal, right: Decimal): number {
  const difference = left.units * 10n ** BigInt(right.scale) - right.units * 10n ** BigInt(left.scale);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

/** `amount × rate`, cut down to the whole unit (the fen, where the amount is fen). */
export function multiplyDown(amount: bigint, rate: Decimal): bigint {
  const product = amount * rate.units;
  const divisor = 10n ** BigInt(rate.scale);
  const quotient = product / divisor;
  return product < 0n && quotient * divisor !== product ? quotient - 1n : quotient;
}
