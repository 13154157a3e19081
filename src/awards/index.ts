export { AwardsModule } from './awards.module.js';
