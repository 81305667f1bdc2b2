import { X509Certificate } from 'node:crypto';
import { rootCertificates } from 'node:tls';
import { type HeldCertificate, isIssuedBy, type PemCertificate } from './read-certificate.ts';

/**
 * The authorities by which a client knows a server: those of `ca.crt`, or, when there is none, the topmost of the chain in
 * `tls.crt`, if it is a root or one that the roots built into Node.js have signed. Clients trust roots only: an intermediate
 * authority is none to them, unless its root is known too.
 *
 * @returns PEM texts, at least one, or why there is none
 */
export function trustAnchors({ chain, authorities }: HeldCertificate, now: Date): string[] | string {
  if (authorities.length === 0) return topmost(pathOf(chain));
  const usable = authorities.filter(({ certificate }) => certificate.ca && certificate.validToDate > now);
  if (usable.length === 0) return 'ca.crt holds no authority (basicConstraints CA) that has not ended';
  const path = pathOf([...chain, ...usable]);
  const given = path.filter((one) => usable.some((other) => isSame(one, other)));
  if (given.some(isRoot) || isPublic(path.at(-1))) return usable.map(({ pem }) => pem);
  return given.length > 0
    ? 'ca.crt holds an intermediate authority without its root: add the root'
    : 'ca.crt is not the authority that tls.crt leads to';
}

function topmost(path: readonly PemCertificate[]): string[] | string {
  const top = path.at(-1);
  if (top?.certificate.ca && (isRoot(top) || isPublic(top))) return [top.pem];
  return 'ca.crt is absent, and tls.crt does not lead to a public authority: add ca.crt with the PEM of the root that signed it';
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

const isSame = (one: PemCertificate, other: PemCertificate) =>
  one.certificate.fingerprint256 === other.certificate.fingerprint256;

const isRoot = ({ certificate }: PemCertificate) => isIssuedBy(certificate, certificate);

const isPublic = (top: PemCertificate | undefined) =>
  top !== undefined && rootCertificates.some((pem) => isIssuedBy(top.certificate, new X509Certificate(pem)));
