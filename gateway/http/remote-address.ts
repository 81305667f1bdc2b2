import { BlockList, isIP } from 'node:net';

const family = (address: string) => (isIP(address) === 6 ? 'ipv6' : 'ipv4');

/**
 * Says from which address a request came, for the log. `X-Forwarded-For` is read from its right end, as far as the
 * addresses are those of trusted proxies: what stands left of the first other one is anybody's word.
 *
 * @param trusted addresses and CIDR networks
 */
export function createRemoteAddress(trusted: readonly string[]) {
  const proxies = new BlockList();
  for (const network of trusted) {
    const [address = '', bits] = network.split('/');
    if (bits === undefined) proxies.addAddress(address, family(address));
    else proxies.addSubnet(address, Number(bits), family(address));
  }
  return function remoteAddress(peer: string | undefined, forwardedFor: string | string[] | undefined): string {
    let address = plain(peer ?? '');
    if (trusted.length === 0 || forwardedFor === undefined) return address;
    const hops = String(forwardedFor).split(',');
    while (isIP(address) && proxies.check(address, family(address))) {
      const previous = plain(hops.pop()?.trim() ?? '');
      if (!isIP(previous)) break;
      address = previous;
    }
    return address;
  };
}

/** Node gives IPv4 peers of a dual-stack socket as `::ffff:10.0.0.1`. */
const plain = (address: string) => (address.startsWith('::ffff:') ? address.slice(7) : address);
