import { ApiProperty } from '@nestjs/swagger';

/** What every page of a list has beside its items. */
export class PageDto {
  @ApiProperty({ type: String, nullable: true, description: 'Give it as `cursor` for the next page; null on the last' })
  nextCursor: string | null;
}
