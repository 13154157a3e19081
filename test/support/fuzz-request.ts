import { randomUUID } from 'node:crypto';
import type { OpenAPIObject, ParameterObject } from '@nestjs/swagger';
import { Random } from '../../src/demonstration/random.js';
import { exampleBody } from './example-walk.js';
import { FuzzValues } from './fuzz-values.js';
import type { Operation } from './openapi.js';

/** A request as it is sent. */
export interface FuzzRequest {
  readonly operation: Operation;
  /** With its query, below the server's root. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const DEEP = `${'['.repeat(60)}${']'.repeat(60)}`;
/** Bodies that are no JSON of ours. */
const BROKEN_BODIES = [
  '',
  '{',
  '{"a":1,"a":2}',
  '[1,2',
  '"text"',
  'null',
  '{"amount":1e400}',
  '{"__proto__":{"x":1}}',
  '\uFEFF{}',
  DEEP,
];
const LANGUAGES = ['zh-Hant', 'zh-Hans', 'en', 'de', '*;q=0', 'en;q=x'];

/** What has been answered so far, for requests that follow. */
export class Known {
  private readonly byList = new Map<string, string[]>();
  readonly ids: string[] = [];
  readonly cursors: string[] = [];

  /** Remembers by which names things are found below the path (`/api/v1/awards`). */
  add(list: string, name: string): void {
    const names = this.byList.get(list) ?? [];
    if (names.length < 200) this.byList.set(list, [...names, name]);
    if (/^[0-9a-f-]{36}$/.test(name) && this.ids.length < 500) this.ids.push(name);
  }

  of(list: string): readonly string[] {
    return this.byList.get(list) ?? [];
  }
}

/** A URL holds no lone surrogate, and beside others no text that is too long for a header. */
function inUrl(text: string): string {
  return text.replaceAll('\uD800', '%').slice(0, 300);
}

/** Requests written from the document: a seed gives the same ones, as far as the server gives the same ids. */
export class FuzzRequests {
  private readonly random: Random;
  private readonly values: FuzzValues;
  private readonly keys: string[] = [];

  constructor(
    document: OpenAPIObject,
    private readonly operations: readonly Operation[],
    private readonly known: Known,
    seed: number,
  ) {
    this.random = new Random(seed);
    this.values = new FuzzValues(document, this.random, known.ids);
  }

  between(min: number, max: number): number {
    return this.random.between(min, max);
  }

  next(): FuzzRequest {
    const operation = this.random.pick(this.operations);
    // Of ten requests six are as the document says, in every part that it tells of.
    return this.of(operation, this.random.between(0, 9) < 6);
  }

  /** A request of the operation; `isRight`: as the document says. */
  of(operation: Operation, isRight = true): FuzzRequest {
    return {
      operation,
      url: this.path(operation, isRight) + this.query(operation, isRight),
      headers: this.headers(operation, isRight),
      body: operation.what.requestBody === undefined ? null : this.body(operation, isRight),
    };
  }

  private odd(isRight: boolean, oneIn: number): boolean {
    return !isRight && this.random.between(1, oneIn) === 1;
  }

  private path({ path, parameters }: Operation, isRight: boolean): string {
    return path.replaceAll(/\{(\w+)\}/g, (_: string, name: string, at: number) => {
      const list = path.slice(0, at - 1).replaceAll(/\{fund\}/g, 'gz-ecommerce');
      if (this.odd(isRight, 4)) return encodeURIComponent(inUrl(this.values.hostileText())) || randomUUID();
      const names = this.known.of(list);
      const schema = parameters.find((one) => one.in === 'path' && one.name === name)?.schema;
      if (name === 'fund') return 'gz-ecommerce';
      if (name === 'year') return String(this.random.pick([2016, 2016, 2016, 2015, 2018]));
      return encodeURIComponent(names.length > 0 ? this.random.pick(names) : String(this.values.valid(schema)));
    });
  }

  private query({ parameters }: Operation, isRight: boolean): string {
    const stated = parameters.filter((one) => one.in === 'query' && (one.required === true || this.random.between(0, 3) === 0));
    const parts = stated.map((one) => `${one.name}=${encodeURIComponent(this.queryValue(one, isRight))}`);
    if (this.odd(isRight, 4))
      parts.push(this.random.pick(['unknown=1', 'limit=0', 'limit=201', 'limit=1&limit=2', 'cursor=AAAA', 'x=%zz', '%00=1']));
    return parts.length === 0 ? '' : `?${parts.join('&')}`;
  }

  private queryValue({ name, schema }: ParameterObject, isRight: boolean): string {
    if (this.odd(isRight, 3)) return inUrl(this.values.hostileText());
    return name === 'cursor' ? this.cursor() : String(this.values.valid(schema));
  }

  private cursor(): string {
    return this.known.cursors.length > 0 ? this.random.pick(this.known.cursors) : 'AAAA';
  }

  private headers({ parameters }: Operation, isRight: boolean): Record<string, string> {
    const takes = (name: string): boolean => parameters.some((one) => one.in === 'header' && one.name === name);
    const headers: Record<string, string> = { 'accept-language': this.random.pick(LANGUAGES) };
    if (takes('Idempotency-Key')) {
      const key = this.keys.length > 0 && this.odd(isRight, 5) ? this.random.pick(this.keys) : randomUUID();
      this.keys.push(key);
      if (!this.odd(isRight, 8)) headers['idempotency-key'] = this.odd(isRight, 10) ? 'x'.repeat(256) : key;
    }
    if (takes('If-Match') && !this.odd(isRight, 6)) {
      headers['if-match'] = this.odd(isRight, 5) ? this.random.pick(['1', 'W/"1"', '*', '""']) : `"${this.random.between(1, 3)}"`;
    }
    if (this.odd(isRight, 12))
      headers['content-type'] = this.random.pick(['text/plain', 'application/json; charset=latin1', 'multipart/form-data']);
    return headers;
  }

  private body(operation: Operation, isRight: boolean): string {
    if (this.odd(isRight, 6)) return this.random.pick(BROKEN_BODIES);
    const id = this.known.ids.length > 0 ? this.random.pick(this.known.ids) : randomUUID();
    const { requestBody } = operation.what;
    const schema =
      requestBody === undefined || '$ref' in requestBody ? undefined : requestBody.content['application/json']?.schema;
    const right: unknown = this.random.between(0, 1) === 0 ? JSON.parse(exampleBody(operation, id)) : this.values.valid(schema);
    return JSON.stringify(isRight ? right : this.values.spoilt(right));
  }
}
