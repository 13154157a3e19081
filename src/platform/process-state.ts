import { readFileSync } from 'node:fs';

/** What the system says of a process. */
export interface ProcessState {
  readonly name: string;
  readonly parent: number;
}

/** The process as /proc tells (Linux); null: it doesn't live, or is dead and only not buried yet, or the system doesn't tell. */
export function processState(pid: number): ProcessState | null {
  try {
    const [, name = '', state = '', parent = ''] =
      /^\d+ \((.*)\) (\S) (\d+)/s.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return state === 'Z' || state === 'X' ? null : { name, parent: Number(parent) };
  } catch {
    return null;
  }
}
