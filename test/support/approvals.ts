import { APPROVAL_KINDS, type ApprovalKind } from '../../src/ledger/index.js';
import { SYSTEM_ACTOR } from '../../src/kernel/index.js';
import { asOwner, type TestDatabase } from './database.js';

/** A rule of a fund: from which amount (fen) a kind needs how many people. */
export interface Asked {
  readonly kind: ApprovalKind;
  readonly fromFen?: bigint;
  readonly steps?: number;
}

/**
 * Has the policy's fund ask a second person: for everything from 0.00, as the policy's seed does, or for what is stated. Each call is another
 * version; the seed's author stands in for whoever agreed to it.
 */
export async function askSecondPerson(
  database: Pick<TestDatabase, 'ownerUrl'>,
  asked: readonly Asked[] = APPROVAL_KINDS.map((kind) => ({ kind })),
): Promise<void> {
  await asOwner(database, async (owner) => {
    await owner.query('BEGIN');
    await owner.query('ALTER TABLE approval_policy DISABLE TRIGGER policy_is_agreed');
    const { rows } = await owner.query<{ number: number }>(
      `INSERT INTO approval_policy (fund_id, number, expires_after_days, reason, changed_by)
       VALUES (1, 1 + coalesce((SELECT max(number) FROM approval_policy WHERE fund_id = 1), 0), 30, 'test', $1) RETURNING number`,
      [SYSTEM_ACTOR.id],
    );
    for (const { kind, fromFen = 0n, steps = 1 } of asked) {
      await owner.query('INSERT INTO approval_rule (fund_id, number, kind, from_fen, steps) VALUES (1, $1, $2, $3, $4)', [
        rows[0]?.number,
        kind,
        fromFen,
        steps,
      ]);
    }
    await owner.query('ALTER TABLE approval_policy ENABLE TRIGGER policy_is_agreed');
    await owner.query('COMMIT');
  });
}
