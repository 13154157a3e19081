import ipaddr from 'ipaddr.js';

/** Hextets of an IPv6 address that name a customer's network. */
const NETWORK_HEXTETS = 4;

/** Whom failures from an address count against: an IPv4 address itself, written as IPv6 too; of an IPv6 address its /64, which one client has whole. */
export function networkOf(address: string): string {
  if (!ipaddr.isValid(address)) return address.slice(0, 45);
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return `${parsed.toNormalizedString().split(':').slice(0, NETWORK_HEXTETS).join(':')}::/64`;
}
