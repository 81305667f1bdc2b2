import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { type HeldCertificate, isIssuedBy, type PemCertificate } from './read-certificate.ts';

/**
 * The authorities by which a client knows a server: those of `ca.crt`, or, when there is none, the topmost of the chain in
 * `tls.crt`, if it is a root or one that the roots built into Node.js have signed.
 *
 * @returns PEM texts, at least one, or why there is none
 */
export function trustAnchors(held: HeldCertificate, now: Date): string[] | string {
  const path = pathOf(held.chain);
  if (held.authorities.length === 0) return topmost(path);
  const usable = held.authorities.filter(({ certificate }) => certificate.ca && certificate.validToDate > now);
  if (usable.length === 0) return 'ca.crt holds no authority (basicConstraints CA) that has not ended';
  const known = path.some(({ certificate }) =>
    usable.some((anchor) => isSame(certificate, anchor.certificate) || isIssuedBy(certificate, anchor.certificate)),
  );
  return known ? usable.map(({ pem }) => pem) : 'ca.crt is not the authority that tls.crt leads to';
}

function topmost(path: readonly PemCertificate[]): string[] | string {
  const top = path.at(-1);
  if (!top || path.length === 1 || !isRootOrPublic(top.certificate)) {
    return 'ca.crt is absent, and tls.crt does not lead to a public authority: add ca.crt with the PEM of the authority that signed it';
  }
  return [top.pem];
}

/** The certificate, the one that signed it, and so on, as far as the chain goes. Order and strangers do not matter. */
function pathOf(chain: readonly PemCertificate[]): PemCertificate[] {
  const path = chain.slice(0, 1);
  const rest = chain.slice(1);
  for (let last = path.at(-1); last; ) {
    const { certificate } = last;
    const next = rest.findIndex((candidate) => isIssuedBy(certificate, candidate.certificate));
    last = next < 0 ? undefined : rest.splice(next, 1)[0];
    if (last) path.push(last);
  }
  return path;
}

const isSame = (a: X509Certificate, b: X509Certificate) => a.fingerprint256 === b.fingerprint256;

const isRootOrPublic = (certificate: X509Certificate): boolean =>
  isIssuedBy(certificate, certificate) ||
  rootCertificates.some((pem) => isIssuedBy(certificate, new X509Certificate(pem)));
