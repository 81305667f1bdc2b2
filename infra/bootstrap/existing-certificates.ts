import { type CertificatePlace, gatewayPlace, keycloakPlace } from './certificate-places.ts';
import type { BootstrapContext } from './context.ts';
import { daysLeft, namesLacking, readCertificate } from './read-certificate.ts';
import { describeSecret, readSecret, type Texts } from './secret-store.ts';
import { trustAnchors } from './trust.ts';

/** What is to be said of a certificate: what makes it useless, and what will soon. */
export interface CertificateFindings {
  readonly problems: readonly string[];
  readonly warnings: readonly string[];
}

const WARNING_DAYS = 30;

/** Judges a certificate that someone else made. Does not look whether it was revoked. */
export function checkCertificate(texts: Texts, names: readonly string[], now: Date): CertificateFindings {
  const held = readCertificate(texts);
  if (typeof held === 'string') return { problems: [held], warnings: [] };
  const { certificate } = held;
  const missing = namesLacking(certificate, names);
  const end = certificate.validToDate.toISOString().slice(0, 10);
  const days = daysLeft(certificate, now);
  return {
    problems: [
      ...(days < 0 ? [`it ended on ${end}`] : []),
      ...(certificate.validFromDate > now ? [`it begins on ${certificate.validFromDate.toISOString()}`] : []),
      ...(missing.length > 0 ? [`it is not for ${missing.join(', ')}`] : []),
    ],
    warnings: days >= 0 && days < WARNING_DAYS ? [`it ends on ${end}`] : [],
  };
}

/** Mode `existing`: what is wrong with Keycloak's certificate. Warnings go to the report. */
export const problemsOfKeycloak = (context: BootstrapContext): Promise<string[]> =>
  problemsOf(context, keycloakPlace(context), true);

/** Mode `existing`: what is wrong with the certificate of the API host, where the deployment shows one. */
export async function problemsOfGateway(context: BootstrapContext): Promise<string[]> {
  const { exposure } = context.deployment;
  // Someone else's Gateway has its own listeners, and they have theirs.
  const shown = exposure.mode === 'ingress' || (exposure.mode === 'gateway-api' && exposure.gateway.className);
  return shown ? problemsOf(context, gatewayPlace(context), false) : [];
}

/** @param trusted whether the gateway must find its authority in the Secret */
async function problemsOf(context: BootstrapContext, place: CertificatePlace, trusted: boolean): Promise<string[]> {
  const secret = await readSecret(context.cluster, place);
  const name = describeSecret(place);
  if (!secret) {
    const files = ['tls.crt', 'tls.key', ...(trusted ? ['ca.crt'] : [])].map((file) => `--from-file=${file}=…`);
    const command = `kubectl -n ${place.namespace} create secret generic ${place.name} --type=${place.type} ${files.join(' ')}`;
    return [`${name} is absent; it is to be a certificate for ${place.names.join(', ')}: ${command}`];
  }
  const { problems, warnings } = checkCertificate(secret.texts, place.names, context.now());
  for (const warning of warnings) context.report(`warning: ${name}: ${warning}`);
  const held = readCertificate(secret.texts);
  const anchors = trusted && typeof held !== 'string' ? trustAnchors(held, context.now()) : [];
  return [...problems, ...(typeof anchors === 'string' ? [anchors] : [])].map((problem) => `${name}: ${problem}`);
}
