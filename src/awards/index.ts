export { EntryDetailsDto } from './entry-details.dto.js';
export { rekeyAwards } from './rekey-awards.js';
export { amountsView } from './award-view.js';
export { AwardAmountsDto } from './award.dto.js';
export { awardStepAct } from './award-step-act.js';
export { AwardsModule } from './awards.module.js';
