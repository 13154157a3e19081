import type { Repository } from 'typeorm';
import { inEitherScript } from '../../platform/either-script.js';
import type { Enterprise } from './enterprise.entity.js';

/** What chooses the rows of a list of enterprises. */
export interface EnterpriseFilters {
  /** Code of a fund. */
  readonly fund: string | null;
  /** Part of the name, in either script, or a whole code. */
  readonly q: string | null;
}

/** Enterprises before the id given (null: from the newest), newest first. */
export async function listEnterprises(
  enterprises: Repository<Enterprise>,
  { fund, q }: EnterpriseFilters,
  beforeId: string | null,
  limit: number,
): Promise<Enterprise[]> {
  const query = enterprises.createQueryBuilder('e').innerJoinAndSelect('e.fund', 'f').orderBy('e.id', 'DESC').limit(limit);
  if (fund !== null) query.andWhere('f.code = :fund', { fund });
  if (q !== null) {
    query.andWhere('(e.name ~* :part OR e.organizationCode = :code OR e.creditCode = :code)', {
      part: inEitherScript(q),
      code: q.replaceAll('-', '').toUpperCase(),
    });
  }
  if (beforeId !== null) query.andWhere('e.id < :beforeId', { beforeId });
  return query.getMany();
}
