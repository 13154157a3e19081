import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { found, leads, problem, type Actor, type Problem, type Result } from '../kernel/index.js';
import type { AwardMoney, AwardRecord } from '../ledger/index.js';
import { Usernames } from '../identity/index.js';
import { Database } from '../platform/database/database.js';
import {
  Answer,
  CurrentActor,
  Cursors,
  ListQuery,
  ReaderLanguage,
  Roles,
  UuidPipe,
  type Answered,
  type Language,
} from '../platform/http/index.js';
import { amountsView, awardView } from './award-view.js';
import { AwardHistoryDto, type AwardStepDto } from './award-history.dto.js';
import { AwardDto } from './award.dto.js';
import { findAward, readAward, readHistory, type StepRow } from './award.sql.js';
import { AwardPageDto, AwardQuery } from './list/award-query.dto.js';
import { afterOf, boundBy, cursorOf, listAwards } from './list/list-awards.js';

/** Awards as they are read. An officer sees those of the lines that its agency leads; the others are not there for it. */
@ApiTags('awards')
@Controller('awards')
export class AwardController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly usernames: Usernames,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists awards: filtered, searched and sorted, with totals where asked for' })
  @ApiOkResponse({ type: AwardPageDto })
  async list(
    @Query() query: AwardQuery,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardPageDto>> {
    const bound = boundBy(query, actor);
    const listed = await listAwards(this.database, query, actor, afterOf(this.cursors.after(query, bound)));
    if (!listed.ok) return listed;
    const { rows, totals } = listed.value;
    const page = this.cursors.page(rows, query.limit, bound, ({ after }) => cursorOf(after));
    const usernameOf = await this.usernames.of(page.items.map(({ award }) => award.createdBy));
    return {
      items: page.items.map(({ award }) => awardView(award, usernameOf, language)),
      nextCursor: page.nextCursor,
      ...(totals === null ? {} : { totals: { count: totals.count, ...amountsView(totals) } }),
    };
  }

  @Get(':id')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows an award as it stands' })
  @ApiOkResponse({ type: AwardDto })
  async show(
    @Param('id', UuidPipe) id: string,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<AwardDto>> {
    const seen = await this.seenBy(actor, id);
    if (!seen.ok) return seen;
    const { award, money } = seen.value;
    const usernameOf = await this.usernames.of([award.createdBy]);
    return new Answer(awardView(award, usernameOf, language, money), { version: award.version });
  }

  @Get(':id/history')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: "An award's life, newest step first" })
  @ApiOkResponse({ type: AwardHistoryDto })
  async history(
    @Param('id', UuidPipe) id: string,
    @Query() query: ListQuery,
    @CurrentActor() actor: Actor,
  ): Promise<Answered<AwardHistoryDto>> {
    const seen = await this.seenBy(actor, id);
    if (!seen.ok) return seen;
    const { fund, amounts } = seen.value.award;
    const bound = { list: 'award-history', award: id };
    const rows = await readHistory(this.database, fund, id, this.cursors.after(query, bound), query.limit + 1);
    const page = this.cursors.page(rows, query.limit, bound, (row) => String(row.award_after[0] ?? 0n));
    const usernameOf = await this.usernames.of(page.items.flatMap((row) => [row.actor_id, ...(row.checked_by ?? [])]));
    return { items: page.items.map((row) => stepView(row, amounts.awarded, usernameOf)), nextCursor: page.nextCursor };
  }

  private async seenBy(actor: Actor, id: string): Promise<Result<{ award: AwardRecord; money: AwardMoney }>> {
    const place = await findAward(this.database, id);
    const isSeen = place !== null && leads(actor, place.lead_agencies);
    return found(isSeen ? await readAward(this.database, place.fund, id) : null, noSuchAward(id));
  }
}

/** There is no such award, or it is not this officer's to see. */
export function noSuchAward(id: string): Problem {
  return problem('not-found', `沒有扶持項目 ${id}`, `There is no award ${id}`);
}

function stepView(row: StepRow, awarded: bigint, usernameOf: (id: string) => string): AwardStepDto {
  const [
    ,
    reserved = 0n,
    committed = 0n,
    disbursed = 0n,
    released = 0n,
    recovered = 0n,
    ,
    onHold = 0n,
    ,
    ,
    ruleHold = 0n,
    ,
    rewardHold = 0n,
  ] = row.award_after;
  return {
    id: row.id,
    kind: row.kind,
    amount: amountsView({ awarded: row.amount_fen, reserved, committed, disbursed, released, recovered }).awarded,
    effectiveOn: row.effective_on,
    recordedAt: row.recorded_at.toISOString(),
    by: usernameOf(row.actor_id),
    checkedBy: (row.checked_by ?? []).map(usernameOf),
    documentNo: row.document_no,
    reason: row.reason,
    details: row.details,
    amounts: amountsView({ awarded, reserved, committed, disbursed, released, recovered }),
    onHold: onHold === 1n || ruleHold === 1n || rewardHold === 1n,
  };
}
