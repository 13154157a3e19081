export { PartiesModule } from './parties.module.js';
export { EnterpriseRequestDto, PersonRequestDto, ProjectRequestDto } from './parties.dto.js';
export { partiesOfRequest, type PartiesRequest } from './parties-of-request.js';
export { creditCheck, identityCheck, organizationCheck } from './identity-codes.js';
