import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Reads a JSON file of `seeds/`, which lies beside the sources and beside the built service alike. */
export function readSeedFile(path: string): unknown {
  let directory = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = join(directory, 'seeds', path);
    if (existsSync(file)) return JSON.parse(readFileSync(file, 'utf8'));
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`seeds/${path} is missing from this installation`);
    directory = parent;
  }
}
