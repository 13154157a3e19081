import { bigints, booleans, dates, integers, jsons, texts, uuids } from '../../../platform/database/columns.js';
import { stands } from '../../state/award-state.js';
import type { Changes } from '../../state/changes.js';
import type { AwardState } from '../../state/model.js';
import type { Pipeline } from './pipeline.js';
import { sorted } from './sorted.js';
import * as SQL from './write.sql.js';

/** First those that stop standing, then the rest: the place of the one award that stands must be free before another takes it. */
export function writeAwards(writes: Pipeline, fundId: number, at: Date, changes: Changes): void {
  const changed = sorted([...changes.changedAwards], (award) => award.id);
  updateAwards(
    writes,
    fundId,
    changed.filter((award) => !stands(award)),
  );
  if (changes.newAwards.size > 0) {
    const rows = sorted([...changes.newAwards], (award) => award.id);
    writes.send(SQL.INSERT_AWARDS, [
      fundId,
      at,
      uuids(rows, (award) => award.id),
      texts(rows, (award) => award.number),
      integers(rows, (award) => award.fiscalYear),
      integers(rows, (award) => award.budgetYear),
      integers(rows, (award) => award.lineId),
      uuids(rows, (award) => award.enterprise.id),
      uuids(rows, (award) => award.project.id),
      uuids(rows, (award) => award.person?.id ?? null),
      bigints(rows, (award) => award.awarded),
      bigints(rows, (award) => award.reserved),
      booleans(rows, (award) => award.onHold),
      booleans(rows, (award) => award.rewardHold),
      booleans(rows, (award) => award.approvedOffline),
      texts(rows, (award) => award.approvalRef),
      dates(rows, (award) => award.approvedOn),
      jsons(rows, (award) => JSON.stringify(award.facts)),
      dates(rows, (award) => award.effectiveOn),
      dates(rows, (award) => award.lastEffectiveOn),
      uuids(rows, (award) => award.createdBy),
      integers(rows, (award) => award.version),
      texts(rows, (award) => arrayText(award.keys)),
      integers(rows, (award) => award.folding),
    ]);
  }
  updateAwards(writes, fundId, changed.filter(stands));
}

/** A list of texts as PostgreSQL writes an array. */
function arrayText(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, String.raw`\$&`)}"`).join(',')}}`;
}

function updateAwards(writes: Pipeline, fundId: number, rows: readonly AwardState[]): void {
  if (rows.length === 0) return;
  writes.exactly(SQL.UPDATE_AWARDS, rows.length, [
    fundId,
    uuids(rows, (award) => award.id),
    uuids(rows, (award) => award.kept),
    dates(rows, (award) => award.payableUntil),
    bigints(rows, (award) => award.reserved),
    bigints(rows, (award) => award.committed),
    bigints(rows, (award) => award.disbursed),
    bigints(rows, (award) => award.released),
    bigints(rows, (award) => award.recovered),
    booleans(rows, (award) => award.onHold),
    booleans(rows, (award) => award.ruleHold),
    booleans(rows, (award) => award.rewardHold),
    booleans(rows, (award) => award.everPaid),
    dates(rows, (award) => award.lastEffectiveOn),
    integers(rows, (award) => award.version),
  ]);
}

/** The days on which awards were shown to the public; behind the entries that record them. */
export function writePublicities(writes: Pipeline, fundId: number, { publicities }: Changes): void {
  if (publicities.length === 0) return;
  const rows = sorted(publicities, (row) => `${row.awardId}|${String(row.version).padStart(10, '0')}`);
  writes.send(SQL.INSERT_PUBLICITIES, [
    fundId,
    uuids(rows, (row) => row.awardId),
    integers(rows, (row) => row.version),
    dates(rows, (row) => row.publicity.from),
    dates(rows, (row) => row.publicity.to),
    texts(rows, (row) => row.publicity.reference),
    texts(rows, (row) => row.publicity.objections),
  ]);
}

/** Payments and demands. */
export function writePayments(writes: Pipeline, fundId: number, changes: Changes): void {
  if (changes.newPayments.size > 0 || changes.payments.size > 0) {
    const added = sorted([...changes.newPayments], (payment) => payment.id);
    const changed = sorted([...changes.payments], (payment) => payment.id);
    writes.exactly(SQL.WRITE_PAYMENTS, changed.length, [
      fundId,
      uuids(added, (payment) => payment.id),
      uuids(added, (payment) => payment.awardId),
      texts(added, (payment) => payment.paymentRef),
      integers(added, (payment) => payment.fiscalYear),
      dates(added, (payment) => payment.effectiveOn),
      bigints(added, (payment) => payment.paid),
      bigints(added, (payment) => payment.returned),
      bigints(added, (payment) => payment.demanded),
      bigints(added, (payment) => payment.recovered),
      integers(added, (payment) => payment.lineId),
      texts(added, (payment) => payment.payee?.name ?? null),
      texts(added, (payment) => payment.payee?.bank ?? null),
      texts(added, (payment) => payment.payee?.accountHash ?? null),
      texts(added, (payment) => payment.payee?.accountMasked ?? null),
      texts(added, (payment) => payment.voucherNo),
      dates(added, (payment) => payment.paidOn),
      uuids(changed, (payment) => payment.id),
      bigints(changed, (payment) => payment.returned),
      bigints(changed, (payment) => payment.demanded),
      bigints(changed, (payment) => payment.recovered),
    ]);
  }
  if (changes.newDemands.size > 0) {
    const rows = sorted([...changes.newDemands], (demand) => demand.id);
    writes.send(SQL.INSERT_DEMANDS, [
      fundId,
      uuids(rows, (demand) => demand.id),
      uuids(rows, (demand) => demand.awardId),
      uuids(rows, (demand) => demand.paymentId),
      integers(rows, (demand) => demand.fiscalYear),
      dates(rows, (demand) => demand.effectiveOn),
      bigints(rows, (demand) => demand.demanded),
      bigints(rows, (demand) => demand.received),
    ]);
  }
  if (changes.demands.size > 0) {
    const rows = sorted([...changes.demands], (demand) => demand.id);
    writes.exactly(SQL.UPDATE_DEMANDS, rows.length, [
      fundId,
      uuids(rows, (demand) => demand.id),
      bigints(rows, (demand) => demand.received),
    ]);
  }
}
