import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length, Matches } from 'class-validator';
import { ROLES, type Role } from '../../kernel/index.js';
import { Example, withMessage, PageDto } from '../../platform/http/index.js';
import { AGENCY, IS_AN_AGENCY } from '../../parties/index.js';
import { PASSWORD_LENGTH } from '../passwords.js';
import { IS_A_STAFF_NO, STAFF_NO, USERNAME } from './user.js';
import type { User } from './user.entity.js';

const NAME_LENGTH = { min: 1, max: 100 } as const;

/** A new user. */
@Example({
  username: 'chan.taiman',
  displayName: '陳大文',
  role: 'officer',
  agency: '市經貿委',
  staffNo: 'JM-0132',
  password: 'correct horse battery staple',
})
export class NewUserDto {
  @ApiProperty({ description: 'Lower-case letters, digits, `.`, `_`, `-`; begins with a letter', example: 'chan.taiman' })
  @Matches(
    USERNAME,
    withMessage(
      '須以小寫字母開頭，僅含小寫字母、數字、「.」「_」「-」，最多 63 個字元。',
      'must begin with a lower-case letter and hold only a-z, 0-9, ".", "_", "-"; at most 63 characters',
    ),
  )
  username: string;

  @ApiProperty({ description: 'How the user is shown', example: '陳大文' })
  @IsString()
  @Length(NAME_LENGTH.min, NAME_LENGTH.max)
  displayName: string;

  @ApiProperty({
    enum: ROLES,
    example: 'officer',
    description: 'What the user may do; an officer needs an agency, nobody else has one',
  })
  @IsIn(ROLES)
  role: Role;

  @ApiPropertyOptional({
    description: '主管部門 of an officer, with 市; no other role has one',
    type: String,
    nullable: true,
    example: '市經貿委',
  })
  @IsOptional()
  @Matches(AGENCY, IS_AN_AGENCY)
  agency?: string | null;

  @ApiPropertyOptional({
    description:
      '工號. Two accounts with one staff number, or, where either has none, with one name, are one person: neither checks what the other made',
    type: String,
    nullable: true,
    example: 'JM-0132',
  })
  @IsOptional()
  @Matches(STAFF_NO, IS_A_STAFF_NO)
  staffNo?: string | null;

  @ApiProperty({
    minLength: PASSWORD_LENGTH.min,
    maxLength: PASSWORD_LENGTH.max,
    example: 'correct horse battery staple',
    description: 'First password, which the user should change; kept as an argon2 hash alone',
  })
  @IsString()
  @Length(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
  password: string;
}

/** What changes of a user; what is left out stays. */
@Example({ displayName: '陳大文', agency: '市金融辦' })
export class UserChangeDto {
  @ApiPropertyOptional({ example: '陳大文', description: 'How people call the user from now on' })
  @IsOptional()
  @IsString()
  @Length(NAME_LENGTH.min, NAME_LENGTH.max)
  displayName?: string;

  @ApiPropertyOptional({ enum: ROLES, description: 'Who stops being an officer leaves the agency' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ description: '主管部門 of an officer; null: none', type: String, nullable: true, example: '市金融辦' })
  @IsOptional()
  @Matches(AGENCY, IS_AN_AGENCY)
  agency?: string | null;

  @ApiPropertyOptional({
    description:
      '工號; null: none. As role, agency, name and active: who is given another decides nothing that was asked for before',
    type: String,
    nullable: true,
    example: 'JM-0132',
  })
  @IsOptional()
  @Matches(STAFF_NO, IS_A_STAFF_NO)
  staffNo?: string | null;

  @ApiPropertyOptional({ description: 'false ends the sessions of the user and refuses new ones' })
  @IsOptional()
  @IsBoolean()
  active?: boolean;

  @ApiPropertyOptional({
    minLength: PASSWORD_LENGTH.min,
    maxLength: PASSWORD_LENGTH.max,
    description: 'Ends the sessions of the user',
  })
  @IsOptional()
  @IsString()
  @Length(PASSWORD_LENGTH.min, PASSWORD_LENGTH.max)
  password?: string;
}

/** A user as it is answered. */
export class UserDto {
  @ApiProperty({ format: 'uuid', description: 'UUIDv7 of the user, for PATCH /users/{id}' }) id: string;
  @ApiProperty({ example: 'officer', description: 'Name to sign in with; never changes' }) username: string;
  @ApiProperty({ example: '陳大文', description: 'How people call the user' }) displayName: string;
  @ApiProperty({ enum: ROLES, description: 'What the user may do' }) role: Role;
  @ApiProperty({
    type: String,
    nullable: true,
    example: '市經貿委',
    description: '主管部門 of an officer; null for every other role',
  })
  agency: string | null;
  @ApiProperty({
    type: String,
    nullable: true,
    example: 'JM-0132',
    description: '工號, by which two accounts of one person are known as one; null: they are by their names',
  })
  staffNo: string | null;
  @ApiProperty({ description: 'Whether the user may sign in' }) active: boolean;
  @ApiProperty({ format: 'date-time', description: 'Instant at which the user was made' }) createdAt: string;
  @ApiProperty({ description: 'For If-Match', example: 1 }) version: number;
}

/** One page of users. */
export class UserPageDto extends PageDto {
  @ApiProperty({ type: [UserDto], description: 'Users, newest first' }) items: UserDto[];
}

/** Writes a user for the contract. */
export function userDto({ id, username, displayName, role, agency, staffNo, active, createdAt, version }: User): UserDto {
  return { id, username, displayName, role, agency, staffNo, active, createdAt: createdAt.toISOString(), version };
}
