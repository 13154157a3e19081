export { rekeyAwards } from './rekey-awards.js';
export { AwardsModule } from './awards.module.js';
