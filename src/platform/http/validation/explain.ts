import { plainToInstance } from 'class-transformer';
import { validateSync, type ValidationError } from 'class-validator';
import { problem, type Problem, type ProblemPlace, type Text } from '../../../kernel/index.js';
import { isRecord, rulesOf, type DtoClass } from './compile-dto.js';
import { ruleText } from './rule-texts.js';

/** A refusal names at most so many places: a batch of a thousand faulty items needs no megabyte of answer. */
const PLACES_LIMIT = 100;

/** Why a DTO's value was refused: every faulty place with a JSON pointer. `at` is the pointer of the value itself. */
export function explain(dto: DtoClass, value: unknown, at = ''): Problem {
  const places = isRecord(value) ? placesOf(dto, value, at) : [];
  const errors = places.length > 0 ? places : [{ pointer: at, detail: whole(value) }];
  return problem('validation-failed', '請求有不正確的欄位，見 errors。', 'The request has faulty fields; see errors.', { errors });
}

function whole(value: unknown): Text {
  if (value === undefined) return { zh: '須有請求內容。', en: 'A body is required.' };
  return { zh: '須為符合規格的 JSON 物件。', en: 'must be a JSON object as the interface describes it' };
}

function placesOf(dto: DtoClass, value: Record<string, unknown>, at: string): ProblemPlace[] {
  const errors = validateSync(plainToInstance(dto, value), { whitelist: true, forbidNonWhitelisted: true, forbidUnknownValues: true });
  const places: ProblemPlace[] = [];
  for (const error of errors) collect(error, at, places);
  return places;
}

function collect(error: ValidationError, parent: string, places: ProblemPlace[]): void {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const broken = Object.entries(error.constraints ?? {});
  // What is not there breaks every rule; one text says so.
  const told = error.value === undefined && broken.every(([name]) => name !== 'whitelistValidation') ? broken.slice(0, 1) : broken;
  for (const [name, message] of told) {
    if (places.length >= PLACES_LIMIT) return;
    const detail = error.value === undefined && name !== 'whitelistValidation' ? ruleText('isDefined', [], message) : textOf(error, name, message);
    places.push({ pointer, detail });
  }
  for (const child of error.children ?? []) collect(child, pointer, places);
}

function textOf(error: ValidationError, name: string, message: string): Text {
  const own: unknown = error.contexts?.[name];
  if (isRecord(own) && typeof own['zh'] === 'string' && typeof own['en'] === 'string') return { zh: own['zh'], en: own['en'] };
  return ruleText(name, constraintsOf(error, name), message);
}

function constraintsOf(error: ValidationError, name: string): readonly unknown[] {
  const dto: unknown = error.target?.constructor;
  if (typeof dto !== 'function') return [];
  const rule = rulesOf(dto as DtoClass).get(error.property)?.find((candidate) => candidate.name === name);
  return rule?.constraints ?? [];
}
