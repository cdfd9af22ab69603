/**
 * Network addresses that the server may fetch from on somebody's behalf: those of the public internet, and nothing
 * that only means something here (this machine, the network around it, the cloud's own services).
 */
import ipaddr from 'ipaddr.js';

type Address = ReturnType<typeof ipaddr.process>;

/** IPv6 prefixes that carry an IPv4 address, with the place of its first byte: it is judged by what it carries. */
const carriers: readonly [range: string, at: number][] = [
  ['64:ff9b::/96', 12],
  ['::/96', 12],
  ['2002::/16', 2],
];

/** All that has been given out to the public internet in IPv6. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/** Whether an address is one of the public internet; text that is no address is not. */
export function isPublicAddress(text: string): boolean {
  if (!ipaddr.isValid(text) || text.includes('%')) return false;
  // An IPv4 address that is written as an IPv6 one is an IPv4 address.
  const address: Address = ipaddr.process(text);
  if (address.kind() === 'ipv4')
    return (
      address.range() === 'unicast' &&
      !(address as ipaddr.IPv4).match(ipaddr.parseCIDR('192.88.99.0/24') as never)
    );
  const carrier = carriers.find(([range]) =>
    (address as ipaddr.IPv6).match(ipaddr.parseCIDR(range) as never),
  );
  if (carrier)
    return isPublicAddress(
      address
        .toByteArray()
        .slice(carrier[1], carrier[1] + 4)
        .join('.'),
    );
  return address.range() === 'unicast' && (address as ipaddr.IPv6).match(globalUnicast as never);
}

/** Whether an address lies in one of the networks, which are in CIDR notation. */
export function isWithin(text: string, networks: readonly string[]): boolean {
  if (!ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  return networks.some((network) => {
    const [base, bits] = ipaddr.parseCIDR(network);
    return base.kind() === address.kind() && (address as ipaddr.IPv4).match([base as ipaddr.IPv4, bits]);
  });
}
