export { DEMONSTRATION_USERS, seedDemonstrationUsers } from './demonstration-users.js';
export { IdentityModule } from './identity.module.js';
export { addUser, deactivateUser, listUsers, setPassword } from './user-administration.js';
export type { NewUser, User } from './users/user.js';
export { Usernames } from './users/usernames.js';
