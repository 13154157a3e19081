import { InjectRepository } from '@nestjs/typeorm';
import { In, Repository } from 'typeorm';
import { Injectable } from '@nestjs/common';
import { SYSTEM_ACTOR } from '../../kernel/index.js';
import { User } from './user.entity.js';

/** Most names kept. */
const KEPT = 10_000;

/** Names of users by id. A username never changes and a user is never deleted, so that what is known stays known. */
@Injectable()
export class Usernames {
  private readonly known = new Map<string, string>([[SYSTEM_ACTOR.id, SYSTEM_ACTOR.username]]);

  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** Names of these ids; an id without a user stays what it is. */
  async of(ids: readonly string[]): Promise<(id: string) => string> {
    const missing = [...new Set(ids)].filter((id) => !this.known.has(id));
    if (missing.length > 0) {
      const rows = await this.users.find({ where: { id: In(missing) }, select: { id: true, username: true } });
      if (this.known.size > KEPT) this.known.clear();
      for (const row of rows) this.known.set(row.id, row.username);
      this.known.set(SYSTEM_ACTOR.id, SYSTEM_ACTOR.username);
    }
    return (id) => this.known.get(id) ?? id;
  }
}
