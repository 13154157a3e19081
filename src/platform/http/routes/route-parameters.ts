import { ROUTE_ARGS_METADATA } from '@nestjs/common/internal';
import { isRecord } from '../is-record.js';

/** A parameter of a handler, as its decorator left it. */
export interface RouteParameter {
  /** Nest's number of what it is (`RouteParamtypes`); NaN for one of ours. */
  readonly kind: number;
  /** What the decorator was given: the name of a path's parameter. */
  readonly data: unknown;
  /** What reads it, of one of ours. */
  readonly factory: unknown;
  readonly pipes: readonly unknown[];
  /** Its declared type. */
  readonly type: unknown;
}

/** The decorated parameters of a controller's method. */
export function parametersOf(controller: abstract new (...dependencies: never[]) => object, name: string): RouteParameter[] {
  const parameters: unknown = Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name);
  const types: unknown = Reflect.getMetadata('design:paramtypes', controller.prototype as object, name);
  return Object.entries(isRecord(parameters) ? parameters : {}).flatMap(([key, parameter]) => {
    if (!isRecord(parameter) || typeof parameter['index'] !== 'number') return [];
    const { data, factory, pipes, index } = parameter;
    const type: unknown = Array.isArray(types) ? types[index] : undefined;
    return [{ kind: Number(key.split(':')[0]), data, factory, pipes: Array.isArray(pipes) ? pipes : [], type }];
  });
}
