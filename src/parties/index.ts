export { AGENCY, asKnown, IS_AN_AGENCY } from './agencies/agency.js';
export { PARTIES_ENTITIES } from './entities.js';
export { PartiesModule } from './parties.module.js';
export { EnterpriseRequestDto, PersonRequestDto, ProjectRequestDto } from './parties.dto.js';
export { FOLDING_VERSION } from './projects/folding-table.js';
export { projectKeys } from './projects/project-key.js';
export { partiesOfRequest, type PartiesRequest } from './parties-of-request.js';
export { creditCheck, identityCheck, organizationCheck } from './identity-codes/identity-codes.js';
