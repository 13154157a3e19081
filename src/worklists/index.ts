export { WorklistsModule } from './worklists.module.js';
