import { Body, Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ApiAcceptedResponse, ApiCreatedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { countOf, found, problem, type Actor, type RequestIdentity, type Result } from '../../kernel/index.js';
import { Database } from '../../platform/database/database.js';
import {
  CodePipe,
  CurrentActor,
  Cursors,
  ListQuery,
  ReaderLanguage,
  RequestIdentityOf,
  Roles,
  type Answered,
  type Language,
} from '../../platform/http/index.js';
import type { RecordAct } from '../acts/act.js';
import { Acts } from '../acts/acts.js';
import { ApprovalDto } from '../approval.dto.js';
import { Approvals } from '../approvals.js';
import { PEOPLE, type People } from '../people.js';
import { policyAct, type PolicyData } from './policy-act.js';
import { ApprovalPolicyDto, ApprovalPolicyPageDto, NewApprovalPolicyDto, peopleOf, toPolicy, toPolicyDto } from './policy.dto.js';
import { fundIdOf, policyVersions, type PolicyVersion } from './store-policy.js';

/** For what a fund asks a second person (domain §3, Approvals). */
@ApiTags('approvals')
@Controller('funds/:fund/approval-policy')
export class ApprovalPolicyController {
  private readonly act: RecordAct<PolicyData>;

  constructor(
    private readonly database: Database,
    private readonly cursors: Cursors,
    private readonly approvals: Approvals,
    private readonly modules: ModuleRef,
    acts: Acts,
  ) {
    this.act = acts.addRecord(policyAct);
  }

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
  @ApiOperation({
    summary: 'Changes for what a fund asks a second person',
    description:
      'A fund that asks for nothing takes it from one person; one that asks for anything, from two. What waits already keeps the stricter of both.',
  })
  @ApiCreatedResponse({ type: ApprovalPolicyDto })
  @ApiAcceptedResponse({ type: ApprovalDto, description: 'The fund asks for something: it waits for a second person' })
  async change(
    @Param('fund', CodePipe) code: string,
    @Body() body: NewApprovalPolicyDto,
    @CurrentActor() actor: Actor,
    @RequestIdentityOf() request: RequestIdentity,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<ApprovalPolicyDto> | Answered<ApprovalDto>> {
    const fund = await this.fundNamed(code);
    if (!fund.ok) return fund;
    const policy = toPolicy(body);
    if (!policy.ok) return policy;
    const asked = () => ({ ...body });
    const proposal = { fund: code, data: { policy: policy.value }, asked, fiscalYear: null, amountFen: null };
    const by = { actor, request, language, status: 201 } as const;
    return this.approvals.change<ApprovalPolicyDto, PolicyData>(this.act, proposal, by);
  }

  private async fundNamed(code: string): Promise<Result<number>> {
    const id = await fundIdOf(this.database, code);
    return found(id, problem('not-found', `沒有專項資金 ${code}。`, `There is no fund ${code}.`));
  }

  private async shown(versions: readonly PolicyVersion[]): Promise<ApprovalPolicyDto[]> {
    const usernameOf = await this.people().usernamesOf(peopleOf(versions));
    return versions.map((version) => toPolicyDto(version, usernameOf));
  }

  private people(): People {
    // The room of users comes later than this one, and imports it.
    return this.modules.get<People>(PEOPLE, { strict: false });
  }
}
