import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { isBusinessDate } from '../kernel/index.js';
import { Database } from '../platform/database/database.js';
import { Cursors, Roles } from '../platform/http/index.js';
import { AuditEventPageDto, AuditEventQuery, type AuditEventDto } from './audit-event.dto.js';
import { listEvents, type ListedEvent } from './audit.sql.js';

/** Who did what (api.md, Routes). */
@ApiTags('audit')
@Controller('audit-events')
export class AuditController {
  constructor(
    private readonly db: Database,
    private readonly cursors: Cursors,
  ) {}

  @Get()
  @Roles('auditor', 'admin')
  @ApiOperation({
    summary: 'Who did what, newest first, sign-ins and refusals included',
    description:
      'Sign-ins, users, and what a second person is asked: who asked, who decided, when, why, from which preview. What was posted is in the journal.',
  })
  @ApiOkResponse({ type: AuditEventPageDto })
  async list(@Query() query: AuditEventQuery): Promise<AuditEventPageDto> {
    const where = {
      action: query.action ?? null,
      outcome: query.outcome ?? null,
      actor: query.actor ?? null,
      subject: query.subject?.toLowerCase() ?? null,
      fund: query.fund ?? null,
      from: query.from === undefined ? null : instantOf(query.from, '00:00:00'),
      to: query.to === undefined ? null : instantOf(query.to, '23:59:59.999'),
    };
    const filters = { list: 'audit-events', ...where };
    const rows = await listEvents(this.db, where, this.cursors.after(query, filters), query.limit + 1);
    const page = this.cursors.page(rows, query.limit, filters, ({ id }) => id);
    return { items: page.items.map(eventDto), nextCursor: page.nextCursor };
  }
}

/** An instant as it is; of a day this time in Asia/Shanghai. Events are kept to the millisecond. */
function instantOf(text: string, timeOfDay: string): string {
  return isBusinessDate(text) ? `${text}T${timeOfDay}+08:00` : text;
}

function eventDto({ at, username, subjectKind, subjectId, ...said }: ListedEvent): AuditEventDto {
  const subject = subjectKind === null || subjectId === null ? null : { kind: subjectKind, id: subjectId };
  return { ...said, at: at.toISOString(), actor: username, subject };
}
