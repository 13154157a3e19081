import { testDatabase } from '../support/database.js';

describe('A test database', () => {
  it('is migrated, and its types are exact', async () => {
    const { db, close } = await testDatabase();
    try {
      const [row] = await db.rows<{ big: bigint; day: string; role: string; funds: bigint }>(
        `SELECT 9007199254740993::bigint AS big, DATE '2016-02-29' AS day, current_user AS role, (SELECT count(*) FROM journal_entry) AS funds`,
      );
      expect(row).toEqual({ big: 9007199254740993n, day: '2016-02-29', role: 'fund_app', funds: 0n });
    } finally {
      await close();
    }
  });
});
