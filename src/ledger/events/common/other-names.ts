import type { Warning } from '../../../kernel/index.js';
import type { EnterpriseAlias } from '../../state/effects.js';
import type { EnterpriseState } from '../../state/model.js';

/** Under what else a known enterprise comes now (domain §6): accepted, told, and kept beside what it is known by. */
export function otherNames(
  known: EnterpriseState,
  stated: { readonly name: string; readonly creditCode: string | null },
): { readonly aliases: readonly EnterpriseAlias[]; readonly warnings: readonly Warning[] } {
  const aliases: EnterpriseAlias[] = [];
  const warnings: Warning[] = [];
  if (stated.name !== known.name) {
    aliases.push({ enterpriseId: known.id, kind: 'name', value: stated.name });
    warnings.push({
      code: 'another-name',
      detail: {
        zh: `此組織機構代碼已登記為「${known.name}」,該名稱不變`,
        en: `The organization code is known as “${known.name}”, which stays its name`,
      },
    });
  }
  if (stated.creditCode !== null && known.creditCode !== null && stated.creditCode !== known.creditCode) {
    aliases.push({ enterpriseId: known.id, kind: 'credit-code', value: stated.creditCode });
    warnings.push({
      code: 'another-credit-code',
      detail: {
        zh: `此組織機構代碼已登記統一社會信用代碼 ${known.creditCode},${stated.creditCode} 記為其另一代碼`,
        en: `The organization code is known by the credit code ${known.creditCode}; ${stated.creditCode} is kept as another one of it`,
      },
    });
  }
  return { aliases, warnings };
}
