import { formatYuan, type Fen } from '../kernel/index.js';
import type { Random } from './random.js';

/** Facts that satisfy the line's rule. `serial` is unique over the demonstration; `base` is the cost or salary that a rate is taken of. */
export function factsFor(line: string, serial: number, baseFen: Fen, random: Random): Readonly<Record<string, unknown>> {
  switch (line) {
    case 'cluster-park':
      return { parkManagementBody: true, callReference: `示例競爭性安排-${serial}` };
    case 'platform-top3':
      return { nationalRank: random.between(1, 3) };
    case 'demo-enterprise':
      return { certified: true, growthYear1: growth(random), growthYear2: growth(random), growthYear3: growth(random) };
    case 'headquarters':
      return {
        standing: 'national-top-50',
        nationalRank: random.between(4, 50),
        regionalHeadquarters: true,
        registrationMoved: true,
        taxSeatMoved: true,
        settlesInCity: true,
        listedCompanyMove: false,
      };
    case 'market-app':
      return { specialisedMarket: true };
    case 'payment-licence':
      return {
        licenceNumber: `示例-Z${String(serial).padStart(10, '0')}`,
        businessKind: PAYMENT_KINDS[serial % PAYMENT_KINDS.length] ?? '',
        registeredInGuangzhou: true,
      };
    case 'training':
      return { trainingCost: formatYuan(baseFen), heldByCityOrAbove: true, payeeOrganises: true };
    case 'talent':
      return {
        annualSalary: formatYuan(baseFen),
        postKind: random.pick(['senior-management', 'senior-operations', 'core-technology']),
        employerQualification: random.pick(['certified-demonstration-enterprise', 'in-cluster']),
      };
    case 'listing-otc-bond':
      return listingOrBond(serial, random);
    case 'ipo':
      return { newlyListed: true, exchangeAndCode: `EXAMPLE:${String(serial).padStart(6, '0')}`, guangzhouEnterprise: true };
    case 'rd-centre':
      return random.between(0, 1) === 0
        ? { kind: 'technology-centre', recognised: true }
        : { kind: 'domestic-patent', patentNumber: `EX${String(serial).padStart(10, '0')}` };
    case 'crossborder-platform':
      return { platformKind: random.pick(['public-service', 'self-built']) };
    case 'crossborder-logistics':
      return { operatesInCrossBorderCentre: true };
    case 'third-party-platform':
      return { platformKind: random.pick(['trading', 'customs-clearance']) };
    default:
      return {};
  }
}

function listingOrBond(serial: number, random: Random): Readonly<Record<string, unknown>> {
  const eventKind = random.pick(['national-share-transfer', 'guangzhou-equity-exchange', 'exchange-bond', 'interbank-bond']);
  const eventReference = `示例-${String(serial).padStart(6, '0')}`;
  const isNew = eventKind.endsWith('bond') ? { newlyIssued: true } : {};
  return { eventKind, eventReference, ...isNew, guangzhouEnterprise: true };
}

const PAYMENT_KINDS = ['internet', 'mobile', 'telephone', 'digital-tv'];

function growth(random: Random): string {
  return `${random.between(30, 120)}.${random.between(0, 9)}`;
}
