import type { X509Certificate } from 'node:crypto';
import {
  daysLeft,
  type HeldCertificate,
  isIssuedBy,
  namesLacking,
  pemCertificates,
  readCertificate,
} from './read-certificate.ts';
import type { Texts } from './secret-store.ts';

/** A server's certificate with less is made anew. Two months of runs can be missed before anything ends. */
const LEAF_DAYS = 60;
/** An authority with less is: whatever it signs must end before it does. */
const AUTHORITY_DAYS = 400;

/** Reads the Secret of an authority: what it holds, or what is wrong with it. */
export function readAuthority(texts: Texts): HeldCertificate | string {
  const held = readCertificate(texts);
  return typeof held === 'string' || held.certificate.ca ? held : 'tls.crt is no authority (basicConstraints CA)';
}

/** Why an authority is to be made anew; undefined while it is good. */
export const whyRenewAuthority = (authority: X509Certificate, now: Date): string | undefined =>
  daysLeft(authority, now) < AUTHORITY_DAYS ? endOf(authority, now) : undefined;

/** Why the certificate of a server is to be made anew; undefined while it is good for all the names. */
export function whyRenewServerCertificate(
  texts: Texts,
  names: readonly string[],
  authority: X509Certificate,
  now: Date,
): string | undefined {
  const held = readCertificate(texts);
  if (typeof held === 'string') return held;
  const { certificate } = held;
  if (daysLeft(certificate, now) < LEAF_DAYS) return endOf(certificate, now);
  const missing = namesLacking(certificate, names);
  if (missing.length > 0) return `it was not for ${missing.join(', ')}`;
  return isIssuedBy(certificate, authority) ? undefined : 'the authority is another one now';
}

/** An authority and, until they end, the ones before it: who trusts all of them accepts certificates of either. */
export function bundleOf(authority: string, former: string, now: Date): string {
  const [present] = pemCertificates(authority);
  const others = pemCertificates(former).filter(
    ({ certificate }) =>
      certificate.ca &&
      certificate.validToDate > now &&
      certificate.fingerprint256 !== present?.certificate.fingerprint256,
  );
  return [...new Set([authority, ...others.map(({ pem }) => pem)])].join('');
}

const endOf = (certificate: X509Certificate, now: Date) =>
  `it ${certificate.validToDate > now ? 'ends' : 'ended'} on ${certificate.validToDate.toISOString().slice(0, 10)}`;
