export { indexEnterpriseAnew } from './indexing/indexing.sql.js';
export { amongAll, namedByGrams, planSearch, saysSo, type Bind, type SearchPlan } from './plan.js';
export { soughtIn, type Sought } from './terms.js';
export { Indexer } from './indexing/indexer.js';
export { SearchModule } from './search.module.js';
export { SEARCH_TABLES } from './tables.js';
