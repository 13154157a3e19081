import { readFileSync } from 'node:fs';
import { appendFile, chmod, cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort, urlOf } from '../../src/platform/embedded/cluster.js';
import type { ApprovalDto } from '../../src/approvals/index.js';
import { type Api, signIn } from '../support/app.js';
import { type KeptRunning, Operator } from '../support/operator.js';
import { blocksOf, type PageBlock } from '../support/page-blocks.js';
import { directoryOf, type DatabaseHost, prepareHost, startHost, SYSTEM_POSTGRES } from '../support/system-postgres.js';
import { REDIS_ON_PATH } from '../support/queue-backends.js';
import { until } from '../support/until.js';

const ROOT = join(import.meta.dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
const BLOCKS = blocksOf(PAGE);
const DRILL_MS = 300_000;

/** Blocks that no test runs: where they stand, how they begin, and why. */
const NOT_TESTED: readonly { readonly place: string; readonly begins: string; readonly why: string }[] = [
  { place: 'Variables', begins: 'export PATH=', why: "the reader's own values; the test exports the same names" },
  {
    place: 'Start / With Docker',
    begins: 'docker/make-secrets.sh',
    why: 'needs a Docker engine; compose.test.ts runs its scripts',
  },
  { place: 'Start / With Docker', begins: 'for image in', why: 'needs a Docker engine and the registry' },
  { place: 'Start / Without Docker', begins: 'npm ci', why: 'would take away the packages that the tests run on' },
  {
    place: 'Start / With systemd',
    begins: 'install -d',
    why: 'writes to /etc and needs systemd; deploy.test.ts reads the units',
  },
  {
    place: 'Back up / With Docker',
    begins: 'docker compose exec',
    why: 'needs a Docker engine; the same programs are run without',
  },
  { place: 'Restore', begins: 'docker compose stop', why: 'needs a Docker engine; the same statements are run without' },
  {
    place: 'Restore to a point in time',
    begins: 'docker compose stop',
    why: 'needs a Docker engine; the same steps are run without',
  },
  { place: 'Restore', begins: 'systemctl stop', why: 'needs systemd; the test stops the processes with SIGTERM' },
];

/** The places whose blocks the drill runs, in the page's order. */
const DRILLED = [
  'Variables',
  'Roles of the database',
  'Start / Without Docker',
  'Damage',
  'Back up',
  'Restore',
  'Restore to a point in time',
  'Change of SECRET_KEY',
  'Replication / Standbys',
  'Replication / Promotion',
] as const;
const KNOWN_MARKS = ['not-tested', 'keeps-running', 'postgres', 'same-server', 'standby', 'promoted'];

const isTested = (block: PageBlock) => !block.marks.includes('not-tested');

/** What the drill runs at a place. */
function blocksAt(place: (typeof DRILLED)[number]): readonly PageBlock[] {
  const found = BLOCKS.filter((block) => block.place === place && isTested(block));
  if (found.length === 0) throw new Error(`docs/operations.md has no block at ${place}`);
  return found;
}

describe('Every block of docs/operations.md', () => {
  it('is a shell block with marks that the drill knows', () => {
    const odd = BLOCKS.filter((block) => block.language !== 'sh' || block.marks.some((mark) => !KNOWN_MARKS.includes(mark)));
    expect(odd).toEqual([]);
  });

  it('is run by the drill, or says that it is not tested and has its reason here', () => {
    const untested = BLOCKS.filter((block) => !isTested(block));
    const reasonOf = ({ place, text }: PageBlock) =>
      NOT_TESTED.find((known) => known.place === place && text.startsWith(known.begins));
    expect(untested.filter((block) => reasonOf(block) === undefined)).toEqual([]);
    expect(untested).toHaveLength(NOT_TESTED.length);
    const places: readonly string[] = DRILLED;
    expect(BLOCKS.filter((block) => isTested(block) && !places.includes(block.place))).toEqual([]);
  });
});

const drill = SYSTEM_POSTGRES === null ? describe.skip : describe;

drill('Whoever follows docs/operations.md', () => {
  const programs = SYSTEM_POSTGRES ?? '';
  let checkout: string;
  let state: string;
  let host: DatabaseHost;
  let operator: Operator;
  let apiUrl: string;
  let finance: Api;

  beforeAll(async () => {
    state = await mkdtemp(join(tmpdir(), 'fund-ledger-operator-'));
    checkout = await mkdtemp(join(tmpdir(), 'fund-ledger-checkout-'));
    await chmod(checkout, 0o755);
    for (const name of ['package.json', 'nest-cli.json', 'tsconfig.json', '.swcrc', 'src', 'migrations', 'seeds', 'deploy'])
      await cp(join(ROOT, name), join(checkout, name), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(checkout, 'node_modules'));
    host = await startHost(programs);
    const port = await freePort();
    apiUrl = `http://127.0.0.1:${port}`;
    operator = operatorOf(host, { PORT: String(port), DATABASE_ANSWER_TIMEOUT_MS: '3000' });
  }, DRILL_MS);

  afterAll(async () => {
    await operator.stopAll();
    await host.close();
    for (const directory of [checkout, state]) await rm(directory, { recursive: true, force: true });
  }, DRILL_MS);

  /** A shell in which the names of *Variables* are exported, with values of the test. */
  function operatorOf({ port, superuserPassword, data, backups }: DatabaseHost, more: Record<string, string> = {}): Operator {
    const values: Record<string, string> = {
      PATH: [programs, dirname(process.execPath), process.env['PATH']].join(':'),
      PGHOST: '127.0.0.1',
      PGPORT: String(port),
      PGUSER: 'postgres',
      PGPASSWORD: superuserPassword,
      OWNER_PASSWORD: 'owner0password',
      APP_PASSWORD: 'app0password',
      ADMIN_PASSWORD: 'a password of some length',
      SECRET_KEY: 'a secret of the drill, known to everybody',
      DUMP: join(state, 'fund_ledger.dump'),
      PGDATA: data,
      BACKUPS: backups,
      RESTORE_TO: '',
      PRIMARY: `host=127.0.0.1 port=${port}`,
      REPLICATION_PASSWORD: 'replication0password',
      STANDBY: '',
    };
    const exported = BLOCKS.find((block) => block.place === 'Variables')?.text.matchAll(/\b([A-Z_]+)=/g) ?? [];
    expect([...exported].map(([, name]) => name).sort()).toEqual(Object.keys(values).sort());
    return new Operator(checkout, state, { ...values, HOME: state, ...more });
  }

  /** Runs what stands at a place, in order. */
  async function follow(who: Operator, where: DatabaseHost, place: (typeof DRILLED)[number], except?: string): Promise<string> {
    let said = '';
    for (const block of blocksAt(place)) {
      if (except !== undefined && block.marks.includes(except)) continue;
      if (block.marks.includes('keeps-running')) await started(who.keep(block.text));
      else if (block.marks.includes('postgres')) said += await who.pasteAs(where.user, block.text);
      else said += await who.paste(block.text);
    }
    return said;
  }

  async function started(kept: KeptRunning): Promise<void> {
    await until(`${kept.text} has started\n${kept.output()}`, () => /"msg":"(listening|working)"/.test(kept.output()), 60_000);
  }

  async function startAgain(): Promise<void> {
    for (const block of blocksAt('Start / Without Docker'))
      if (block.marks.includes('keeps-running')) await started(operator.keep(block.text));
    await ready();
  }

  const ready = () => until('the API is ready', () => answersOk(`${apiUrl}/health/ready`), 60_000);

  /** Posts to the journal by the API. */
  async function post(documentNo: string): Promise<void> {
    const entry = { kind: 'appropriation', amount: '100.00', reason: 'drill', documentNo, effectiveOn: '2016-12-31' };
    expect(await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry)).toMatchObject({ status: 201 });
  }

  async function documents(): Promise<string[]> {
    const path = '/funds/gz-ecommerce/years/2016/budget-entries';
    const { body } = await finance.get<{ items: { documentNo: string }[] }>(path);
    return body.items.map(({ documentNo }) => documentNo).sort();
  }

  async function asSuperuser<T>(where: DatabaseHost, work: (admin: pg.Client) => Promise<T>, database = 'postgres'): Promise<T> {
    return connected(urlOf(where.port, 'postgres', where.superuserPassword, database), work);
  }

  /** Who may connect to the database: of the product's roles and one that was made meanwhile. */
  async function whoConnects(where: DatabaseHost): Promise<Record<string, string>> {
    await asSuperuser(where, (admin) =>
      admin.query(`DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN PASSWORD 'stranger0password'`),
    );
    const found: Record<string, string> = {};
    for (const [role, password] of [
      ['fund_owner', 'owner0password'],
      ['fund_app', 'app0password'],
      ['stranger', 'stranger0password'],
    ] as const) {
      const url = urlOf(where.port, role, password, 'fund_ledger');
      found[role] = await connected(url, async () => 'may').catch((error: unknown) => (error as Error).message);
    }
    return found;
  }

  const ONLY_OURS = { fund_owner: 'may', fund_app: 'may', stranger: 'permission denied for database "fund_ledger"' };

  it(
    'has roles and a database that nobody else can connect to',
    async () => {
      await follow(operator, host, 'Variables');
      await follow(operator, host, 'Roles of the database');
      expect(await whoConnects(host)).toEqual(ONLY_OURS);
    },
    DRILL_MS,
  );

  it(
    'starts the service, signs in and posts',
    async () => {
      await follow(operator, host, 'Start / Without Docker');
      await ready();
      const admin = await signIn(apiUrl, 'zhang.san', operator.exported['ADMIN_PASSWORD']);
      const user = { username: 'li.si', displayName: '李四', role: 'finance', password: 'another password of some length' };
      expect(await admin.post('/users', user)).toMatchObject({ status: 201 });
      const other = { ...user, username: 'wang.wu', displayName: '王五' };
      expect(await admin.post('/users', other)).toMatchObject({ status: 201 });
      finance = await signIn(apiUrl, 'li.si', user.password);
      // What follows is about the service, not about who agrees: two of finance have the fund ask for nothing.
      const policy = { rules: [], expiresAfterDays: 30, reason: 'drill' };
      const asked = await finance.post<ApprovalDto>('/funds/gz-ecommerce/approval-policy', policy);
      expect(asked.status).toBe(202);
      const checker = await signIn(apiUrl, 'wang.wu', other.password);
      const { id, preview } = asked.body;
      expect(await checker.post(`/approvals/${id}/approve`, { previewHash: preview.hash })).toMatchObject({ status: 200 });
      await post('D-1');
      expect(await documents()).toEqual(['D-1']);
    },
    DRILL_MS,
  );

  it(
    'is told of a damaged balance by the refusal, and puts it right from the journal',
    async () => {
      await asSuperuser(
        host,
        (admin) =>
          admin.query(`SET session_replication_role = replica; UPDATE account SET balance = balance + 100 WHERE code = 4450`),
        'fund_ledger',
      );
      const entry = { kind: 'appropriation', amount: '100.00', reason: 'drill', documentNo: 'D-0', effectiveOn: '2016-12-31' };
      expect(await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry)).toMatchObject({
        status: 409,
        body: { code: 'ledger-damaged', account: { code: '4450', line: null, fiscalYear: 2016 } },
      });
      await expect(operator.paste('npm run fund -- verify gz-ecommerce')).rejects.toThrow('docs/operations.md, Damage');
      expect(await follow(operator, host, 'Damage')).toContain('Nothing is broken');
      expect(await documents()).toEqual(['D-1']);
    },
    DRILL_MS,
  );

  it(
    'has a dump, an archive that is fed, and a base backup',
    async () => {
      expect(await follow(operator, host, 'Back up')).toContain('successfully verified');
      await ready();
      await post('D-2');
      await asSuperuser(host, (admin) => admin.query('SELECT pg_switch_wal()'));
      await until('the log is archived', () =>
        asSuperuser(host, async (admin) => {
          const { rows } = await admin.query<{ archived: string; failed: string }>(
            'SELECT archived_count AS archived, failed_count AS failed FROM pg_stat_archiver',
          );
          expect(rows[0]?.failed).toBe('0');
          return Number(rows[0]?.archived) > 0;
        }),
      );
    },
    DRILL_MS,
  );

  it(
    'has the state of the dump back, the rights and the guards too, and goes on',
    async () => {
      await operator.stopAll();
      expect(await follow(operator, host, 'Restore')).toContain('Nothing is broken');
      expect(await whoConnects(host)).toEqual(ONLY_OURS);
      await startAgain();
      finance = await signIn(apiUrl, 'li.si', 'another password of some length');
      expect(await documents()).toEqual(['D-1']);
      await post('D-3');
    },
    DRILL_MS,
  );

  it(
    'has the same on a new server',
    async () => {
      const other = await startHost(programs);
      try {
        const newcomer = operatorOf(other);
        await follow(newcomer, other, 'Variables');
        await follow(newcomer, other, 'Roles of the database');
        expect(await follow(newcomer, other, 'Restore', 'same-server')).toContain('Nothing is broken');
        expect(await whoConnects(other)).toEqual(ONLY_OURS);
        const count = async (admin: pg.Client) => (await admin.query('SELECT FROM journal_entry')).rowCount;
        expect(await asSuperuser(other, count, 'fund_ledger')).toBe(1);
      } finally {
        await other.close();
      }
    },
    DRILL_MS,
  );

  it(
    'has the state of a point in time back, after what the base backup holds, and nothing later',
    async () => {
      const now = () =>
        asSuperuser(host, async (admin) => (await admin.query<{ now: string }>('SELECT now()::text AS now')).rows[0]?.now ?? '');
      await sleep(50);
      operator.exported['RESTORE_TO'] = await now();
      await sleep(50);
      await post('D-4');
      expect(await documents()).toEqual(['D-1', 'D-3', 'D-4']);
      await operator.stopAll();
      expect(await follow(operator, host, 'Restore to a point in time')).toContain('Nothing is broken');
      expect(await whoConnects(host)).toEqual(ONLY_OURS);
      await startAgain();
      finance = await signIn(apiUrl, 'li.si', 'another password of some length');
      expect(await documents()).toEqual(['D-1', 'D-3']);
      await post('D-5');
    },
    DRILL_MS,
  );

  it(
    'changes its key, and everything is what it was',
    async () => {
      const before = operator.exported['SECRET_KEY'] ?? '';
      expect(await follow(operator, host, 'Change of SECRET_KEY')).toContain('Sealed under the new key');
      expect(operator.exported['SECRET_KEY']).not.toBe(before);
      await operator.stopAll();
      await startAgain();
      expect(await documents()).toEqual(['D-1', 'D-3', 'D-5']);
      await expect(operator.paste(`SECRET_KEY='${before}' npm run fund -- migrate`)).rejects.toThrow(
        'is not the one of this database',
      );
    },
    DRILL_MS,
  );

  it(
    'has standbys, of which one must have what is answered, and goes on with the one that is promoted',
    async () => {
      const standbys = await Promise.all(['standby_a', 'standby_b'].map((name) => standbyOf(name)));
      const [a, b] = standbys as [Standby, Standby];
      let primary = host.port;
      const proxy = await forward(() => primary);
      try {
        // The service is led to the primary by the proxy.
        await operator.stopAll();
        operator.exported['PGPORT'] = String(proxy.port);
        await follow(operator, host, 'Variables');
        operator.exported['PGPORT'] = String(host.port);
        await startAgain();

        for (const block of blocksAt('Replication / Standbys')) {
          if (!block.marks.includes('standby')) await operator.paste(block.text);
          else for (const standby of standbys) await standby.paste(block.text);
        }
        await until('both are asked', async () => {
          const { rows } = await asSuperuser(host, (admin) => admin.query('SELECT sync_state FROM pg_stat_replication'));
          return JSON.stringify(rows) === '[{"sync_state":"quorum"},{"sync_state":"quorum"}]';
        });
        await post('D-6');

        // One is enough, none is not.
        await b.host.stop();
        await post('D-7');
        await a.host.stop();
        const entry = { kind: 'appropriation', amount: '100.00', reason: 'drill', documentNo: 'D-8', effectiveOn: '2016-12-31' };
        const again = { key: 'sent-again' };
        expect(await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry, again)).toMatchObject({
          status: 503,
          body: { code: 'outcome-unknown' },
        });
        await a.paste(startBlock());
        await until('it is answered', async () => {
          const { status } = await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', entry, again);
          return status === 201;
        });

        await b.paste(startBlock());
        await host.stop('immediate');
        let furthest = a;
        for (const block of blocksAt('Replication / Promotion')) {
          if (block.marks.includes('promoted')) await furthest.paste(block.text);
          else {
            const [ofA, ofB] = [lsn(await a.paste(block.text)), lsn(await b.paste(block.text))];
            if (ofB > ofA) furthest = b;
          }
        }
        primary = furthest.host.port;
        await ready();
        await until('the service writes', async () => {
          const last = { ...entry, documentNo: 'D-9' };
          const { status } = await finance.post('/funds/gz-ecommerce/years/2016/budget-entries', last, { key: 'after' });
          return status === 201;
        });
        expect(await documents()).toEqual(['D-1', 'D-3', 'D-5', 'D-6', 'D-7', 'D-8', 'D-9']);
        expect(await operator.paste('npm run fund -- verify gz-ecommerce')).toContain('Nothing is broken');
      } finally {
        await operator.stopAll();
        proxy.close();
        for (const standby of standbys) await standby.host.close();
      }
    },
    DRILL_MS,
  );

  it(
    'reaches PostgreSQL and Redis by TLS alone, and trusts no other authority and no other name',
    async () => {
      const server = await startHost(programs);
      const redisPort = await freePort();
      const certificates = await directoryOf(server.user, 'fund-ledger-certificates-');
      const redis = ['--tls-port', String(redisPort), '--port', '0', '--save', '', '--requirepass', 'redis0password'];
      const [, parameters = ''] = /`(\?sslmode=[^`]*sslrootcert=)[^`]*`/.exec(PAGE) ?? [];
      const operations = operatorOf(server, {
        POSTGRES_USER: 'postgres',
        FUND_OWNER_PASSWORD_FILE: join(state, 'owner_password'),
        FUND_APP_PASSWORD_FILE: join(state, 'app_password'),
        PORT: String(await freePort()),
      });
      try {
        // The roles as the compose file's PostgreSQL gets them.
        await writeFile(join(state, 'owner_password'), 'owner0password\n');
        await writeFile(join(state, 'app_password'), 'app0password\n');
        await operations.paste(`sh '${join(ROOT, 'docker/create-roles.sh')}'`);
        expect(await whoConnects(server)).toEqual(ONLY_OURS);

        await operations.pasteAs(server.user, certificatesOf(certificates));
        await operations.pasteAs(
          server.user,
          `sed -i 's/^host /hostssl /' "$PGDATA/pg_hba.conf"
          printf "ssl = on\nssl_cert_file = '%s'\nssl_key_file = '%s'\n" '${certificates}/server.pem' '${certificates}/server.key' >> "$PGDATA/postgresql.conf"
          pg_ctl restart --wait --pgdata="$PGDATA" --log="$PGDATA.log"`,
        );
        const url = (role: string, host: string, authority: string) =>
          `postgresql://${role}:${role.replace('fund_', '')}0password@${host}:${server.port}/fund_ledger${parameters}${certificates}/${authority}.pem`;
        const as = (host: string, authority: string) => {
          operations.exported['DATABASE_URL'] = url('fund_app', host, authority);
          operations.exported['DATABASE_MIGRATION_URL'] = url('fund_owner', host, authority);
        };
        as('localhost', 'other');
        await expect(operations.paste('npm run fund -- migrate')).rejects.toThrow(/self-signed|verify/);
        as('127.0.0.1', 'ca');
        await expect(operations.paste('npm run fund -- migrate')).rejects.toThrow(/does not match certificate/);
        as('localhost', 'ca');
        await operations.paste('npm run fund -- migrate && npm run fund -- seed && npm run fund -- verify gz-ecommerce');

        if (REDIS_ON_PATH) {
          const files = ['--tls-cert-file', 'server.pem', '--tls-key-file', 'server.key', '--tls-ca-cert-file', 'ca.pem'];
          operations.keep(
            `cd '${certificates}' && exec redis-server ${[...redis, ...files].map((word) => `'${word}'`).join(' ')} --tls-auth-clients no`,
          );
          operations.exported['REDIS_URL'] = `rediss://:redis0password@localhost:${redisPort}`;
          operations.exported['NODE_EXTRA_CA_CERTS'] = join(certificates, 'ca.pem');
        }
        for (const block of blocksAt('Start / Without Docker'))
          if (block.marks.includes('keeps-running')) await started(operations.keep(block.text));
        const health = `http://127.0.0.1:${operations.exported['PORT'] ?? ''}/health/ready`;
        await until('the API is ready', () => answersOk(health), 60_000);
      } finally {
        await operations.stopAll();
        await server.close();
        await rm(certificates, { recursive: true, force: true });
      }
    },
    DRILL_MS,
  );

  interface Standby {
    readonly host: DatabaseHost;
    paste(text: string): Promise<string>;
  }

  /** A host on which a standby can be made. On this one machine it needs a port of its own. */
  async function standbyOf(name: string): Promise<Standby> {
    const made = await prepareHost(programs);
    const own = { PGPORT: String(made.port), PGDATA: made.data, STANDBY: name };
    return {
      host: made,
      paste: async (text) => {
        const said = await operator.pasteAs(made.user, text, own);
        if (text.includes('pg_basebackup')) await appendFile(join(made.data, 'postgresql.auto.conf'), `port = ${made.port}\n`);
        return said;
      },
    };
  }

  function startBlock(): string {
    const [start] = blocksAt('Replication / Standbys').filter(({ text }) => text.startsWith('pg_ctl start'));
    if (start === undefined) throw new Error('No block starts a standby');
    return start.text;
  }
});

async function connected<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Leads each connection to the port that is right now; what was connected before breaks when its server does. */
async function forward(portNow: () => number): Promise<{ readonly port: number; close(): void }> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    const onward = connect(portNow(), '127.0.0.1');
    for (const [one, other] of [
      [client, onward],
      [onward, client],
    ] as const) {
      open.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        open.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

/** A place in the log, as a number that can be compared. */
function lsn(said: string): bigint {
  const [high = '', low = ''] = said.trim().split('/');
  return (BigInt(`0x${high}`) << 32n) + BigInt(`0x${low}`);
}

function answersOk(url: string): Promise<boolean> {
  return fetch(url).then(
    (answer) => answer.ok,
    () => false,
  );
}

/** An authority, a server's certificate for `localhost` alone, and an authority that has signed nothing. */
function certificatesOf(directory: string): string {
  return `
    cd '${directory}'
    for name in ca other; do
      openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj "/CN=$name" -keyout $name.key -out $name.pem 2>/dev/null
    done
    openssl req -newkey rsa:2048 -nodes -subj /CN=localhost -keyout server.key -out server.csr 2>/dev/null
    echo subjectAltName=DNS:localhost > names
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 2 -extfile names -out server.pem 2>/dev/null
    chmod 0600 server.key`;
}
