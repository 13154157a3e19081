import type { IncomingMessage } from 'node:http';
import { pino } from 'pino';
import { LOG_OPTIONS, traceIdOf } from '../../src/platform/logging/index.js';

describe('The log', () => {
  it('never writes a secret', () => {
    const lines: string[] = [];
    const logger = pino(LOG_OPTIONS, { write: (line) => void lines.push(line) });
    logger.info({
      authorization: 'Bearer s3cret',
      user: { password: 's3cret' },
      request: { headers: { cookie: 's3cret' } },
      answer: { secret: 's3cret' },
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('[secret]');
    expect(lines[0]).not.toContain('s3cret');
  });

  it("goes on with the caller's trace, else begins one", () => {
    const trace = '4bf92f3577b34da6a3ce929d0e0e4736';
    expect(traceIdOf(requestWith(`00-${trace}-00f067aa0ba902b7-01`))).toBe(trace);
    for (const unfit of [undefined, 'nonsense', `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`]) {
      expect(traceIdOf(requestWith(unfit))).toMatch(/^(?!0{32})[0-9a-f]{32}$/);
    }
  });
});

function requestWith(traceparent: string | undefined): Pick<IncomingMessage, 'headers'> {
  return { headers: traceparent === undefined ? {} : { traceparent } };
}
