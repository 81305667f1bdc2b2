import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Authorities that TLS peers are checked against. */
export interface Authorities {
  readonly context: SecureContext;
  /** What an operator should know of the file: expired ones, and certificates that are no authority. */
  readonly warnings: readonly string[];
}

/**
 * Adds the authorities of a PEM file to the built-in ones; Node's `ca` option alone would replace them.
 *
 * @throws Error when the file can't be read or holds no certificate
 */
export function loadAuthorities(path: string): Authorities {
  const pems = readFileSync(path, 'utf8').match(PEM) ?? [];
  if (pems.length === 0) throw new Error(`${path} holds no PEM certificate`);
  const certificates = pems.map((pem) => new X509Certificate(pem));
  const warnings = certificates.flatMap((certificate) => {
    const name = certificate.subject.replaceAll('\n', ', ');
    return [
      ...(certificate.validToDate.getTime() < Date.now() ? [`${name} expired on ${certificate.validTo}`] : []),
      ...(certificate.ca ? [] : [`${name} is not a certificate authority (basicConstraints CA)`]),
    ];
  });
  return { context: createSecureContext({ ca: [...getCACertificates('default'), ...pems] }), warnings };
}
