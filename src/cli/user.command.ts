import { text } from 'node:stream/consumers';
import Table from 'cli-table3';
import { Command, Option } from 'commander';
import { addUser, deactivateUser, listUsers, setPassword } from '../identity/index.js';
import { type Role, ROLES } from '../kernel/index.js';
import { OperatorError } from '../platform/operator-error.js';
import { say, withDatabase } from './environment.js';

/** Users: the first administrator of a production start is made here. Passwords come by standard input, never as an argument. */
export function userCommand(): Command {
  const user = new Command('user').description(
    'make, list and deactivate users, and set their passwords (read from standard input)',
  );
  user
    .command('add <username>')
    .description('make a user')
    .addOption(new Option('--role <role>', 'what the user may do').choices(ROLES).makeOptionMandatory())
    .option('--agency <agency>', 'lead agency of an officer, with 市')
    .option('--name <name>', 'display name')
    .option('--staff-no <number>', 'staff number (工號): two accounts with one are one person')
    .action(async (username: string, options: { role: Role; agency?: string; name?: string; staffNo?: string }) => {
      const { role, agency = null, name = username, staffNo = null } = options;
      if ((role === 'officer') !== (agency !== null)) throw new OperatorError('An officer, and only an officer, has an --agency');
      const password = await readPassword();
      const made = await withDatabase((db) => addUser(db, { username, displayName: name, role, agency, staffNo, password }));
      say(`Made ${made.username} (${made.role}).`);
    });
  user
    .command('list')
    .description('list all users')
    .action(async () => {
      const users = await withDatabase((db) => listUsers(db));
      const table = new Table({
        head: ['username', 'name', 'staff number', 'role', 'agency', 'active'],
        style: { head: [], border: [] },
      });
      for (const { username, displayName, staffNo, role, agency, active } of users) {
        table.push([username, displayName, staffNo ?? '', role, agency ?? '', active ? 'yes' : 'no']);
      }
      say(table.toString());
    });
  user
    .command('password <username>')
    .description("set a user's password and end its sessions")
    .action(async (username: string) => {
      const password = await readPassword();
      await withDatabase((db) => setPassword(db, username, password));
      say(`The password of ${username} is set.`);
    });
  user
    .command('deactivate <username>')
    .description('shut a user out and end its sessions')
    .action(async (username: string) => {
      await withDatabase((db) => deactivateUser(db, username));
      say(`${username} is deactivated.`);
    });
  return user;
}

/** The first line of standard input. */
async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) say('Password (shown as you type), then Enter and Ctrl-D:');
  const [line = ''] = (await text(process.stdin)).split(/\r?\n/);
  if (line === '') throw new OperatorError('Give the password on standard input: echo "$PASSWORD" | npm run fund -- user …');
  return line;
}
