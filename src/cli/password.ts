import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { OperatorError } from '../platform/operator-error.js';

/** The password of whoever runs a command: FUND_PASSWORD, else what is typed on the terminal, which shows none of it. */
export async function passwordOf(username: string): Promise<string> {
  const given = process.env['FUND_PASSWORD'] ?? '';
  if (given !== '') return given;
  if (!process.stdin.isTTY)
    throw new OperatorError('Set FUND_PASSWORD, or run the command on a terminal, which asks for the password');
  process.stderr.write(`Password of ${username}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const terminal = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  try {
    return await terminal.question('');
  } finally {
    terminal.close();
    process.stderr.write('\n');
  }
}
