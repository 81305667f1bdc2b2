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
  const pems = textOf(path).match(PEM) ?? [];
  if (pems.length === 0) throw new Error(`SSL_CERT_FILE ${path} holds no PEM certificate`);
  const certificates = pems.map((pem) => new X509Certificate(pem));
  const warnings = [
    ...warning(
      certificates.filter(({ validToDate }) => validToDate.getTime() < Date.now()),
      'authorities that have expired',
    ),
    ...warning(
      certificates.filter(({ ca }) => !ca),
      'certificates that are no authorities (basicConstraints CA)',
    ),
  ];
  return { context: createSecureContext({ ca: [...getCACertificates('default'), ...pems] }), warnings };
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`SSL_CERT_FILE cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** One line for each fault, however many certificates have it: system bundles hold a hundred. */
function warning(certificates: readonly X509Certificate[], fault: string): string[] {
  if (certificates.length === 0) return [];
  const names = certificates.slice(0, 3).map(({ subject }) => /CN=(.*)/.exec(subject)?.[1] ?? subject);
  const more = certificates.length > names.length ? ` and ${certificates.length - names.length} more` : '';
  return [`${fault}: ${names.join(', ')}${more}`];
}
