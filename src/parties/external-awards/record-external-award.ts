import { uuidv7 } from 'uuidv7';
import {
  accepted,
  invalid,
  parseYuan,
  problem,
  refused,
  type Actor,
  type Problem,
  type RequestIdentity,
  type Result,
} from '../../kernel/index.js';
import type { Json, PostingAct } from '../../approvals/index.js';
import { companion, type ExternalAwardEvent, type Ledger, type PostResult } from '../../ledger/index.js';
import type { Database, Statement } from '../../platform/database/database.js';
import { enterpriseCodesOf } from '../parties-of-request.js';
import { Enterprise } from '../enterprises/enterprise.entity.js';
import type { ExternalAwardChangeDto, NewExternalAwardDto } from './external-award.dto.js';
import { ExternalAward } from './external-award.entity.js';
import { externalAwardRecord } from './external-award.record.js';

/** Who asks, by which request. */
export interface AskedBy {
  readonly actor: Actor;
  /** null: a change of what was read at a version is safe to send again. */
  readonly request: RequestIdentity | null;
}

/** Times that the enterprise is looked for again because it came to be known meanwhile. */
const READS = 3;

/** Records a reward of another programme. Refused: `validation-failed`, `not-found`, `already-exists`. */
export async function recordExternalAward(
  db: Database,
  ledger: Ledger,
  by: AskedBy,
  body: NewExternalAwardDto,
): Promise<PostResult> {
  for (let read = 1; ; read += 1) {
    const place = await placeOf(db, body);
    if (!place.ok) return place;
    const { fund, enterprise } = place.value;
    const event: ExternalAwardEvent = {
      kind: 'external-award',
      id: uuidv7(),
      change: 'recorded',
      programme: body.programme,
      enterprise,
      fiscalYear: body.fiscalYear,
      amountFen: parseYuan(body.amount) ?? 0n,
      reference: body.reference,
      paidOn: body.paidOn ?? null,
      effectiveOn: null,
    };
    const double = await recordedBefore(db, event, enterprise.id);
    if (double !== null) return refused(double);
    const result = await post(ledger, fund, by, event, 0);
    if (result.ok || result.problem.code !== 'version-conflict' || read === READS) return result;
  }
}

/** A correction that was asked for, of what the maker has seen at `version`. */
export interface ExternalAwardChange extends Json {
  readonly id: string;
  readonly version: number;
  readonly body: ExternalAwardChangeDto;
}

/** Corrects or withdraws an external award. Refused: `not-found`, `version-conflict`, `already-decided`. */
export function externalAwardChangeAct(db: Database): PostingAct<ExternalAwardChange> {
  return {
    name: 'external-award-change',
    roles: ['finance'],
    async unit(_, { id, version, body }, { maker }) {
      const known = await findExternalAward(db, id);
      if (known === null) return refused(noSuchExternalAward());
      const event = changeOf(known, body);
      const also = [companion(externalAwardRecord, { event, version, by: maker.id })];
      return accepted({ mode: 'single', events: [event], also });
    },
  };
}

/** An external award, with its fund and enterprise. */
export function findExternalAward(db: Database, id: string): Promise<ExternalAward | null> {
  return db.manager.findOne(ExternalAward, { where: { id }, relations: { fund: true, enterprise: true } });
}

function changeOf(known: ExternalAward, body: ExternalAwardChangeDto): ExternalAwardEvent {
  const { id: enterpriseId, organizationCode, creditCode, name } = known.enterprise;
  return {
    kind: 'external-award',
    id: known.id,
    change: body.withdrawn === true ? 'withdrawn' : 'corrected',
    programme: body.programme ?? known.programme,
    enterprise: { id: enterpriseId, organizationCode, creditCode, name },
    fiscalYear: body.fiscalYear ?? known.fiscalYear,
    amountFen: body.amount === undefined ? known.amountFen : (parseYuan(body.amount) ?? 0n),
    reference: body.reference ?? known.reference,
    paidOn: body.paidOn === undefined ? known.paidOn : body.paidOn,
    reason: body.reason,
    effectiveOn: null,
  };
}

/** There is no such external award. */
export function noSuchExternalAward(): Problem {
  return problem('not-found', '沒有此外部獎勵', 'There is no such external award');
}

function post(ledger: Ledger, fund: string, by: AskedBy, event: ExternalAwardEvent, version: number): Promise<PostResult> {
  const record = { event, version, by: by.actor.id };
  return ledger.postOne({ fund, ...by }, event, { also: [companion(externalAwardRecord, record)] });
}

const FUNDS: Statement = { name: 'parties.fund-codes', text: 'SELECT code FROM fund ORDER BY id LIMIT 2' };
const FIND_CODES: Statement = {
  name: 'parties.find-enterprise-by-code',
  text: `SELECT e.id, e.credit_code AS "creditCode", e.name FROM fund f JOIN enterprise e ON e.fund_id = f.id AND e.organization_code = $2 WHERE f.code = $1`,
};

interface Place {
  readonly fund: string;
  readonly enterprise: ExternalAwardEvent['enterprise'];
}

/** The fund and the enterprise that a request names, as far as they are known. */
async function placeOf(db: Database, { fund, enterprise }: NewExternalAwardDto): Promise<Result<Place>> {
  if (typeof enterprise === 'string') {
    const known = await db.manager.findOne(Enterprise, { where: { id: enterprise }, relations: { fund: true } });
    if (known === null || (fund !== undefined && known.fund.code !== fund)) {
      return refused(invalid('/enterprise', '沒有這家企業', 'There is no such enterprise'));
    }
    const { id, organizationCode, creditCode, name } = known;
    return accepted({ fund: known.fund.code, enterprise: { id, organizationCode, creditCode, name } });
  }
  const codes = enterpriseCodesOf(enterprise, '/enterprise');
  if (!codes.ok) return codes;
  const [only, another] = await db.rows<{ code: string }>(FUNDS);
  const code = fund ?? (another === undefined ? only?.code : undefined);
  if (code === undefined) return refused(invalid('/fund', '須註明專項資金', 'State the fund: there are several'));
  const { organizationCode, creditCode } = codes.value;
  const [known] = await db.rows<{ id: string; creditCode: string | null; name: string }>(FIND_CODES, [code, organizationCode]);
  const unknown = { id: null, creditCode, name: enterprise.name };
  return accepted({ fund: code, enterprise: { organizationCode, ...(known ?? unknown) } });
}

/** The same document for the same enterprise and year, in the same programme; the database refuses it as well. */
async function recordedBefore(db: Database, event: ExternalAwardEvent, enterpriseId: string | null): Promise<Problem | null> {
  if (enterpriseId === null) return null;
  const { programme, fiscalYear, reference } = event;
  const same = await db.manager.findOneBy(ExternalAward, { enterpriseId, programme, fiscalYear, reference, status: 'valid' });
  if (same === null) return null;
  return problem('already-exists', `「${reference}」已登記`, `“${reference}” is recorded already`, {
    extras: { externalAward: same.id },
  });
}
