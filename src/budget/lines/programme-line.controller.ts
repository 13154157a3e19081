import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { InjectRepository } from '@nestjs/typeorm';
import { MoreThan, Repository } from 'typeorm';
import {
  accepted,
  businessDateOf,
  problem,
  refused,
  type Actor,
  type Problem,
  type RequestIdentity,
} from '../../kernel/index.js';
import { Acts, ApprovalDto, Approvals, type RecordAct } from '../../approvals/index.js';
import { Usernames } from '../../identity/index.js';
import { inForce, versionOn } from '../../ledger/index.js';
import { Database, type Sql } from '../../platform/database/database.js';
import {
  Answer,
  CodePipe,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  IfMatch,
  isRefused,
  ListQuery,
  ReaderLanguage,
  Refuses,
  RequestIdentityOf,
  Roles,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import { findLine } from './find-line.js';
import { ProgrammeLine } from './programme-line.entity.js';
import { addLine, isOfRule } from './change-line.js';
import { OutboxBell } from '../../platform/outbox/outbox-bell.js';
import { fundNamed } from '../funds/find-fund.js';
import { versionsOf, versionToday } from './rule-versions.js';
import { lineChangeAct, type LineChange } from './line-change-act.js';
import { LineChangeDto, NewLineDto } from './line-request.dto.js';
import { LineRuleVersionPageDto, toVersionDtos } from './line-rule-version.dto.js';
import { LineDto, LinePageDto, ShownLineDto, toLineDto } from './programme-line.dto.js';

/** Programme lines (支出方向): the funding clauses of the policy, with their rules as data. */
@ApiTags('funds')
@ApiExtraModels(ShownLineDto)
@Controller('funds/:fund/lines')
export class ProgrammeLineController {
  private readonly changeAct: RecordAct<LineChange>;

  constructor(
    private readonly database: Database,
    @InjectRepository(ProgrammeLine) private readonly lines: Repository<ProgrammeLine>,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
    private readonly usernames: Usernames,
    private readonly approvals: Approvals,
    bell: OutboxBell,
    acts: Acts,
  ) {
    this.changeAct = acts.addRecord(lineChangeAct(bell));
  }

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Lists the lines of a fund, in the order of the policy' })
  @ApiOkResponse({ type: LinePageDto })
  async list(
    @Param('fund', CodePipe) code: string,
    @Query() query: ListQuery,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LinePageDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fund = found.value;
    const filters = { list: 'lines', fund: fund.code };
    const after = this.cursors.after(query, filters);
    const rows = await this.inOrder(fund.id, after === null ? null : Number(after), query.limit + 1);
    const { items, nextCursor } = this.cursors.page(rows, query.limit, filters, (row) => String(row.id));
    const ids = items.map((row) => row.id);
    const [versions, today] = [await versionsOf(this.database, fund.id, ids), businessDateOf(new Date())];
    const ruleOf = (row: ProgrammeLine) => versionOn(inForce(versions.get(row.id) ?? []), today);
    return { items: items.map((row) => toLineDto(fund.code, row, ruleOf(row), language)), nextCursor };
  }

  @Get(':line')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Shows one line, with its version as ETag' })
  @ApiOkResponse({ type: LineDto })
  async show(
    @Param('fund', CodePipe) code: string,
    @Param('line', CodePipe) line: string,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LineDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const row = await findLine(this.database, found.value.id, line);
    if (row === null) return refused(noSuchLine(line));
    return new Answer(await this.answered(this.database, code, row, language), { version: row.version });
  }

  @Get(':line/rules')
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'Lists every version of a line’s rule, the latest stored first',
    description: 'An award says by which it is judged (`ruleVersion`).',
  })
  @ApiOkResponse({ type: LineRuleVersionPageDto })
  async rules(
    @Param('fund', CodePipe) code: string,
    @Param('line', CodePipe) line: string,
    @Query() query: ListQuery,
  ): Promise<Answered<LineRuleVersionPageDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const row = await findLine(this.database, found.value.id, line);
    if (row === null) return refused(noSuchLine(line));
    const versions = (await versionsOf(this.database, row.fundId, [row.id])).get(row.id) ?? [];
    const usernameOf = await this.usernames.of(versions.flatMap(({ changedBy, checkedBy }) => [changedBy, ...(checkedBy ?? [])]));
    const filters = { list: 'line-rules', fund: code, line };
    const after = this.cursors.after(query, filters);
    const rest = toVersionDtos(versions, usernameOf).filter(({ number }) => after === null || number < Number(after));
    return this.cursors.page(rest, query.limit, filters, ({ number }) => String(number));
  }

  @Post()
  @Roles('finance')
  @Refuses('already-exists')
  @ApiOperation({ summary: 'Adds a line, with its accounts in every open year' })
  @ApiCreatedResponse({ type: LineDto })
  async create(
    @Param('fund', CodePipe) code: string,
    @Body() body: NewLineDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LineDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const fund = found.value;
    const answer = await this.writes.run({ fundId: fund.id, actor, request, status: 201 }, async (tx) => {
      const added = await addLine(tx, fund.id, body, actor.id);
      return added.ok ? accepted(await this.answered(tx, fund.code, added.value, language)) : added;
    });
    return isRefused(answer) ? answer : new Answer(answer.body, { ...answer.about, version: answer.body.version });
  }

  @Patch(':line')
  @Roles('finance')
  @ApiOperation({
    summary: 'Changes a line',
    description:
      'A new rule is a further version, from today or from the day stated. Awards reserved from then on that it would refuse are held and become findings.',
  })
  @ApiOkResponse({ type: LineDto })
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks a second person for a change of a rule: it waits' })
  async change(
    @Param('fund', CodePipe) code: string,
    @Param('line', CodePipe) line: string,
    @Body() body: LineChangeDto,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<LineDto> | Answered<ApprovalDto>> {
    const found = await fundNamed(this.database, code);
    if (!found.ok) return found;
    const row = await findLine(this.database, found.value.id, line);
    if (row === null) return refused(noSuchLine(line));
    const data = { fund: code, line, version, body, isOfRule: isOfRule(row, body) };
    const asked = () => ({ line, ...body });
    const proposal = { fund: code, data, asked, fiscalYear: null, amountFen: null };
    const by = { actor, request: null, language, status: 200 } as const;
    const answer = await this.approvals.change<LineDto, LineChange>(this.changeAct, proposal, by);
    if (!(answer instanceof Answer) || answer.about.status !== undefined) return answer;
    const changed = answer.body as LineDto;
    return new Answer(changed, { version: changed.version });
  }

  private async answered(sql: Sql, fund: string, row: ProgrammeLine, language: Language): Promise<LineDto> {
    return toLineDto(fund, row, await versionToday(sql, row.fundId, row.id), language);
  }

  /** Lines after the one given (null: from the first), in the order of the policy. */
  private async inOrder(fundId: number, afterId: number | null, take: number): Promise<ProgrammeLine[]> {
    const after = afterId === null ? null : await this.lines.findOneBy({ fundId, id: afterId });
    if (after === null && afterId !== null) return [];
    return this.lines.find({
      where:
        after === null
          ? { fundId }
          : [
              { fundId, position: MoreThan(after.position) },
              { fundId, position: after.position, id: MoreThan(after.id) },
            ],
      order: { position: 'ASC', id: 'ASC' },
      take,
    });
  }
}

function noSuchLine(line: string): Problem {
  return problem('not-found', `沒有支出方向 ${line}`, `There is no line ${line}`);
}
