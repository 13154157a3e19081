import type { Repository } from 'typeorm';
import { accepted, refused, type Result } from '../../kernel/index.js';
import type { Sql } from '../../platform/database/database.js';
import { namedByGrams, planSearch, saysSo, soughtIn, type Bind } from '../../search/index.js';
import type { Enterprise } from './enterprise.entity.js';
import { fundIds } from './enterprise.sql.js';

/** What chooses the rows of a list of enterprises. */
export interface EnterpriseFilters {
  /** Code of a fund. */
  readonly fund: string | null;
  /** Words that stand in its names or codes, in either script. */
  readonly q: string | null;
}

/** Enterprises before the id given (null: from the newest), newest first. Refused where `q` has less than two characters. */
export async function listEnterprises(
  sql: Sql,
  enterprises: Repository<Enterprise>,
  { fund, q }: EnterpriseFilters,
  beforeId: string | null,
  limit: number,
): Promise<Result<Enterprise[]>> {
  const query = enterprises.createQueryBuilder('e').innerJoinAndSelect('e.fund', 'f').orderBy('e.id', 'DESC').limit(limit);
  const ids = await fundIds(sql, fund);
  query.andWhere('e.fund_id IN (:...ids)', { ids: [0, ...ids] });
  if (q !== null) {
    const sought = soughtIn(q);
    if ('code' in sought) return refused(sought);
    const plan = await planSearch(sql, { kind: 'enterprise', fundIds: ids, lineIds: null, fiscalYear: null }, sought, limit);
    if (plan.how === 'none') return accepted([]);
    let bound = 0;
    const bind: Bind = (value) => {
      const name = `sought${(bound += 1)}`;
      query.setParameter(name, value);
      return `:${name}`;
    };
    query.andWhere(plan.how === 'by-grams' ? namedByGrams('e', plan, bind) : saysSo('e', plan, bind));
  }
  if (beforeId !== null) query.andWhere('e.id < :beforeId', { beforeId });
  return accepted(await query.getMany());
}
