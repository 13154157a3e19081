import { Body, Controller, Get, Headers, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { Repository } from 'typeorm';
import { problem, refused, type Actor, type RequestIdentity } from '../../kernel/index.js';
import { CurrentActor, Public, Refuses, RequestIdentityOf, Roles, type Answered } from '../../platform/http/index.js';
import { User } from '../users/user.entity.js';
import { LoginAnswerDto, LoginDto, meDto, MeDto } from './auth.dto.js';
import { Sessions } from './sessions.js';
import { SignIn } from './sign-in.js';

/** Sign-in and sign-out. */
@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly signIn: SignIn,
    private readonly sessions: Sessions,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  @Refuses('unauthenticated', 'too-many-requests')
  @ApiOperation({ summary: 'Sign in', security: [] })
  @ApiOkResponse({ type: LoginAnswerDto })
  async login(@Body() body: LoginDto, @Ip() address: string): Promise<Answered<LoginAnswerDto>> {
    const signedIn = await this.signIn.signIn(body.username, body.password, address);
    if (!signedIn.ok) return signedIn;
    const { token, expiresAt, user } = signedIn.value;
    return { accessToken: token, expiresAt: expiresAt.toISOString(), user: meDto(user) };
  }

  @Post('logout')
  @HttpCode(204)
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'End this session' })
  @ApiNoContentResponse()
  async logout(
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() _request: RequestIdentity,
    @Headers('authorization') authorization: string,
  ): Promise<void> {
    await this.sessions.end(authorization.slice(authorization.indexOf(' ') + 1), actor);
  }

  @Get('me')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Who is signed in' })
  @ApiOkResponse({ type: MeDto })
  async me(@CurrentActor() actor: Actor): Promise<Answered<MeDto>> {
    const user = await this.users.findOneBy({ id: actor.id });
    if (user === null) return refused(problem('unauthenticated', '使用者已不存在。', 'The user is gone.'));
    return meDto(user);
  }
}
