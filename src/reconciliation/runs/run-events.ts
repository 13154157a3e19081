import { Readable } from 'node:stream';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { problem, ProblemError, type Actor } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { AUTHENTICATOR, type Authenticator } from '../../platform/http/index.js';
import type { RunDto } from './run.dto.js';
import type { Run } from './run.entity.js';
import { findRun } from './run-record.js';

/** Milliseconds between two looks at the run. */
const LOOK_MS = 400;
const HEARTBEAT_MS = 15_000;
/** Listeners that one process serves at once. */
const LISTENERS_LIMIT = 200;

/** Progress of a run as server-sent events, until it ends, the token ends, the client goes or the process closes. */
@Injectable()
export class RunEvents implements OnModuleDestroy {
  private readonly closing = new AbortController();
  private listeners = 0;

  constructor(
    private readonly db: Database,
    private readonly modules: ModuleRef,
  ) {}

  onModuleDestroy(): void {
    this.closing.abort();
  }

  /** The stream of the run's events, each as the actor behind the token may see it at that moment. */
  open(runId: string, token: string, show: (run: Run, actor: Actor) => RunDto): Readable {
    if (this.listeners >= LISTENERS_LIMIT) {
      throw new ProblemError(problem('unavailable', '同時監聽者過多', 'Too many listeners', { retryAfterSeconds: 5 }));
    }
    this.listeners += 1;
    const stream = Readable.from(this.events(runId, token, show), { objectMode: false });
    stream.once('close', () => (this.listeners -= 1));
    return stream;
  }

  private async *events(runId: string, token: string, show: (run: Run, actor: Actor) => RunDto): AsyncGenerator<string> {
    const authenticator = this.modules.get<Authenticator>(AUTHENTICATOR, { strict: false });
    let last = '';
    let quietSince = Date.now();
    while (!this.closing.signal.aborted) {
      // Asked at each look: what is remembered of a session is soon forgotten, so that the stream ends with it.
      const actor = await authenticator.authenticate(token);
      const run = actor === null ? null : await findRun(this.db, runId);
      if (actor === null || run === null) return;
      const text = JSON.stringify(show(run, actor));
      if (text !== last) {
        last = text;
        quietSince = Date.now();
        yield `event: ${run.status}\ndata: ${text}\n\n`;
      }
      if (run.status === 'completed' || run.status === 'failed') return;
      if (Date.now() - quietSince >= HEARTBEAT_MS) {
        quietSince = Date.now();
        yield ': heartbeat\n\n';
      }
      await this.rest();
    }
  }

  private async rest(): Promise<void> {
    const { signal } = this.closing;
    await new Promise<void>((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      const timer = setTimeout(wake, LOOK_MS);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}
