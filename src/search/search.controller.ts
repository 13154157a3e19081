import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { agencyScope, formatYuan, refused, type Actor } from '../kernel/index.js';
import { Database } from '../platform/database/database.js';
import { CurrentActor, ReaderLanguage, Roles, type Answered, type Language } from '../platform/http/index.js';
import { SearchQuery, SearchResultDto, type FoundOfAwardDto } from './search.dto.js';
import {
  foundAwards,
  foundEnterprises,
  foundEntries,
  foundPayments,
  linesSeen,
  searchedFunds,
  searchedLines,
  type LineRow,
} from './search.sql.js';
import { searchedText, soughtIn } from './terms.js';

/** Of each kind. */
const MOST = 10;

/** One box for everything that people look for. */
@ApiTags('search')
@Controller('search')
export class SearchController {
  constructor(private readonly database: Database) {}

  @Get()
  @Roles('finance', 'officer', 'auditor', 'admin')
  @ApiOperation({ summary: 'Finds awards, lines, enterprises, entries and payments: the ten newest of each at most' })
  @ApiOkResponse({ type: SearchResultDto })
  async search(
    @Query() { q, fund }: SearchQuery,
    @CurrentActor() actor: Actor,
    @ReaderLanguage() language: Language,
  ): Promise<Answered<SearchResultDto>> {
    const sought = soughtIn(q);
    if ('code' in sought) return refused(sought);
    const funds = await searchedFunds(this.database, fund ?? null);
    const codeOf = new Map(funds.map(({ id, code }) => [id, code]));
    const fundOf = (row: { readonly fund_id: number }): string => codeOf.get(row.fund_id) ?? '';
    const fundIds = funds.map(({ id }) => id);
    const agencies = agencyScope(actor);
    const lineIds = await linesSeen(this.database, fundIds, agencies);
    const where = { fundIds, sought, agencies, lineIds, limit: MOST };
    const [awards, lines, enterprises, entries, payments] = await Promise.all([
      foundAwards(this.database, where),
      searchedLines(this.database, fundIds),
      foundEnterprises(this.database, where),
      foundEntries(this.database, where),
      foundPayments(this.database, where),
    ]);
    return {
      awards: awards.map((row) => ({
        id: row.id,
        number: row.number,
        fund: fundOf(row),
        fiscalYear: row.fiscal_year,
        line: row.line,
        enterprise: row.enterprise,
        title: row.title,
        amount: formatYuan(row.amount_fen),
      })),
      lines: lines
        .filter((line) => saysAll(line, sought.terms))
        .slice(0, MOST)
        .map((line) => ({ fund: fundOf(line), line: line.code, section: line.section, title: titleIn(line, language) })),
      enterprises: enterprises.map((row) => ({
        id: row.id,
        fund: fundOf(row),
        name: row.name,
        creditCode: row.credit_code,
        organizationCode: row.organization_code,
      })),
      entries: entries.map((row) => ({
        id: row.id,
        fund: fundOf(row),
        fiscalYear: row.fiscal_year,
        kind: row.kind,
        documentNo: row.document_no,
        amount: formatYuan(row.amount_fen),
        effectiveOn: row.effective_on,
        award: ofAward(row.award_id, row.award_number),
      })),
      payments: payments.map((row) => ({
        id: row.id,
        fund: fundOf(row),
        fiscalYear: row.fiscal_year,
        paymentRef: row.payment_ref,
        amount: formatYuan(row.amount_fen),
        effectiveOn: row.effective_on,
        voucherNo: row.voucher_no,
        payee: row.payee_name,
        award: { id: row.award_id, number: row.award_number },
      })),
    };
  }
}

function ofAward(id: string | null, number: string | null): FoundOfAwardDto | null {
  return id === null || number === null ? null : { id, number };
}

function saysAll({ code, section, zh_hant, zh_hans, en }: LineRow, terms: readonly string[]): boolean {
  const text = searchedText([code, section, zh_hant, zh_hans, en]);
  return terms.every((term) => text.includes(term));
}

function titleIn({ zh_hant, zh_hans, en }: LineRow, language: Language): string {
  return { 'zh-Hant': zh_hant, 'zh-Hans': zh_hans, en }[language];
}
