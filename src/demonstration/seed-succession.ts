import { readSeedFile } from '../platform/seed-file.js';
import { addAgency, Agency, changeAgency } from '../parties/index.js';
import type { Result } from '../kernel/index.js';
import type { Database } from '../platform/database/database.js';

/** `seeds/demo/agencies.json`: the agencies of the mergers of 2015, and whom they succeeded. */
interface SuccessionSeed {
  readonly agencies: readonly Pick<Agency, 'code' | 'names' | 'from'>[];
  readonly succeeded: readonly { readonly code: string; readonly to: string; readonly successors: string[] }[];
}

/** Adds the successors, and says whom they succeeded; what is there already, as an administrator may have changed it since, stays. */
export async function seedSuccession(db: Database): Promise<void> {
  const seed = readSeedFile('demo/agencies.json') as SuccessionSeed;
  await db.transaction(async (tx) => {
    for (const { code, names, from } of seed.agencies) {
      if (await tx.manager.existsBy(Agency, { code })) continue;
      accepted(await addAgency(tx, code, { names, from, to: null, successors: [] }));
    }
    for (const { code, to, successors } of seed.succeeded) {
      const { version, successors: known } = await tx.manager.findOneByOrFail(Agency, { code });
      if (known.length === 0) accepted(await changeAgency(tx, code, version, { to, successors }));
    }
  });
}

function accepted(result: Result<Agency>): void {
  if (!result.ok) throw new Error(`The demonstration's agencies are faulty: ${JSON.stringify(result.problem)}`);
}
