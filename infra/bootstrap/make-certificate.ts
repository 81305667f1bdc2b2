import 'reflect-metadata';
import { createPrivateKey, type webcrypto } from 'node:crypto';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

/** A certificate and its private key (PKCS #8), as PEM. */
export interface CertifiedKey {
  readonly certificate: string;
  readonly key: string;
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY = 86_400_000;
/** The longest time that common clients accept for a server's certificate is 398 days. */
const LEAF_DAYS = 397;
const AUTHORITY_DAYS = 3650;
/** Clocks of machines differ: a certificate must count as valid as soon as it is made. */
const CLOCK_SKEW = 3_600_000;

const validity = (now: Date, days: number) => {
  const notBefore = new Date(now.getTime() - CLOCK_SKEW);
  return { notBefore, notAfter: new Date(notBefore.getTime() + days * DAY) };
};

/**
 * Makes an authority (RFC 5280, sections 4.2.1.2, 4.2.1.3 and 4.2.1.9): it signs certificates of servers, for ten years,
 * and no further authorities. Serial numbers are random, of 128 bits.
 */
export async function makeAuthority(now: Date): Promise<CertifiedKey> {
  const keys = await keyPair();
  const authority = await X509CertificateGenerator.createSelfSigned({
    name: 'CN=Gatehouse authority, O=Gatehouse',
    keys,
    signingAlgorithm: ALGORITHM,
    ...validity(now, AUTHORITY_DAYS),
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: pemOf(authority), key: await privatePem(keys) };
}

/**
 * Makes a server's certificate, for 397 days and for DNS names only.
 *
 * @param subject its common name, for people; no client looks at it (RFC 9525, section 6.3)
 */
export async function makeServerCertificate(
  authority: CertifiedKey,
  subject: string,
  names: readonly string[],
  now: Date,
): Promise<CertifiedKey> {
  const issuer = new X509Certificate(authority.certificate);
  const keys = await keyPair();
  const certificate = await X509CertificateGenerator.create({
    subject: `CN=${subject}, O=Gatehouse`,
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: createPrivateKey(authority.key).toCryptoKey(ALGORITHM, false, ['sign']),
    signingAlgorithm: ALGORITHM,
    ...validity(now, LEAF_DAYS),
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
      // Tells authorities of one name apart, the present and the former (RFC 5280, section 4.2.1.1).
      await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
    ],
  });
  return { certificate: pemOf(certificate), key: await privatePem(keys) };
}

const keyPair = () =>
  crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;

const pemOf = (certificate: X509Certificate) => `${certificate.toString('pem').trim()}\n`;

const privatePem = async ({ privateKey }: webcrypto.CryptoKeyPair) =>
  `${PemConverter.encode(await crypto.subtle.exportKey('pkcs8', privateKey), 'PRIVATE KEY').trim()}\n`;
