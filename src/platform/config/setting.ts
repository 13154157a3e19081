/** One setting of the environment. */
export interface Setting<T> {
  readonly variable: string;
  /** Why it is there and why its default is so. */
  readonly reason: string;
  /** The value; throws `Fault` when what is given is not allowed. `undefined`: the variable is unset (or empty). */
  readonly read: (given: string | undefined) => T;
}

/** What is wrong with a variable. */
export class Fault extends Error {}

interface Bounds {
  readonly min: number;
  readonly max: number;
}

export function text(variable: string, fallback: string, reason: string): Setting<string> {
  return { variable, reason, read: (given) => given ?? fallback };
}

/** Text that may be absent; never shown in a fault. */
export function optional(variable: string, limits: { readonly min: number }, reason: string): Setting<string | null> {
  return {
    variable,
    reason,
    read: (given) => {
      if (given === undefined) return null;
      if (given.length < limits.min) throw new Fault(`must have at least ${limits.min} characters`);
      return given;
    },
  };
}

export function integer(variable: string, fallback: number, bounds: Bounds, reason: string): Setting<number> {
  return {
    variable,
    reason,
    read: (given) => {
      if (given === undefined) return fallback;
      const value = /^\d{1,12}$/.test(given) ? Number(given) : Number.NaN;
      if (!(value >= bounds.min && value <= bounds.max))
        throw new Fault(`must be a whole number from ${bounds.min} to ${bounds.max}`);
      return value;
    },
  };
}

export function boolean(variable: string, fallback: boolean, reason: string): Setting<boolean> {
  return {
    variable,
    reason,
    read: (given) => {
      if (given === undefined) return fallback;
      if (given !== 'true' && given !== 'false') throw new Fault('must be true or false');
      return given === 'true';
    },
  };
}

export function oneOf<const T extends string>(
  variable: string,
  values: readonly T[],
  fallback: NoInfer<T>,
  reason: string,
): Setting<T> {
  return {
    variable,
    reason,
    read: (given) => {
      if (given === undefined) return fallback;
      const found = values.find((value) => value === given);
      if (found === undefined) throw new Fault(`must be one of ${values.join(', ')}`);
      return found;
    },
  };
}

export function url(variable: string, protocols: readonly string[], reason: string): Setting<string | null> {
  return { variable, reason, read: (given) => (given === undefined ? null : checkedUrl(given, protocols)) };
}

export const optionalUrl = url;

export function required<T>(setting: Setting<T | null>): Setting<T> {
  return {
    ...setting,
    read: (given) => {
      const value = setting.read(given);
      if (value === null) throw new Fault('is required');
      return value;
    },
  };
}

function checkedUrl(given: string, protocols: readonly string[]): string {
  if (!URL.canParse(given) || !protocols.includes(new URL(given).protocol)) {
    // The text itself may hold a password: it is not shown.
    throw new Fault(`must be a URL that starts with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`);
  }
  return given;
}
