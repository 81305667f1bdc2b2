import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';

/**
 * Loaded into a client with `--import`, in place of lines in /etc/hosts: `HOSTS` holds one, such as
 * `10.0.0.1 api.inference-gateway.local`.
 */
const [address = '', name = ''] = (process.env['HOSTS'] ?? '').split(' ');
const lookup = dns.lookup;

function lookupWithHosts(host: string, ...rest: unknown[]): void {
  Reflect.apply(lookup, dns, [host === name ? address : host, ...rest]);
}

Object.assign(dns, { lookup: lookupWithHosts });
syncBuiltinESMExports();
