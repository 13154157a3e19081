/** The lines that the model knows, as domain §5 describes them: written down again, not read from the seeds. */
interface ModelLine {
  readonly agencies: readonly string[];
  readonly reservable: boolean;
  readonly payee: 'enterprise' | 'person';
  readonly once?: boolean;
}

export const LINES: Readonly<Record<string, ModelLine>> = {
  'manufacturing-app': { agencies: ['市經貿委'], reservable: true, payee: 'enterprise' },
  'platform-top3': { agencies: ['市發展改革委', '市經貿委'], reservable: true, payee: 'enterprise' },
  'demo-enterprise': { agencies: ['市經貿委'], reservable: true, payee: 'enterprise', once: true },
  'online-marketing': { agencies: ['市經貿委'], reservable: false, payee: 'enterprise' },
  training: { agencies: ['市發展改革委'], reservable: true, payee: 'enterprise' },
  talent: { agencies: ['市人力資源和社會保障局'], reservable: true, payee: 'person' },
  'rd-centre': { agencies: ['市科技和信息化局'], reservable: true, payee: 'enterprise' },
};

export const POOLS: Readonly<Record<string, bigint>> = { 'platform-top3': 500_000_000n };

type Facts = Readonly<Record<string, unknown>>;

/** Yuan text as fen, by hand. */
function fen(text: unknown): bigint | null {
  if (typeof text !== 'string' || !/^\d+\.\d\d$/.test(text)) return null;
  return BigInt(text.replace('.', ''));
}

/** The number of the patent that is subsidised, whatever its spacing, width and case. */
export function patentOf(facts: Facts): string | null {
  const { kind, patentNumber } = facts;
  if (kind !== 'domestic-patent' || typeof patentNumber !== 'string' || patentNumber.length > 100) return null;
  const number = patentNumber.replace(/[^0-9A-Za-z]/g, '').toUpperCase();
  return number === '' ? null : number;
}

/** Whether amount or facts break the line's rule. */
export function lineFault(line: string, amount: bigint, facts: Facts): boolean {
  // Nobody asks for a note.
  if ('note' in facts) return true;
  switch (line) {
    case 'platform-top3':
      return ![1, 2, 3].some((rank) => facts['nationalRank'] === rank);
    case 'demo-enterprise':
      return (
        facts['certified'] !== true ||
        [1, 2, 3].some((year) => !['30', '30.00', '45.5'].some((growth) => facts[`growthYear${year}`] === growth)) ||
        amount !== 200_000_000n
      );
    case 'training': {
      const cost = fen(facts['trainingCost']);
      if (cost === null || cost === 0n || facts['heldByCityOrAbove'] !== true || facts['payeeOrganises'] !== true) return true;
      const share = (cost * 3n) / 10n;
      return amount > (share < 50_000_000n ? share : 50_000_000n);
    }
    case 'talent': {
      const salary = fen(facts['annualSalary']);
      if (salary === null || salary < 30_000_000n) return true;
      return facts['postKind'] !== 'core-technology' || facts['employerQualification'] !== 'in-cluster' || amount > salary;
    }
    case 'rd-centre':
      if (facts['kind'] === 'domestic-patent') return patentOf(facts) === null;
      return facts['kind'] !== 'technology-centre' || facts['recognised'] !== true || 'patentNumber' in facts;
    default:
      return false;
  }
}
