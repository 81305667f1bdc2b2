import { createPrivateKey, X509Certificate } from 'node:crypto';
import type { Texts } from './secret-store.ts';

/** The certificates of a PEM text, as they are written there and as they read. */
export interface PemCertificate {
  /** Ends with a line break. */
  readonly pem: string;
  readonly certificate: X509Certificate;
}

/** What the Secret of a certificate holds. */
export interface HeldCertificate {
  readonly certificate: X509Certificate;
  /** All of `tls.crt`: the certificate, then those that lead to its authority (RFC 8446, section 4.4.2). */
  readonly chain: readonly PemCertificate[];
  /** The authorities in `ca.crt`; empty when there is none. */
  readonly authorities: readonly PemCertificate[];
}

const PEM = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g;

/** Whatever else stands in the text, a private key above all, is left out. */
export const pemCertificates = (text: string): PemCertificate[] =>
  (text.match(PEM) ?? []).map((pem) => ({ pem: `${pem}\n`, certificate: new X509Certificate(pem) }));

/** Whether one certificate is signed with the key of the other, and may be. */
export const isIssuedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);

/**
 * Reads a Secret of type `kubernetes.io/tls`; `tls.key` must be the key of the certificate.
 *
 * @returns what it holds, or what is wrong with it
 */
export function readCertificate(texts: Texts): HeldCertificate | string {
  const { 'tls.crt': chainText = '', 'tls.key': keyText = '', 'ca.crt': authorityText = '' } = texts;
  const chain = parsed(chainText);
  const authorities = parsed(authorityText);
  if (!chain?.[0]) return 'tls.crt holds no certificate that can be read';
  if (!authorities) return 'ca.crt holds a certificate that cannot be read';
  const { certificate } = chain[0];
  if (!fits(certificate, keyText)) return 'tls.key is not the private key of tls.crt';
  return { certificate, chain, authorities };
}

function parsed(text: string): PemCertificate[] | undefined {
  try {
    return pemCertificates(text);
  } catch {
    return undefined;
  }
}

function fits(certificate: X509Certificate, key: string): boolean {
  try {
    return certificate.checkPrivateKey(createPrivateKey(key));
  } catch {
    return false; // no private key at all, or one with a passphrase, which no server could open
  }
}

/** The days until a certificate ends, rounded down; negative once it has ended. */
export const daysLeft = (certificate: X509Certificate, now: Date): number =>
  Math.floor((certificate.validToDate.getTime() - now.getTime()) / 86_400_000);

/** The names that a certificate is not for. Its common name does not count (RFC 9525, section 6.3). */
export const namesLacking = (certificate: X509Certificate, names: readonly string[]): string[] =>
  names.filter((name) => !certificate.checkHost(name, { subject: 'never' }));
