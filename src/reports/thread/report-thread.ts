import { Readable } from 'node:stream';
import { Worker } from 'node:worker_threads';
import { accepted, problem, refused, type Problem, type Result } from '../../kernel/index.js';
import type { Order, Report, ThreadSettings, WantedReport } from './messages.js';

/** A report whose bytes can be read. */
export interface ReportStream {
  readonly illustrative: boolean;
  readonly bytes: Readable;
}

/** A report that is under way. */
interface UnderWay {
  readonly opened: (outcome: Result<ReportStream>) => void;
  readonly failed: (error: Error) => void;
  stream: Readable | null;
}

/** Memory of the thread, MiB: a JSON report has some 5 MB, a page of rows 1 MB. */
const MEMORY_MB = 512;

/**
 * The thread that reads and renders reports (program.ts), started by the first of them, and again should it die: what it was at then is
 * broken off, and nothing else.
 */
export class ReportThread {
  private worker: Worker | null = null;
  private readonly underWay = new Map<number, UnderWay>();
  private last = 0;

  constructor(private readonly settings: ThreadSettings) {}

  /** Opens a report: a stream that is read from the thread as it is drained, or why it is refused. Throws what is a fault. */
  open(wanted: WantedReport): Promise<Result<ReportStream>> {
    const id = ++this.last;
    return new Promise((opened, failed) => {
      this.underWay.set(id, { opened, failed, stream: null });
      this.send({ kind: 'open', id, wanted });
    });
  }

  /** Starts the thread, so that the first reader doesn't wait a second for it. */
  prepare(): void {
    this.worker ??= this.start();
  }

  /** Ends the thread and its connections. */
  async close(): Promise<void> {
    const { worker } = this;
    if (worker === null) return;
    const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
    worker.postMessage({ kind: 'close' } satisfies Order);
    await ended;
  }

  private send(order: Order): void {
    this.worker ??= this.start();
    this.worker.postMessage(order);
  }

  private start(): Worker {
    // Run from its source, it needs what loads the source (tests); built, nothing.
    const [extension, loader] = [import.meta.url.endsWith('.ts') ? 'ts' : 'js', process.env['FUND_LEDGER_SOURCE_LOADER']];
    const worker = new Worker(new URL(`./program.${extension}`, import.meta.url), {
      workerData: this.settings,
      execArgv: loader === undefined ? [] : ['--import', loader],
      resourceLimits: { maxOldGenerationSizeMb: MEMORY_MB },
    });
    worker.on('message', (report: Report) => this.take(report));
    worker.on('error', (error: Error) => this.lose(worker, error));
    worker.on('exit', () => this.lose(worker, new Error('The reports’ thread has ended')));
    return worker;
  }

  private lose(worker: Worker, error: Error): void {
    if (this.worker !== worker) return;
    this.worker = null;
    for (const [id, one] of this.underWay) {
      this.underWay.delete(id);
      one.opened(refused(away()));
      one.stream?.destroy(error);
    }
  }

  private take(report: Report): void {
    const one = this.underWay.get(report.id);
    if (one === undefined) return;
    switch (report.kind) {
      case 'head':
        one.stream = this.streamOf(report.id);
        one.opened(accepted({ illustrative: report.illustrative, bytes: one.stream }));
        return;
      case 'chunk':
        one.stream?.push(report.bytes);
        return;
      case 'end':
        one.stream?.push(null);
        break;
      case 'refused':
        one.opened(refused(report.problem));
        one.stream?.destroy(new Error(report.problem.detail.en));
        break;
      case 'broken':
        if (report.isAway) one.opened(refused(away()));
        else one.failed(new Error(report.message));
        one.stream?.destroy(new Error(report.message));
    }
    this.underWay.delete(report.id);
  }

  /** A chunk is asked for when the reader has room; a reader that goes away stops the reading. */
  private streamOf(id: number): Readable {
    const stream = new Readable({
      read: () => this.send({ kind: 'more', id }),
      destroy: (error, done) => {
        if (this.underWay.delete(id)) this.worker?.postMessage({ kind: 'stop', id } satisfies Order);
        done(error);
      },
    });
    // Whoever reads it hears of it; where nobody does just then, it must not end the process.
    return stream.on('error', () => undefined);
  }
}

function away(): Problem {
  return problem('unavailable', '報表暫時無法產生,請稍後再試', 'The report can’t be made just now: try again shortly', {
    retryAfterSeconds: 1,
  });
}
