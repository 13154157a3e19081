import { Injectable } from '@nestjs/common';
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** A number that is read when the metrics are. */
interface Reading {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Seconds: a reservation takes about 5 ms, a whole year's reconciliation up to 20 s. */
const LATENCY_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
/** Events in one posting transaction, at most 1,000 (architecture §3). */
const BATCH_BUCKETS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000];

/** What the product measures of itself, for Prometheus. */
@Injectable()
export class Metrics {
  private readonly registry = new Registry();
  private readonly requests: Histogram<'method' | 'route' | 'status'>;
  /** The labels of a route are looked up once: every request passes here. */
  private readonly requestSeries = new Map<string, { observe(seconds: number): void }>();
  private readonly postings: Histogram<'outcome'>;
  private readonly batches: Histogram;

  constructor() {
    const registers = [this.registry];
    collectDefaultMetrics({ register: this.registry });
    this.requests = new Histogram({
      name: 'fund_http_request_duration_seconds',
      help: 'Time from a request to the end of its answer.',
      labelNames: ['method', 'route', 'status'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.postings = new Histogram({
      name: 'fund_posting_duration_seconds',
      help: 'Time of one posting transaction, its repeats included.',
      labelNames: ['outcome'],
      buckets: LATENCY_BUCKETS,
      registers,
    });
    this.batches = new Histogram({
      name: 'fund_posting_batch_events',
      help: 'Events that one posting transaction decided.',
      buckets: BATCH_BUCKETS,
      registers,
    });
  }

  /** A request was answered. `route` is the pattern, never the path with its ids. */
  requestAnswered(method: string, route: string, status: number, seconds: number): void {
    const key = `${method} ${status} ${route}`;
    let series = this.requestSeries.get(key);
    if (series === undefined) {
      series = this.requests.labels({ method, route, status: String(status) });
      this.requestSeries.set(key, series);
    }
    series.observe(seconds);
  }

  /** A posting transaction ended. `failed`: it was given up, nothing of it stands. */
  batchPosted(events: number, seconds: number, outcome: 'committed' | 'failed' = 'committed'): void {
    this.batches.observe(events);
    this.postings.observe({ outcome }, seconds);
  }

  /** Adds a gauge that is read when the metrics are. Where the reading fails, the gauge is left out, the others are given. */
  gauge(name: string, help: string, labelNames: readonly string[], read: () => Promise<readonly Reading[]>): void {
    new Gauge({
      name,
      help,
      labelNames: [...labelNames],
      registers: [this.registry],
      async collect() {
        this.reset();
        for (const reading of await read().catch(() => [])) this.set({ ...reading.labels }, reading.value);
      },
    });
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  /** Everything, in Prometheus' text format. */
  text(): Promise<string> {
    return this.registry.metrics();
  }
}
