export { demonstrationActor, DEMONSTRATION_USERS, seedDemonstrationUsers } from './demonstration-users.js';
export { IdentityModule } from './identity.module.js';
export { addUser, deactivateUser, listUsers, setPassword, signedIn } from './user-administration.js';
export { IDENTITY_ENTITIES } from './entities.js';
export { peopleOf } from './users/people.js';
export { Usernames } from './users/usernames.js';
export { IDENTITY_TABLES } from './tables.js';
