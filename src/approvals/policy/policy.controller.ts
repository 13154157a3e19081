import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { accepted, countOf, found, problem, type Actor, type RequestIdentity, type Result } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CodePipe,
  CurrentActor,
  Cursors,
  IdempotentWrites,
  ListQuery,
  Refuses,
  RequestIdentityOf,
  Roles,
  type Answered,
} from '../../platform/http/index.js';
import { PEOPLE, type People } from '../people.js';
import { changePolicy } from './change-policy.js';
import { ApprovalPolicyDto, ApprovalPolicyPageDto, NewApprovalPolicyDto, peopleOf, toPolicy, toPolicyDto } from './policy.dto.js';
import { fundIdOf, policyVersions, type PolicyVersion } from './store-policy.js';

/** For what a fund asks a second person (domain §3, Approvals). */
@ApiTags('approvals')
@Controller('funds/:fund/approval-policy')
export class ApprovalPolicyController {
  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly writes: IdempotentWrites,
    private readonly modules: ModuleRef,
  ) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({
    summary: 'Lists the versions of for what a fund asks a second person, the one in force first',
    description: 'A fund without any asks for nothing.',
  })
  @ApiOkResponse({ type: ApprovalPolicyPageDto })
  async list(@Param('fund', CodePipe) code: string, @Query() query: ListQuery): Promise<Answered<ApprovalPolicyPageDto>> {
    const fund = await this.fundNamed(code);
    if (!fund.ok) return fund;
    const filters = { list: 'approval-policy', fund: code };
    const after = this.cursors.after(query, filters);
    const versions = await policyVersions(this.database, fund.value, {
      before: after === null ? null : countOf(BigInt(after)),
      most: query.limit + 1,
    });
    return this.cursors.page(await this.shown(versions), query.limit, filters, ({ number }) => String(number));
  }

  @Post()
  @Roles('finance')
  @Refuses('approval-required')
  @ApiOperation({
    summary: 'Changes for what a fund asks a second person',
    description:
      'A fund that asks for nothing takes it from one person; one that asks for anything, from two. What waits already keeps the stricter of both.',
  })
  @ApiCreatedResponse({ type: ApprovalPolicyDto })
  async change(
    @Param('fund', CodePipe) code: string,
    @Body() body: NewApprovalPolicyDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
  ): Promise<Answered<ApprovalPolicyDto>> {
    const fund = await this.fundNamed(code);
    if (!fund.ok) return fund;
    const policy = toPolicy(body);
    if (!policy.ok) return policy;
    return this.writes.run({ fundId: fund.value, actor, request, status: 201 }, async (tx) => {
      const changed = await changePolicy(tx, fund.value, policy.value, actor);
      return changed.ok ? accepted(toPolicyDto(changed.value, () => actor.username)) : changed;
    });
  }

  private async fundNamed(code: string): Promise<Result<number>> {
    const id = await fundIdOf(this.database, code);
    return found(id, problem('not-found', `沒有專項資金 ${code}。`, `There is no fund ${code}.`));
  }

  private async shown(versions: readonly PolicyVersion[]): Promise<ApprovalPolicyDto[]> {
    // The room of users comes later than this one, and imports it.
    const people = this.modules.get<People>(PEOPLE, { strict: false });
    const usernameOf = await people.usernamesOf(peopleOf(versions));
    return versions.map((version) => toPolicyDto(version, usernameOf));
  }
}
