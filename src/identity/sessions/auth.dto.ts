import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { ROLES, type Role } from '../../kernel/index.js';
import { Example } from '../../platform/http/index.js';
import { PASSWORD_LENGTH } from '../passwords.js';

/** Who signs in. */
@Example({ username: 'finance', password: 'finance' })
export class LoginDto {
  @ApiProperty({
    example: 'finance',
    description: 'Name under which an administrator made the user; the demonstration’s are named after their roles',
  })
  @IsString()
  @Length(1, 100)
  username: string;

  @ApiProperty({
    example: 'finance',
    description: 'In the demonstration it is the username; after some wrong ones a sign-in has to wait (429)',
  })
  @IsString()
  @Length(1, PASSWORD_LENGTH.max)
  password: string;
}

/** Who is signed in. */
export class MeDto {
  @ApiProperty({ example: 'officer', description: 'Name to sign in with, by which the journal names who did something' })
  username: string;
  @ApiProperty({ example: '陳大文', description: 'How people call the user' }) displayName: string;
  @ApiProperty({
    enum: ROLES,
    description: 'finance: fund and budget; officer: awards of the lines of its agency; auditor: reads everything; admin: users',
  })
  role: Role;
  @ApiProperty({ type: String, nullable: true, description: '主管部門 of an officer', example: '市經貿委' }) agency:
    string | null;
}

/** A session. */
export class LoginAnswerDto {
  @ApiProperty({ description: 'For `Authorization: Bearer`; told this once' }) accessToken: string;
  @ApiProperty({
    format: 'date-time',
    description: 'Instant after which the token is refused, whatever is done with it; an idle session ends before',
  })
  expiresAt: string;
  @ApiProperty({ type: MeDto, description: 'Who has signed in' }) user: MeDto;
}

/** The contract's view of a user about itself. */
export function meDto({ username, displayName, role, agency }: MeDto): MeDto {
  return { username, displayName, role, agency };
}
