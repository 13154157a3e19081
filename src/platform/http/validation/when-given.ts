import { ValidateIf } from 'class-validator';

/** The property may be left out; where it is there it must pass its rules, `null` included. */
export const WhenGiven = (): PropertyDecorator => ValidateIf((_: object, value: unknown) => value !== undefined);
