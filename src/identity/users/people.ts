import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import type { Actor } from '../../kernel/index.js';
import type { People } from '../../approvals/index.js';
import { Agencies } from '../../parties/index.js';
import { Config } from '../../platform/config/index.js';
import type { Database } from '../../platform/database/database.js';
import { User } from './user.entity.js';
import { Usernames } from './usernames.js';

/** The users, for who decides what they asked for. Read anew each time: what somebody may do is decided by what they are now. */
@Injectable()
export class UserDirectory implements People {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly agencies: Agencies,
    private readonly usernames: Usernames,
    private readonly config: Config,
  ) {}

  async actorOf(userId: string): Promise<Actor | null> {
    const user = await this.users.findOneBy({ id: userId, active: true });
    return user === null || (user.demonstration && this.config.production) ? null : actorFor(user, this.agencies);
  }

  usernamesOf(ids: readonly string[]): Promise<(id: string) => string> {
    return this.usernames.of(ids);
  }
}

/** The users of a command, which has the database alone. */
export function peopleOf(db: Database, config: Config): People {
  const users = db.manager.getRepository(User);
  return new UserDirectory(users, new Agencies(db), new Usernames(users), config);
}

/** The user as whoever does something. */
export async function actorFor(
  { id, username, role, agency }: Pick<User, 'id' | 'username' | 'role' | 'agency'>,
  agencies: Agencies,
): Promise<Actor> {
  return { id, username, role, agency, reaches: await agencies.reachOf(agency) };
}
