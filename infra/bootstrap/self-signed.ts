import { TaskError } from '../cluster/task-error.ts';
import {
  authorityPlace,
  type CertificatePlace,
  gatewayPlace,
  keycloakPlace,
  serviceNames,
} from './certificate-places.ts';
import type { BootstrapContext } from './context.ts';
import { checkCertificate } from './existing-certificates.ts';
import { makeAuthority, makeServerCertificate } from './make-certificate.ts';
import { pemCertificates } from './read-certificate.ts';
import { bundleOf, readAuthority, whyRenewAuthority, whyRenewServerCertificate } from './renewal.ts';
import { describeSecret, type SecretChange, type StoredSecret, settleSecret, type Texts } from './secret-store.ts';

/**
 * Mode `self-signed`: the authority, and by it the certificates of Keycloak and of the API host. All three belong together,
 * so each run looks at all of them: a new authority means new certificates.
 */
export async function makeSelfSigned(context: BootstrapContext): Promise<void> {
  const authority = await settleAuthority(context);
  for (const place of [keycloakPlace(context), gatewayPlace(context)]) {
    await settleSecret(
      context.cluster,
      place,
      (present) =>
        present && !present.ours ? keepForeign(context, place, present) : change(context, place, authority, present),
      context.report,
    );
  }
}

async function settleAuthority(context: BootstrapContext): Promise<Texts> {
  const { texts } = await settleSecret(
    context.cluster,
    authorityPlace(context),
    async (present) => {
      const because = present && whyRenewStored(context, present);
      if (present && !because) return undefined;
      const now = context.now();
      const { certificate, key } = await makeAuthority(now);
      const former = `${present?.texts['tls.crt'] ?? ''}\n${present?.texts['ca.crt'] ?? ''}`;
      return {
        texts: { 'tls.crt': certificate, 'tls.key': key, 'ca.crt': bundleOf(certificate, former, now) },
        verb: 'renewed',
        ...(because && { because }),
      };
    },
    context.report,
  );
  return texts;
}

/** An authority that cannot be used is not replaced: what trusts it would break, and it may be someone's own. */
function whyRenewStored(context: BootstrapContext, { texts, ours }: StoredSecret): string | undefined {
  const place = authorityPlace(context);
  const held = readAuthority(texts);
  if (ours && typeof held !== 'string') return whyRenewAuthority(held.certificate, context.now());
  const fault = typeof held === 'string' ? held : 'it was made by something else';
  throw new TaskError(
    `${describeSecret(place)} should hold the authority that tls mode self-signed makes, but ${fault}. ` +
      `Restore it, or delete it (kubectl -n ${place.namespace} delete secret ${place.name}): a new one and new certificates are made then.`,
  );
}

async function change(
  { now }: BootstrapContext,
  { name, namespace, component, names: needed }: CertificatePlace,
  authority: Texts,
  present: StoredSecret | undefined,
): Promise<SecretChange | undefined> {
  const { 'tls.crt': certificate = '', 'tls.key': key = '', 'ca.crt': former = '' } = authority;
  const [issuer] = pemCertificates(certificate);
  if (!issuer) throw new TypeError(`the authority for ${namespace}/${name} is empty`);
  const names = [...new Set([...needed, ...serviceNames(component, namespace)])];
  const bundle = bundleOf(issuer.pem, former, now());
  const because = present && whyRenewServerCertificate(present.texts, names, issuer.certificate, now());
  if (present && !because) {
    return present.texts['ca.crt'] === bundle ? undefined : { texts: { 'ca.crt': bundle }, verb: 'updated ca.crt of' };
  }
  const made = await makeServerCertificate({ certificate, key }, component, names, now());
  return {
    texts: { 'tls.crt': made.certificate, 'tls.key': made.key, 'ca.crt': bundle },
    verb: 'renewed',
    ...(because && { because }),
  };
}

/** Someone's own certificate, in the place of ours: it stays, and must do. */
function keepForeign({ now }: BootstrapContext, place: CertificatePlace, { texts }: StoredSecret): undefined {
  const { problems } = checkCertificate(texts, place.names, now());
  if (problems.length === 0) return undefined;
  throw new TaskError(
    `${describeSecret(place)} was made by something else, so it is not changed, but it cannot be used: ${problems.join('; ')}. ` +
      "For a certificate of your own say tls: { mode: 'existing' } in the deployment; " +
      `otherwise delete the Secret (kubectl -n ${place.namespace} delete secret ${place.name}), and one is made.`,
  );
}
