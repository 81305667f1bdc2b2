import 'reflect-metadata';
import type { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  PemConverter,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const HOUR = 3_600_000;

/** A root, an intermediate authority that it signed, and a server's certificate by that one, as PEM: as companies have them. */
export async function makeChain(host: string) {
  const [rootKeys, middleKeys, keys] = await Promise.all([keyPair(), keyPair(), keyPair()]);
  const authority = [new BasicConstraintsExtension(true, undefined, true)];
  const names = [new SubjectAlternativeNameExtension([{ type: 'dns', value: host }])];
  const certify = async (
    subject: string,
    publicKey: CryptoKey,
    issuer: string,
    by: CryptoKey,
    extensions: Extension[],
  ) => {
    const certificate = await X509CertificateGenerator.create({
      subject: `CN=${subject}`,
      issuer: `CN=${issuer}`,
      publicKey,
      signingKey: by,
      signingAlgorithm: ALGORITHM,
      notBefore: new Date(Date.now() - HOUR),
      notAfter: new Date(Date.now() + HOUR),
      extensions,
    });
    return `${certificate.toString('pem').trim()}\n`;
  };
  return {
    root: await certify('Root', rootKeys.publicKey, 'Root', rootKeys.privateKey, authority),
    intermediate: await certify('Intermediate', middleKeys.publicKey, 'Root', rootKeys.privateKey, authority),
    certificate: await certify('Server', keys.publicKey, 'Intermediate', middleKeys.privateKey, names),
    key: PemConverter.encode(await crypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY'),
  };
}

type CryptoKey = webcrypto.CryptoKey;

const keyPair = () =>
  crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
