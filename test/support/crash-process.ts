import { writeSync } from 'node:fs';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { load } from './crash-load.js';
import { openLedger } from './ledger.js';

/** A process under load, to be killed: connection string, name, scenarios, how many at once. Tells every success before the next. */
const [url = '', name = '', count = '0', atOnce = '1'] = process.argv.slice(2);
const ledger = openLedger(new Database(await openDataSource({ url, size: 4, applicationName: 'fund-ledger-crash' })));
await load(ledger, name, Number(count), Number(atOnce), (key, entryId) => {
  writeSync(1, `${key} ${entryId}\n`);
});
writeSync(1, 'all done\n');
