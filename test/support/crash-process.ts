import { writeSync } from 'node:fs';
import { Database } from '../../src/platform/database/database.js';
import { openDataSource } from '../../src/platform/database/data-source.js';
import { ENTITIES } from '../../src/declared.js';
import { load, openOffice, type CrashOffice } from './crash-load.js';

/** A process under load, to be killed: connection string, name, scenarios, how many at once, the people as JSON. Tells every success before the next. */
const [url = '', name = '', count = '0', atOnce = '1', people = '[]'] = process.argv.slice(2);
const db = new Database(await openDataSource({ url, size: 4, applicationName: 'fund-ledger-crash', entities: ENTITIES }));
await load(openOffice(db, JSON.parse(people) as CrashOffice['people']), name, Number(count), Number(atOnce), (key, what) => {
  writeSync(1, `${key} ${what}\n`);
});
writeSync(1, 'all done\n');
