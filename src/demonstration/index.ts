export { seedDemonstration, type Demonstration } from './seed-demonstration.js';
