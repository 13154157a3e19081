import type { OpenAPIObject, SchemaObject } from '@nestjs/swagger';
import { randomUUID } from 'node:crypto';
import type { Random } from '../../src/demonstration/random.js';
import type { Schema } from './openapi.js';

/** Texts that have broken other servers. */
const HOSTILE_TEXTS = [
  '',
  ' ',
  '\u0000',
  'a\u0007b',
  '\u202Eabc',
  '\uD800',
  'é'.repeat(3_000),
  "'; DROP TABLE award; --",
  '{{7*7}}${7*7}<script>alert(1)</script>',
  '../../etc/passwd',
  '9'.repeat(40),
  '-1.00',
  '1e3',
  '0.00',
  '2016-02-30',
  '9999-12-31',
  '0000-00-00',
  'NaN',
  'null',
  '__proto__',
  '=1+1',
  '😀👩‍👩‍👧',
  '%',
  '\\',
];
/** Values of another kind than the schema names. */
const HOSTILE_VALUES: readonly unknown[] = [
  null,
  true,
  -1,
  0,
  1.5,
  2 ** 31,
  2 ** 53,
  [],
  {},
  [[]],
  { a: 1 },
  'text',
  [null],
  1e300,
];

const KNOWN = { fund: 'gz-ecommerce', fiscalYear: 2016 };

/** Values made from schemas of a document: right, nearly right and hostile. */
export class FuzzValues {
  constructor(
    private readonly document: OpenAPIObject,
    private readonly random: Random,
    /** Ids that the server has answered so far. */
    private readonly ids: readonly string[],
  ) {}

  hostileText(): string {
    return this.random.pick(HOSTILE_TEXTS);
  }

  /** A value that the schema takes, as far as it says. */
  valid(schema: Schema | undefined, depth = 0): unknown {
    const { example, enum: values, ...resolved } = this.resolved(schema);
    const { random } = this;
    const [part] = [...(resolved.oneOf ?? []), ...(resolved.anyOf ?? [])].sort(() => random.between(-1, 1));
    if (example !== undefined && random.between(0, 3) > 0) return this.known(example, resolved.format);
    if (Array.isArray(values)) return random.pick(values);
    if (part !== undefined) return this.valid(part, depth + 1);
    const type = [resolved.type].flat()[0];
    switch (type) {
      case 'boolean':
        return random.between(0, 1) === 1;
      case 'integer':
      case 'number':
        return random.between(resolved.minimum ?? 0, Math.min(resolved.maximum ?? 9_999, 2_147_483_647));
      case 'array':
        return Array.from({ length: random.between(resolved.minItems ?? 0, 2) }, () => this.valid(resolved.items, depth + 1));
      case 'object':
        return this.object(resolved, depth);
      case 'null':
        return null;
      default:
        return this.text(resolved);
    }
  }

  /** The value with one place of it spoilt. */
  spoilt(value: unknown): unknown {
    const { random } = this;
    if (typeof value !== 'object' || value === null || random.between(0, 4) === 0) return this.hostile();
    const keys = Object.keys(value);
    const key = keys.length === 0 ? 'extra' : random.pick(keys);
    const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [...value] : { ...value };
    const how = random.between(0, 5);
    if (how === 0) Reflect.deleteProperty(copy, key);
    else if (how === 1) Reflect.set(copy, Array.isArray(copy) ? 0 : 'unknownMember', this.hostile());
    else Reflect.set(copy, key, this.spoilt(Reflect.get(value, key)));
    return copy;
  }

  hostile(): unknown {
    return this.random.between(0, 1) === 0 ? this.hostileText() : this.random.pick(HOSTILE_VALUES);
  }

  private object(schema: SchemaObject, depth: number): Record<string, unknown> {
    const required = schema.required ?? [];
    const stated = Object.entries(schema.properties ?? {}).filter(
      ([name]) => required.includes(name) || (depth < 4 && this.random.between(0, 3) === 0),
    );
    return Object.fromEntries(
      stated.map(([name, property]) => [name, Reflect.get(KNOWN, name) ?? this.valid(property, depth + 1)]),
    );
  }

  private text({ format, pattern, minLength = 0, maxLength = 40 }: SchemaObject): string {
    const { random } = this;
    if (format === 'uuid') return this.id();
    if (format === 'date') return `201${random.between(3, 7)}-0${random.between(1, 9)}-${random.between(10, 28)}`;
    if (format === 'date-time') return `201${random.between(3, 7)}-06-01T00:00:00.${random.between(100, 999)}Z`;
    if (pattern?.includes('d{1,13}') === true) return `${random.between(1, 20_000)}.${random.between(10, 99)}`;
    if (pattern?.startsWith('^市') === true) return random.pick(['市經貿委', '市金融辦', '市沒有的局']);
    const length = Math.max(1, minLength, random.between(minLength, Math.min(maxLength, 40)));
    return Array.from({ length }, () => random.pick([...'abcdefg-示例項目'])).join('');
  }

  private id(): string {
    return this.ids.length > 0 && this.random.between(0, 4) > 0 ? this.random.pick(this.ids) : randomUUID();
  }

  /** An id of an example stands for one that the server knows. */
  private known(example: unknown, format: string | undefined): unknown {
    return format === 'uuid' ? this.id() : example;
  }

  private resolved(schema: Schema | undefined): SchemaObject {
    if (schema === undefined) return {};
    if (!('$ref' in schema)) return schema;
    return this.resolved(this.document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? '']);
  }
}
