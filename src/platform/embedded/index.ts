export { EmbeddedPostgres, findEmbedded } from './embedded-postgres.js';
export { keepSecrets } from './secrets.js';
