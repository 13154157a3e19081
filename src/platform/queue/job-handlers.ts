import { Injectable } from '@nestjs/common';
import { JOB_NAMES, type JobData, type JobName } from './jobs.js';

/** What a handler may ask of the job that it works on. */
export interface JobContext<N extends JobName> {
  /** 1 on the first start. */
  readonly attempt: number;
  /** Aborted when the process closes: stop at the next safe place and throw; the job is tried again. */
  readonly signal: AbortSignal;
  /** Replaces what the job carries, for its next attempt. */
  remember(data: JobData[N]): Promise<void>;
}

/** Does a job. It can be called twice with the same data and has the effect once. */
export type JobHandler<N extends JobName> = (data: JobData[N], context: JobContext<N>) => Promise<void>;

type Handlers = { [N in JobName]?: JobHandler<N> };

/** Who does which job. */
@Injectable()
export class JobHandlers {
  private readonly handlers: Handlers = {};
  private readonly beginnings: (() => Promise<void>)[] = [];

  /** States who does a job. A second handler of the same job is a fault. */
  handle<N extends JobName>(name: N, handler: JobHandler<N>): void {
    if (this.handlers[name] !== undefined) throw new Error(`Job ${name} has two handlers`);
    const added: Handlers = this.handlers;
    added[name] = handler as Handlers[N];
  }

  /** Something that a worker process does once at its start, before the first job. */
  atStart(work: () => Promise<void>): void {
    this.beginnings.push(work);
  }

  /** What is to be done at the start. */
  starts(): readonly (() => Promise<void>)[] {
    return this.beginnings;
  }

  /** The handler of a job. */
  of<N extends JobName>(name: N): JobHandler<N> {
    const handler = this.handlers[name];
    if (handler === undefined) throw new Error(`Job ${name} has no handler`);
    return handler;
  }

  /** Proves that every job has its handler (two are refused when they are stated). */
  proveComplete(): void {
    const missing = JOB_NAMES.filter((name) => this.handlers[name] === undefined);
    if (missing.length > 0) throw new Error(`Jobs without a handler: ${missing.join(', ')}`);
  }
}

/** Whether the text names a job of this version; a job of another version is failed, never guessed. */
export function isJobName(name: string): name is JobName {
  return JOB_NAMES.some((known) => known === name);
}
