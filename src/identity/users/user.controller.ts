import { InjectRepository } from '@nestjs/typeorm';
import { Body, Controller, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { LessThan, Repository } from 'typeorm';
import { accepted, problem, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  IfMatch,
  ListQuery,
  Refuses,
  RequestIdentityOf,
  Roles,
  UuidPipe,
  type Answered,
} from '../../platform/http/index.js';
import { Sessions } from '../sessions/sessions.js';
import { reviseUser } from './change-user.js';
import { createUser } from './create-user.js';
import { NewUserDto, UserChangeDto, userDto, UserDto, UserPageDto } from './user.dto.js';
import { User } from './user.entity.js';

/** Users concern no fund. */
const NO_FUND = 0;
const FILTERS = { list: 'users' };

/** Users, for administrators. */
@ApiTags('users')
@Controller('users')
@Roles('admin')
export class UserController {
  constructor(
    private readonly database: Database,
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly writes: IdempotentWrites,
    private readonly cursors: Cursors,
    private readonly sessions: Sessions,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Users, newest first' })
  @ApiOkResponse({ type: UserPageDto })
  async list(@Query() query: ListQuery): Promise<UserPageDto> {
    const after = this.cursors.after(query, FILTERS);
    const users = await this.users.find({
      where: after === null ? {} : { id: LessThan(after) },
      order: { id: 'DESC' },
      take: query.limit + 1,
    });
    const page = this.cursors.page(users, query.limit, FILTERS, (user) => user.id);
    return { items: page.items.map(userDto), nextCursor: page.nextCursor };
  }

  @Post()
  @Refuses('already-exists')
  @ApiOperation({ summary: 'Make a user' })
  @ApiCreatedResponse({ type: UserDto })
  async create(
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @Body() body: NewUserDto,
  ): Promise<Answered<UserDto>> {
    return this.writes.run({ fundId: NO_FUND, actor, request, status: 201 }, async (tx) => {
      const made = await createUser(tx, { ...body, agency: body.agency ?? null }, { by: actor });
      return made.ok ? accepted(userDto(made.value)) : made;
    });
  }

  @Get(':id')
  @ApiOperation({ summary: 'A user, with its ETag' })
  @ApiOkResponse({ type: UserDto })
  async read(@Param('id', UuidPipe) id: string): Promise<Answered<UserDto>> {
    const user = await this.users.findOneBy({ id });
    if (user === null) return refused(problem('not-found', '沒有這個使用者。', 'There is no such user.'));
    return new Answer(userDto(user), { version: user.version });
  }

  @Patch(':id')
  @HttpCode(200)
  @Refuses('last-administrator')
  @ApiOperation({ summary: 'Change a user: role, agency, name, staff number, password, active' })
  @ApiOkResponse({ type: UserDto })
  async change(
    @CurrentActor() actor: Actor,
    @Param('id', UuidPipe) id: string,
    @IfMatch() version: number,
    @Body() body: UserChangeDto,
  ): Promise<Answered<UserDto>> {
    const user = await this.database.transaction((tx) => reviseUser(tx, id, version, body, actor));
    if (!user.ok) return user;
    this.sessions.forgetUser(id);
    return new Answer(userDto(user.value), { version: user.value.version });
  }
}
