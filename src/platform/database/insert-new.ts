import type { DeepPartial, EntityManager } from 'typeorm';
import type { EntityClass } from './entities.js';

/** Inserts the row; false where one of its unique keys is taken. What the database fills in by itself is read back by whoever needs it. */
export async function insertNew<E extends object>(
  manager: EntityManager,
  entity: EntityClass & (new () => E),
  row: DeepPartial<E>,
): Promise<boolean> {
  const { metadata } = manager.getRepository(entity);
  const inserted = await manager
    .createQueryBuilder()
    .insert()
    .into(entity)
    .values(manager.create(entity, row))
    .orIgnore()
    .updateEntity(false)
    .returning(metadata.primaryColumns.map((column) => column.databaseName))
    .execute();
  return (inserted.raw as unknown[]).length === 1;
}
