import { plainToInstance, Type } from 'class-transformer';
import {
  ArrayUnique,
  IsArray,
  IsIn,
  IsInt,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  Min,
  ValidateIf,
  ValidateNested,
  validateSync,
} from 'class-validator';
import fc from 'fast-check';
import { explain, IsInstant, ListQuery, withMessage } from '../../src/platform/http/index.js';
import { compileDto, type DtoClass } from '../../src/platform/http/validation/compile-dto.js';
import { DtoPipe } from '../../src/platform/http/validation/dto.pipe.js';
import { awardShaped, AwardShapedDto, BatchShapedDto } from '../support/award-shaped.dto.js';

class LeafDto {
  @IsInt() @Min(0) rank: number;
}

/** Every kind of rule that the compiler knows, and some that it calls as they are. */
class MixedDto {
  @IsString() @Length(2, 5) word: string;
  @IsOptional() @MaxLength(3, withMessage('太長', 'is too long')) short?: string;
  @IsArray() @IsIn(['a', 'b'], { each: true }) @ArrayUnique() letters: string[];
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => LeafDto) leaves?: LeafDto[];
  @ValidateNested() @Type(() => LeafDto) leaf: LeafDto;
  @ValidateIf((dto: MixedDto) => dto.word === 'when') @IsInstant() at?: string;
  @IsObject() facts: Record<string, unknown>;
}

const mixed = {
  word: 'when',
  short: '京',
  letters: ['a', 'b'],
  leaves: [{ rank: 1 }, { rank: 2 }],
  leaf: { rank: 3 },
  at: '2016-01-01T00:00:00Z',
  facts: { x: [1] },
};

function classValidatorAccepts(dto: DtoClass, value: object): boolean {
  return validateSync(plainToInstance(dto, value), { whitelist: true, forbidNonWhitelisted: true }).length === 0;
}

/** Scalars that lie on the edges of the rules. */
const scalar = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    true,
    false,
    0,
    -1,
    1.5,
    2016,
    1e21,
    '',
    'a',
    'b',
    'when',
    '1',
    '0',
    '0.00',
    '1.2',
    '12345678901234',
    '2016-02-29',
    '2015-02-29',
    '2016-01-01T00:00:00Z',
    '👍👍👍',
    'e\uFE0Fe\uFE0F',
    '\uD83D',
  ),
  fc.string({ unit: 'grapheme', maxLength: 8 }),
  fc.integer(),
);
// class-validator lets a list stand in a list of nested objects: lists are only put where none belongs inside one.
const replacement = fc.oneof(
  scalar,
  fc.constant({}),
  fc.dictionary(fc.constantFrom('rank', 'name', 'x', 'constructor'), scalar),
  fc.array(scalar, { maxLength: 3 }),
);

interface Mutation {
  readonly at: number;
  readonly kind: 'replace' | 'delete' | 'add';
  readonly value: unknown;
  readonly name: string;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  at: fc.nat(200),
  kind: fc.constantFrom('replace', 'delete', 'add'),
  value: replacement,
  name: fc.constantFrom('extra', 'code', 'creditCode', 'toString', 'rank', 'at', '0'),
});

/** All places of a value that can be changed, parents first. */
function places(value: unknown): { readonly parent: Record<string, unknown> | unknown[]; readonly key: string }[] {
  if (typeof value !== 'object' || value === null) return [];
  const parent = value as Record<string, unknown>;
  return Object.keys(parent).flatMap((key) => [{ parent, key }, ...places(parent[key])]);
}

function mutated(base: object, mutations: readonly Mutation[]): object {
  const value = structuredClone(base);
  for (const { at, kind, value: replaced, name } of mutations) {
    const all = places(value);
    const place = all[at % Math.max(1, all.length)];
    if (place === undefined) break;
    const { parent, key } = place;
    if (kind === 'add') {
      if (Array.isArray(parent)) parent.push(structuredClone(replaced));
      else parent[name] = structuredClone(replaced);
    } else if (kind === 'delete') {
      if (Array.isArray(parent)) parent.splice(Number(key), 1);
      else delete parent[key];
    } else Reflect.set(parent, key, structuredClone(replaced));
  }
  return value;
}

function hasListInList(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some((member) => (Array.isArray(value) && Array.isArray(member)) || hasListInList(member));
}

function mentionsInherited(value: object): boolean {
  return /"(?:constructor|toString)"/.test(JSON.stringify(value));
}

