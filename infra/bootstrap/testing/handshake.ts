import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { CertifiedKey } from '../make-certificate.ts';

/** A TLS handshake over a real socket: the server shows the certificate, the client trusts `ca` only. Rejects as it fails. */
export async function handshake(shown: CertifiedKey, ca: string, servername: string): Promise<void> {
  const server = createServer({ cert: shown.certificate, key: shown.key }).on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const client = connect({ host: '127.0.0.1', port, ca, servername });
  try {
    await once(client, 'secureConnect');
  } finally {
    client.destroy();
    server.close();
  }
}
