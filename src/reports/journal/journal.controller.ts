import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, type Actor } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import { CurrentActor, Roles } from '../../platform/http/access.js';
import { Cursors, ReaderLanguage, UuidPipe, type Language } from '../../platform/http/index.js';
import { EntryDto, JournalPageDto, JournalQuery } from './journal.dto.js';
import { readEntry, withPostings } from './journal.js';
import { entries } from './journal.sql.js';

/** The journal as it stands: officers see what is their agency's, and what belongs to no line. */
@ApiTags('journal')
@Controller('journal')
export class JournalController {
  constructor(
    private readonly db: Database,
    private readonly cursors: Cursors,
  ) {}

  /** Entries with their postings, newest first. */
  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Journal entries with their postings and summaries, newest first' })
  @ApiOkResponse({ type: JournalPageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Query() query: JournalQuery,
    @ReaderLanguage() language: Language,
  ): Promise<JournalPageDto> {
    const { limit, cursor, ...filter } = query;
    const agencies = agencyScope(actor);
    const bound = { list: 'journal', agencies, ...filter };
    const before = this.cursors.after(cursor === undefined ? {} : { cursor }, bound);
    const rows = await entries(this.db, agencies, filter, before, limit + 1);
    const page = this.cursors.page(rows, limit, bound, (row) => row.id);
    return { items: await withPostings(this.db, page.items, language), nextCursor: page.nextCursor };
  }

  /** One entry with its postings. */
  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'One journal entry with its postings' })
  @ApiOkResponse({ type: EntryDto })
  async read(
    @CurrentActor() actor: Actor,
    @Param('id', UuidPipe) id: string,
    @ReaderLanguage() language: Language,
  ): Promise<EntryDto> {
    return readEntry(this.db, actor, id, language);
  }
}