describe('compiled rules and class-validator agree', () => {
  it.each<[string, DtoClass, object, number]>([
    ['on an award', AwardShapedDto, awardShaped(), 1_000],
    ['on a batch', BatchShapedDto, { mode: 'each', awards: [awardShaped(1), awardShaped(2)] }, 500],
    ['on every kind of rule', MixedDto, mixed, 1_500],
  ])('%s', (_, dto, base, numRuns) => {
    const accepts = compileDto(dto);
    expect(accepts(base)).toBe(true);
    let refused = 0;
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        const value = mutated(base, mutations);
        const accepted = accepts(value);
        if (!accepted) refused++;
        // The only difference: class-validator takes lists within a list of nested objects.
        // Fields that every object inherits class-transformer drops, or throws at them.
        if (!mentionsInherited(value) && (accepted || !hasListInList(value)))
          expect(accepted).toBe(classValidatorAccepts(dto, value));
        if (!accepted) expect(explain(dto, value).errors).not.toHaveLength(0);
      }),
      { numRuns },
    );
    expect(refused).toBeGreaterThan(numRuns / 10);
  });
});

describe('explanations', () => {
  const pointers = (dto: DtoClass, value: unknown) => explain(dto, value).errors?.map(({ pointer }) => pointer);

  it('points at each faulty place, lists with their index', () => {
    const bad = { ...awardShaped(), amount: 5, enterprise: { name: '' } };
    expect(pointers(BatchShapedDto, { mode: 'each', awards: [awardShaped(), bad] })).toEqual(
      expect.arrayContaining(['/awards/1/amount', '/awards/1/enterprise/name']),
    );
  });

  it('names at most a hundred places', () => {
    const awards = Array.from({ length: 1000 }, () => ({ ...awardShaped(), amount: 5, extra: 1 }));
    expect(pointers(BatchShapedDto, { mode: 'each', awards })).toHaveLength(100);
    expect(pointers(BatchShapedDto, { mode: 'each', awards: [...awards.slice(0, 5), [awardShaped()]] })).toContain('/awards/5');
  });

  it('looks at no item of a list beyond its limit', () => {
    const read = new Set<string>();
    const awards = new Proxy<unknown[]>(Array.from({ length: 100_000 }), {
      get: (target, name, receiver) => (read.add(String(name)), Reflect.get(target, name, receiver) as unknown),
    });
    expect(pointers(BatchShapedDto, { mode: 'each', awards })).toContain('/awards');
    expect(read.size).toBeLessThan(1_100);
    expect(pointers(MixedDto, { ...mixed, leaf: awards })).toContain('/leaf');
    expect(read.size).toBeLessThan(1_100);
  });

  it('names a missing field once, as required', () => {
    const { amount: _, ...without } = awardShaped();
    expect(explain(AwardShapedDto, without).errors).toEqual([
      { pointer: '/amount', detail: { zh: '此欄位必填。', en: 'is required' } },
    ]);
  });

  it('refuses unknown fields, with escaped pointers', () => {
    expect(pointers(AwardShapedDto, { ...awardShaped(), 'a/b~c': 1 })).toEqual(['/a~1b~0c']);
  });

  it('says in two languages what a rule of ours wants, and bounds', () => {
    expect(explain(MixedDto, { ...mixed, short: 'long' }).errors).toEqual([
      { pointer: '/short', detail: { zh: '太長', en: 'is too long' } },
    ]);
    expect(explain(AwardShapedDto, { ...awardShaped(), fiscalYear: 3000 }).errors).toEqual([
      { pointer: '/fiscalYear', detail: { zh: '不得大於 2999。', en: 'must be at most 2999' } },
    ]);
  });

  it('lists what may be chosen beside the words', () => {
    expect(explain(MixedDto, { ...mixed, letters: ['c'] }).errors).toEqual([
      {
        pointer: '/letters',
        detail: { zh: '須為允許的 2 個值之一。', en: 'must be one of the 2 values allowed' },
        allowed: ['a', 'b'],
      },
    ]);
  });

  it.each([undefined, null, [], 'text', 5])('asks for an object instead of %p', (value) => {
    expect(pointers(AwardShapedDto, value)).toEqual(['']);
  });
});

describe('queries', () => {
  const pipe = new DtoPipe();
  const read = (query: object) => pipe.transform(query, { type: 'query', metatype: ListQuery });

  it('become an instance with defaults, numbers read from text', () => {
    expect(read({})).toEqual(Object.assign(new ListQuery(), { limit: 50 }));
    expect(read({ limit: '200', cursor: 'c' })).toMatchObject({ limit: 200, cursor: 'c' });
  });

  it.each([{ limit: '0' }, { limit: '201' }, { limit: '1.5' }, { limit: ' 5' }, { limit: '' }, { unknown: '1' }])(
    'refuse %j',
    (query) => {
      expect(() => read(query)).toThrow('validation-failed');
    },
  );
});
