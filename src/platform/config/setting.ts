import { isIP } from 'node:net';
import { CronExpressionParser } from 'cron-parser';
import { readServerUrl } from '../database/hosts.js';

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

/** An IP address or the name of a host. */
export function host(variable: string, fallback: string, reason: string): Setting<string> {
  return {
    variable,
    reason,
    read: (given = fallback) => {
      if (isIP(given) === 0 && !isHostName(given)) throw new Fault('must be an IP address or the name of a host');
      return given;
    },
  };
}

/** A last label of digits would be an address. */
function isHostName(given: string): boolean {
  return (
    given.length <= 253 && /^(?:[a-z\d_](?:[a-z\d_-]{0,61}[a-z\d_])?\.)*(?!\d+$)[a-z\d](?:[a-z\d-]{0,61}[a-z\d])?$/i.test(given)
  );
}

/** When something happens again and again, as BullMQ's own parser understands it. */
export function cron(variable: string, fallback: string, reason: string): Setting<string> {
  return {
    variable,
    reason,
    read: (given = fallback) => {
      try {
        CronExpressionParser.parse(given).next();
      } catch (error) {
        throw new Fault(`must be a cron pattern such as "${fallback}": ${error instanceof Error ? error.message : 'unknown'}`);
      }
      return given;
    },
  };
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

/** Addresses and networks of proxies, divided by commas; none when unset. Never everybody: who is believed names any client's address. */
export function proxies(variable: string, reason: string): Setting<readonly string[]> {
  return {
    variable,
    reason,
    read: (given) => {
      const entries = given === undefined ? [] : given.split(',').map((entry) => entry.trim());
      if (!entries.every(isProxy)) {
        throw new Fault(
          'must list the addresses or networks of your proxies (192.0.2.7, 10.1.0.0/16, loopback), or be unset: `true` or a number of hops would believe what a client writes',
        );
      }
      return entries;
    },
  };
}

function isProxy(entry: string): boolean {
  if (entry === 'loopback') return true;
  const [address = '', prefix, ...more] = entry.split('/');
  const family = address.includes('%') ? 0 : isIP(address);
  if (family === 0 || more.length > 0) return false;
  return prefix === undefined || (/^[1-9]\d{0,2}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128));
}

export function url(variable: string, protocols: readonly string[], reason: string): Setting<string | null> {
  return { variable, reason, read: (given) => (given === undefined ? null : checkedUrl(given, protocols)) };
}

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

/** One PostgreSQL, or several of which one takes writes. */
export function serverUrl(variable: string, reason: string): Setting<string | null> {
  return {
    variable,
    reason,
    read: (given) => {
      if (given === undefined || readServerUrl(given) !== null) return given ?? null;
      throw new Fault(
        `${notAUrl(['postgresql:'])}; several servers are written one:5432,two:5432 with target_session_attrs=read-write`,
      );
    },
  };
}

function checkedUrl(given: string, protocols: readonly string[]): string {
  if (!URL.canParse(given) || !protocols.includes(new URL(given).protocol)) throw new Fault(notAUrl(protocols));
  return given;
}

/** The text itself may hold a password: it is not shown. */
function notAUrl(protocols: readonly string[]): string {
  const starts = protocols.map((protocol) => `${protocol}//`).join(' or ');
  return `must be a URL that starts with ${starts}; characters of a password other than letters and digits are written %XX (\`/\` is %2F, \`@\` is %40, \`#\` is %23)`;
}
