import type { Warning } from '../../../kernel/index.js';
import { referenceKey } from '../../rules/claim-keys.js';
import { nameKey } from '../../rules/names.js';
import { payeeSubject } from '../../state/award-state.js';
import type { ClaimName } from '../../state/claims.js';
import type { AwardState, Payee } from '../../state/model.js';
import type { State } from '../../state/state.js';

/** What is odd of whom a payment goes to: another than the award's enterprise or person, or to another account than before. */
export function oddPayee(state: State, award: AwardState, payee: Payee | null): readonly Warning[] {
  return payee === null ? [] : [...strangeName(state, award, payee), ...anotherAccount(state, award, payee)];
}

function strangeName(state: State, award: AwardState, { name }: Payee): readonly Warning[] {
  if (state.payeeNames.get(award.id)?.has(nameKey(name, state.simplify)) === true) return [];
  const known = award.person?.name ?? award.enterprise.name;
  return [
    {
      code: 'payee-not-the-enterprise',
      detail: {
        zh: `收款人「${name}」不是該扶持項目的「${known}」,也不是其曾用或其他名稱,請核對收款人`,
        en: `The payee “${name}” is not the award’s “${known}”, nor another or former name of it: check the payee`,
      },
    },
  ];
}

function anotherAccount(state: State, award: AwardState, { accountHash, accountMasked }: Payee): readonly Warning[] {
  const known = state.payeeAccounts.get(payeeSubject(award));
  if (known === undefined || known.hash === accountHash) return [];
  const [zh, en] = known.from === 'payment' ? ['上次收款', 'that of the last payment'] : ['登記', 'the one in its details'];
  return [
    {
      code: 'another-account',
      detail: {
        zh: `收款賬號 ${accountMasked} 與其${zh}的賬號 ${known.masked} 不同,請核對賬號`,
        en: `The account ${accountMasked} is another than ${en}, ${known.masked}: check the account`,
      },
    },
  ];
}

/** By which the first payment of a voucher claims its number; null: none is stated, or nothing of it shows. */
export function voucherClaim(state: Pick<State, 'digest'>, voucherNo: string | null): ClaimName | null {
  const key = voucherNo === null ? '' : referenceKey(voucherNo, state.digest);
  return key === '' ? null : { kind: 'voucher', key };
}

/** What is odd of a voucher: its number stands on another payment. One voucher may pay several awards, so it is not refused. */
export function voucherAgain(state: State, claim: ClaimName | null, voucherNo: string | null): readonly Warning[] {
  const first = claim === null ? undefined : state.claimHolder(claim);
  if (first === undefined) return [];
  return [
    {
      code: 'voucher-used-before',
      detail: {
        zh: `支付憑證「${voucherNo ?? ''}」已用於 ${first.number} 的撥付,請核對是否同一憑證支付多項`,
        en: `The voucher “${voucherNo ?? ''}” stands on a payment of ${first.number} already: check whether it pays several awards`,
      },
    },
  ];
}
