import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { finished } from 'node:stream';
import { problem, refused, type Actor, type Result } from '../kernel/index.js';
import { Config } from '../platform/config/index.js';
import { Gate } from '../platform/gate.js';
import { Metrics } from '../platform/metrics/index.js';
import type { WantedReport } from './thread/messages.js';
import { ReportThread, type ReportStream } from './thread/report-thread.js';

/** Takes in requests for reports: so many at once are read, so many wait, and more are sent away. */
@Injectable()
export class ReportDesk implements OnApplicationShutdown {
  private readonly gate: Gate;
  private readonly thread: ReportThread;

  constructor(config: Config, metrics: Metrics) {
    const places = config.reportsAtOnce;
    this.gate = new Gate({ places, waiting: places * 4, waitMs: 5_000, share: places * 3 });
    this.thread = new ReportThread({
      databaseUrl: config.databaseUrl,
      statementTimeoutMs: config.databaseStatementTimeoutMs,
      poolSize: places,
    });
    metrics.gauge('fund_reports', 'Reports that are read now, that wait, and that were sent away so far.', ['state'], async () =>
      Object.entries(this.gate.counts).map(([state, value]) => ({ labels: { state }, value })),
    );
  }

  /** The report, its place taken until it is read to its end, or nobody reads it any more. Refused: `unavailable`, and as it is read. */
  async read(actor: Actor, wanted: WantedReport): Promise<Result<ReportStream>> {
    const leave = await this.gate.enter(actor.id);
    if (leave === null) return refused(tooMany());
    try {
      const opened = await this.thread.open(wanted);
      if (opened.ok) finished(opened.value.bytes, leave);
      else leave();
      return opened;
    } catch (error) {
      leave();
      throw error;
    }
  }

  /** Makes ready for the first report. */
  prepare(): void {
    this.thread.prepare();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.thread.close();
  }
}

function tooMany() {
  return problem('unavailable', '同時產生的報表過多,請稍後再試', 'Too many reports at once: try again shortly', {
    retryAfterSeconds: 2,
  });
}
