import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { PEOPLE } from '../approvals/index.js';
import { PartiesModule } from '../parties/index.js';
import { AUTHENTICATOR } from '../platform/http/index.js';
import { AuthController } from './sessions/auth.controller.js';
import { Sessions } from './sessions/sessions.js';
import { SignIn } from './sessions/sign-in.js';
import { UserController } from './users/user.controller.js';
import { IDENTITY_ENTITIES } from './entities.js';
import { UserDirectory } from './users/people.js';
import { Usernames } from './users/usernames.js';
import { HttpModule } from '../platform/http/index.js';

/** Who may come in: users, sessions, sign-in. */
@Module({
  imports: [HttpModule, PartiesModule, TypeOrmModule.forFeature([...IDENTITY_ENTITIES])],
  controllers: [AuthController, UserController],
  providers: [
    Sessions,
    SignIn,
    Usernames,
    UserDirectory,
    { provide: AUTHENTICATOR, useExisting: Sessions },
    { provide: PEOPLE, useExisting: UserDirectory },
  ],
  exports: [AUTHENTICATOR, PEOPLE, Usernames],
})
export class IdentityModule {}
