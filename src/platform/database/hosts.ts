/** A server of a URL. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

const POSTGRES_PORT = 5_432;
/** Scheme, user and password, hosts, the rest. A password's own `@` is written %40. */
const MULTI_HOST = /^(postgres(?:ql)?:\/\/)((?:[^@/?#]*@)?)([^@/?#]+)(.*)$/s;
const SESSION_ATTRIBUTES = 'target_session_attrs';

/** A URL that may name several servers: `postgresql://user@one:5432,two:5432/db?target_session_attrs=read-write`. */
export interface ServerUrl {
  /** The same with one server, and without what only this product reads. */
  readonly url: string;
  /** All servers, in order. */
  readonly hosts: readonly Host[];
  /** Whether the one that takes writes is meant. */
  readonly isPrimaryMeant: boolean;
}

/** Reads it; null: it is no URL of PostgreSQL. Several servers without `target_session_attrs=read-write` are refused too: which of them it were would be luck. */
export function readServerUrl(text: string): ServerUrl | null {
  const [, scheme = '', user = '', authority = '', rest = ''] = MULTI_HOST.exec(text) ?? [];
  const names = authority.split(',');
  const url = names.map((name) => `${scheme}${user}${name}${rest}`);
  if (scheme === '' || !url.every((one) => URL.canParse(one))) return null;
  const parsed = url.map((one) => new URL(one));
  const [first] = parsed;
  if (first === undefined) return null;
  const attributes = first.searchParams.get(SESSION_ATTRIBUTES);
  const isPrimaryMeant = attributes === 'read-write' || attributes === 'primary';
  if (names.length > 1 && !isPrimaryMeant) return null;
  first.searchParams.delete(SESSION_ATTRIBUTES);
  const hosts = parsed.map(({ hostname, port }) => ({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? POSTGRES_PORT : Number(port),
  }));
  return { url: first.href, hosts, isPrimaryMeant };
}
