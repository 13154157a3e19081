import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
import { ROLES, type Role } from '../../kernel/index.js';
import { PASSWORD_LENGTH } from '../passwords.js';

/** Who signs in. */
export class LoginDto {
  @ApiProperty({ example: 'finance' })
  @IsString()
  @Length(1, 100)
  username: string;

  @ApiProperty({ example: 'finance' })
  @IsString()
  @Length(1, PASSWORD_LENGTH.max)
  password: string;
}

/** Who is signed in. */
export class MeDto {
  @ApiProperty({ example: 'officer' }) username: string;
  @ApiProperty({ example: '陳大文' }) displayName: string;
  @ApiProperty({ enum: ROLES }) role: Role;
  @ApiProperty({ type: String, nullable: true, description: '主管部門 of an officer', example: '市經貿委' }) agency:
    string | null;
}

/** A session. */
export class LoginAnswerDto {
  @ApiProperty({ description: 'For `Authorization: Bearer`; told this once' }) accessToken: string;
  @ApiProperty({ format: 'date-time' }) expiresAt: string;
  @ApiProperty({ type: MeDto }) user: MeDto;
}

/** The contract's view of a user about itself. */
export function meDto({ username, displayName, role, agency }: MeDto): MeDto {
  return { username, displayName, role, agency };
}
