import { Injectable } from '@nestjs/common';
import type { Job } from './job.js';

/** What a handler may ask of the job that it works on. */
export interface JobContext<Data extends object> {
  /** 1 on the first start. */
  readonly attempt: number;
  /** Aborted when the process closes: stop at the next safe place and throw; the job is tried again. */
  readonly signal: AbortSignal;
  /** Replaces what the job carries, for its next attempt. */
  remember(data: Data): Promise<void>;
}

/** Does a job. It can be called twice with the same data and has the effect once. */
export type JobHandler<Data extends object> = (data: Data, context: JobContext<Data>) => Promise<void>;

/** A job as it comes from the queue: what it carries is what its room put there. */
type Work = (
  data: unknown,
  context: Omit<JobContext<object>, 'remember'> & { remember(data: object): Promise<void> },
) => Promise<void>;

/** Who does which job. */
@Injectable()
export class JobHandlers {
  private readonly handlers = new Map<string, Work>();
  private readonly beginnings: (() => Promise<void>)[] = [];

  /** States who does a job. A second handler of the same job is a fault. */
  handle<Data extends object>({ name }: Job<Data>, handler: JobHandler<Data>): void {
    if (this.handlers.has(name)) throw new Error(`Job ${name} has two handlers`);
    this.handlers.set(name, (data, context) => handler(data as Data, context));
  }

  /** Something that a worker process does once at its start, before the first job. */
  atStart(work: () => Promise<void>): void {
    this.beginnings.push(work);
  }

  /** What is to be done at the start. */
  starts(): readonly (() => Promise<void>)[] {
    return this.beginnings;
  }

  /** Who does the job of this name; undefined: it is not known to this version, and is failed, never guessed. */
  of(name: string): Work | undefined {
    return this.handlers.get(name);
  }

  /** Proves that each of the jobs has its handler (two are refused when they are stated), and that no handler is of another one. */
  proveComplete(jobs: readonly Job[]): void {
    const names = new Set(jobs.map(({ name }) => name));
    const missing = [...names].filter((name) => !this.handlers.has(name));
    const unknown = [...this.handlers.keys()].filter((name) => !names.has(name));
    if (missing.length > 0) throw new Error(`Jobs without a handler: ${missing.join(', ')}`);
    if (unknown.length > 0) throw new Error(`Handlers of jobs that no room declares: ${unknown.join(', ')}`);
  }
}
