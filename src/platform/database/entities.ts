import { Check, DefaultNamingStrategy, type ColumnOptions, type Table, type ValueTransformer } from 'typeorm';

/** A class that TypeORM maps to a table. */
export type EntityClass = new () => object;

const EXACT: ValueTransformer = {
  from: (text: string | null) => (text === null ? null : BigInt(text)),
  to: (value: bigint | null | undefined) => value?.toString(),
};

/** A bigint column: `bigint` here as there. */
export const BIGINT: ColumnOptions = { type: 'bigint', transformer: EXACT };

/** An instant, to the millisecond. */
export const INSTANT: ColumnOptions = { type: 'timestamp with time zone', precision: 3 };

/** Checks of the table, by name. What they say stands in the migration alone, which is what the database enforces. */
export function CheckedBy(...names: readonly string[]): ClassDecorator {
  return (target) => {
    for (const name of names) Check(name, 'see migrations/')(target);
  };
}

/** Names as our migrations leave them to PostgreSQL: snake_case columns, `<table>_<columns>_key`. */
export class PostgresNames extends DefaultNamingStrategy {
  override columnName(property: string, custom: string | undefined, embedded: string[]): string {
    return [...embedded.map(snakeCase), custom ?? snakeCase(property)].join('_');
  }

  override primaryKeyName(table: Table | string): string {
    return `${nameOf(table)}_pkey`;
  }

  override uniqueConstraintName(table: Table | string, columns: string[]): string {
    return `${nameOf(table)}_${columns.join('_')}_key`;
  }

  override foreignKeyName(table: Table | string, columns: string[]): string {
    return `${nameOf(table)}_${columns.join('_')}_fkey`;
  }
}

function nameOf(table: Table | string): string {
  return typeof table === 'string' ? table : table.name;
}

function snakeCase(name: string): string {
  return name.replaceAll(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
}
