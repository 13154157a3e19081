import { readServerUrl } from '../../src/platform/database/hosts.js';
import { ConfigError, loadConfig } from '../../src/platform/config/index.js';

const LEAST = { DATABASE_URL: 'postgresql://fund_app@localhost/fund', SECRET_KEY: 'x'.repeat(32) };

describe('Configuration', () => {
  it('needs a database and a secret, and gives everything else a default', () => {
    const config = loadConfig(LEAST);
    expect(config).toMatchObject({
      host: '127.0.0.1',
      port: 3000,
      redisUrl: null,
      bodyLimitBytes: 262_144,
      batchBodyLimitBytes: 4_194_304,
      demonstration: false,
    });
    expect(Object.isFrozen(config)).toBe(true);
  });

  it('names every fault at once, and no secret', () => {
    const faulty = {
      DATABASE_URL: 'mysql://user:hunter2@db/x',
      PORT: '70000',
      LOG_LEVEL: 'loud',
      SECRET_KEY: 'short-secret',
      TRUST_PROXY: 'yes',
      NODE_ENV: 'prod',
      HOST: 'not a host',
      RECONCILIATION_SCHEDULE: 'nonsense',
    };
    const thrown = catchError(() => loadConfig(faulty));
    expect(thrown).toBeInstanceOf(ConfigError);
    const { faults, message } = thrown as ConfigError;
    expect(faults.map((fault) => fault.split(' ')[0])).toEqual([
      'NODE_ENV',
      'HOST',
      'PORT',
      'TRUST_PROXY',
      'LOG_LEVEL',
      'DATABASE_URL',
      'RECONCILIATION_SCHEDULE',
      'SECRET_KEY',
    ]);
    expect(message).toContain('8 faults');
    expect(message).not.toMatch(/hunter2|short-secret/);
  });

  it('takes an empty variable as unset', () => {
    expect(loadConfig({ ...LEAST, REDIS_URL: '', PORT: '', METRICS_TOKEN: '' })).toMatchObject({
      redisUrl: null,
      port: 3000,
      metricsToken: null,
    });
    expect(() => loadConfig({ ...LEAST, DATABASE_URL: '' })).toThrow('DATABASE_URL is required');
  });

  it('believes named proxies alone', () => {
    const read = (TRUST_PROXY: string) => loadConfig({ ...LEAST, TRUST_PROXY }).trustedProxies;
    expect(read('')).toEqual([]);
    expect(read('10.0.0.5, 172.16.0.0/12,fd00::/8,loopback')).toEqual(['10.0.0.5', '172.16.0.0/12', 'fd00::/8', 'loopback']);
    for (const refused of [
      'true',
      '1',
      '0.0.0.0/0',
      '10.0.0.0/33',
      '10.0.0.0/8/8',
      'proxy.example',
      '10.0.0.5,,',
      'fe80::1%eth0',
    ])
      expect(() => read(refused)).toThrow('TRUST_PROXY must list the addresses or networks of your proxies');
  });

  it('is stricter in production, which is spelled so', () => {
    const read = (NODE_ENV: string) => loadConfig({ ...LEAST, NODE_ENV }).production;
    expect(['', 'development', 'test', 'production'].map(read)).toEqual([false, false, false, true]);
    for (const refused of ['Production', 'prod', 'staging'])
      expect(() => read(refused)).toThrow('NODE_ENV must be one of development, test, production');
  });

  it('listens on what can be an address or a host', () => {
    const read = (HOST: string) => loadConfig({ ...LEAST, HOST }).host;
    for (const given of ['0.0.0.0', '::', 'localhost', 'api-1.fund.example', 'x', 'ledger_api.internal'])
      expect(read(given)).toBe(given);
    for (const refused of [
      'not a host',
      '127.0.0',
      '256.1.1.1',
      '-x.example',
      'a..b',
      'http://x',
      'x:3000',
      '[::1]',
      'x'.repeat(64),
    ])
      expect(() => read(refused)).toThrow('HOST must be an IP address or the name of a host');
  });

  it('reconciles by a pattern that comes round', () => {
    const read = (RECONCILIATION_SCHEDULE: string) => loadConfig({ ...LEAST, RECONCILIATION_SCHEDULE }).reconciliationSchedule;
    for (const given of ['30 1 * * MON-FRI', '@daily', '*/10 * * * * *']) expect(read(given)).toBe(given);
    for (const refused of ['nonsense', '61 * * * *', '0 2', '0 0 31 2 *', '1 1 1 1 1 1 1'])
      expect(() => read(refused)).toThrow('RECONCILIATION_SCHEDULE must be a cron pattern such as "0 2 * * *"');
  });

  it('refuses the demonstration in production', () => {
    expect(() => loadConfig({ ...LEAST, NODE_ENV: 'production', DEMONSTRATION: 'true' })).toThrow(
      'DEMONSTRATION is refused in production',
    );
  });
});

function catchError(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('Several servers', () => {
  const read = (url: string) => loadConfig({ ...LEAST, DATABASE_URL: url }).databaseUrl;

  it('are taken where the one that takes writes is meant', () => {
    const url = 'postgresql://fund_app:p%2Fw@one:5432,two:5433/fund?target_session_attrs=read-write';
    expect(read(url)).toBe(url);
    expect(readServerUrl(url)).toEqual({
      url: 'postgresql://fund_app:p%2Fw@one:5432/fund',
      hosts: [
        { host: 'one', port: 5432 },
        { host: 'two', port: 5433 },
      ],
      isPrimaryMeant: true,
    });
    expect(readServerUrl('postgres://[::1],two/fund?target_session_attrs=primary')?.hosts).toEqual([
      { host: '::1', port: 5432 },
      { host: 'two', port: 5432 },
    ]);
  });

  it.each([
    'postgresql://one,two/fund',
    'postgresql://one,two/fund?target_session_attrs=any',
    'postgresql://u:a/b@one/fund',
    'http://one/fund',
  ])('are refused as %s, with what would be right', (url) => {
    expect(() => read(url)).toThrow(/DATABASE_URL must be a URL .*%2F.*target_session_attrs=read-write/);
  });
});
