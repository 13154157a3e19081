import { Fault, type Setting } from './setting.js';
import { SETTINGS } from './settings.js';

type Values = { readonly [Name in keyof typeof SETTINGS]: (typeof SETTINGS)[Name] extends Setting<infer T> ? T : never };

/** The environment that a configuration is read from. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The configuration is faulty; the message names every fault at once. */
export class ConfigError extends Error {
  constructor(readonly faults: readonly string[]) {
    const count = faults.length === 1 ? 'a fault' : `${faults.length} faults`;
    super(`The configuration has ${count}:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

/** Every setting under its name, of the type that its reader gives; frozen. */
const Settings = class {
  constructor(values: Values) {
    Object.assign(this, values);
    Object.freeze(this);
  }
} as new (values: Values) => Values;

/** The product's configuration: checked at start, injectable. Name, variable, default and reason of each stand in `settings.ts`. */
export class Config extends Settings {}

/** Reads and checks the whole environment. An empty variable counts as unset. Throws `ConfigError` with every fault. */
export function loadConfig(environment: Environment): Config {
  const faults: string[] = [];
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries<Setting<unknown>>(SETTINGS)) {
    const given = environment[setting.variable];
    try {
      values[name] = setting.read(given === '' ? undefined : given);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      faults.push(`${setting.variable} ${error.message} (${setting.reason})`);
    }
  }
  if (values['production'] === true && values['demonstration'] === true) {
    faults.push('DEMONSTRATION is refused in production: its users have known passwords');
  }
  if (faults.length > 0 || !isComplete(values)) throw new ConfigError(faults);
  return new Config(values);
}

function isComplete(values: Record<string, unknown>): values is Record<string, unknown> & Values {
  return Object.keys(SETTINGS).every((name) => name in values);
}
