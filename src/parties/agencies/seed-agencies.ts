import type { Tx } from '../../platform/database/database.js';
import { insertNew } from '../../platform/database/insert-new.js';
import { Agency } from './agency.entity.js';

/** An agency of the seeds. */
export type AgencySeed = Pick<Agency, 'code' | 'names'>;

/** Version of an agency that nobody has changed. */
const UNTOUCHED = 1;

/** Adds the agencies that are missing; one that lines or officers named before there were records gets its names. */
export async function seedAgencies(tx: Tx, seeds: readonly AgencySeed[]): Promise<void> {
  for (const { code, names } of seeds) {
    if (await insertNew(tx.manager, Agency, { code, names })) continue;
    const known = await tx.manager.findOneByOrFail(Agency, { code });
    if (known.version === UNTOUCHED && known.names.en === code) await tx.manager.update(Agency, { code }, { names });
  }
}
