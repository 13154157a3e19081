import { Allow, validateSync, ValidationTypes, type ValidationError } from 'class-validator';
import { problem, type Problem, type ProblemPlace, type Text } from '../../../kernel/index.js';
import { isRecord } from '../is-record.js';
import { compileDto, nestedClass, rulesOf, type DtoClass, type Metadata } from './compile-dto.js';
import { ruleText } from './rule-texts.js';

/** A refusal names at most so many places: a batch of a thousand faulty items needs no megabyte of answer. */
const PLACES_LIMIT = 100;

/** Items of a list without a limit of its own that are looked at. */
const ITEMS_LIMIT = 1_000;

const UNKNOWN_FIELD: Text = { zh: '沒有這個欄位。', en: 'There is no such field.' };
const MISSING_FIELD: Text = { zh: '此欄位必填。', en: 'is required' };

/** Stands for an item that is valid, or that lies beyond the faults that are shown: class-validator then has nothing to check. */
class Good {
  @Allow()
  readonly good?: true;
}

/** Why a DTO's value was refused: every faulty place with a JSON pointer. `at` is the pointer of the value itself. */
export function explain(dto: DtoClass, value: unknown, at = ''): Problem {
  const places = isRecord(value) ? placesOf(dto, value, at) : [];
  const errors = places.length > 0 ? places.slice(0, PLACES_LIMIT) : [{ pointer: at, detail: whole(value) }];
  return problem(
    'validation-failed',
    '請求有不正確的欄位,見各處說明。',
    'The request has faulty fields; see what is said of each.',
    {
      errors,
    },
  );
}

function whole(value: unknown): Text {
  if (value === undefined) return { zh: '須有請求內容。', en: 'A body is required.' };
  return { zh: '須為符合規格的 JSON 物件。', en: 'must be a JSON object as the interface describes it' };
}

function placesOf(dto: DtoClass, value: Record<string, unknown>, at: string): ProblemPlace[] {
  const places: ProblemPlace[] = [];
  const instance = instanceOf(dto, value, at, places);
  const errors = validateSync(instance, { forbidUnknownValues: true });
  for (const error of errors) collect(error, at, places);
  return places;
}

/**
 * The value as class-validator wants it: instances where DTOs are nested. Unknown fields are refused here, because class-validator
 * overlooks those that every object inherits (`hasOwnProperty`), and class-transformer throws at a field `constructor`.
 */
function instanceOf(dto: DtoClass, value: Record<string, unknown>, at: string, places: ProblemPlace[]): object {
  const instance: object = Object.create(dto.prototype as object) as object;
  const rules = rulesOf(dto);
  for (const [name, member] of Object.entries(value)) {
    const pointer = `${at}/${escaped(name)}`;
    const own = rules.get(name);
    if (own === undefined) places.push({ pointer, detail: UNKNOWN_FIELD });
    else {
      const isNested = own.some((rule) => rule.type === ValidationTypes.NESTED_VALIDATION);
      const shown = cut(member, own);
      Reflect.set(instance, name, isNested ? nested(nestedClass(dto, name), shown, pointer, places) : shown);
    }
    if (places.length > PLACES_LIMIT) break;
  }
  return instance;
}

/** A list that is too long, cut where its length is faulty still: no item beyond costs anything. */
function cut(member: unknown, rules: readonly Metadata[]): unknown {
  if (!Array.isArray(member)) return member;
  const limit: unknown = rules.find((rule) => rule.name === 'arrayMaxSize')?.constraints[0];
  return member.slice(0, typeof limit === 'number' ? limit + 1 : ITEMS_LIMIT);
}

function nested(dto: DtoClass, member: unknown, at: string, places: ProblemPlace[]): unknown {
  if (!Array.isArray(member)) return isRecord(member) ? instanceOf(dto, member, at, places) : member;
  const accepts = compileDto(dto);
  let faulty = 0;
  return member.map((item: unknown, index) => {
    // class-validator would look into a list for items.
    if (!isRecord(item)) return Array.isArray(item) ? null : item;
    if (accepts(item)) return Object.assign(new Good(), item);
    if (faulty >= PLACES_LIMIT) return new Good();
    faulty++;
    return instanceOf(dto, item, `${at}/${index}`, places);
  });
}

function escaped(name: string): string {
  return name.replaceAll('~', '~0').replaceAll('/', '~1');
}

function collect(error: ValidationError, parent: string, places: ProblemPlace[]): void {
  const pointer = `${parent}/${escaped(error.property)}`;
  const broken = Object.entries(error.constraints ?? {});
  // What is not there breaks every rule; one text says so.
  if (error.value === undefined && broken.length > 0) places.push({ pointer, detail: MISSING_FIELD });
  else
    for (const [name, message] of broken)
      places.push({ pointer, detail: textOf(error, name, message), ...allowedBy(error, name) });
  for (const child of error.children ?? []) collect(child, pointer, places);
}

function textOf(error: ValidationError, name: string, message: string): Text {
  const own: unknown = error.contexts?.[name];
  if (isRecord(own) && typeof own['zh'] === 'string' && typeof own['en'] === 'string') return { zh: own['zh'], en: own['en'] };
  return ruleText(name, constraintsOf(error, name), message);
}

/** The values of a list of which the field has one. */
function allowedBy(error: ValidationError, name: string): { readonly allowed?: readonly unknown[] } {
  const [values] = name === 'isIn' ? constraintsOf(error, name) : [];
  return Array.isArray(values) ? { allowed: values } : {};
}

function constraintsOf(error: ValidationError, name: string): readonly unknown[] {
  const dto: unknown = error.target?.constructor;
  if (typeof dto !== 'function') return [];
  const rule = rulesOf(dto as DtoClass)
    .get(error.property)
    ?.find((candidate) => candidate.name === name);
  return rule?.constraints ?? [];
}
