import type { Cluster } from '../cluster/connect.ts';
import { applyConfigMap, describe } from '../cluster/objects.ts';
import { TaskError } from '../cluster/task-error.ts';
import type { DeploymentConfig } from '../deployment.ts';
import { AUTHORITY_CONFIG_MAP, AUTHORITY_KEY, GATEWAY, labelsOf } from '../names.ts';
import { keycloakPlace } from './certificate-places.ts';
import { type BootstrapContext, type BootstrapOptions, contextOf } from './context.ts';
import { readCertificate } from './read-certificate.ts';
import { describeSecret, readSecret } from './secret-store.ts';
import { trustAnchors } from './trust.ts';

/**
 * Brings the ConfigMap `keycloak-ca` up to the authority of Keycloak's certificate: its `ca.crt`, or the topmost of its chain.
 * In mode `cert-manager` it is called once the Secret is there, after the manifests were applied.
 *
 * @throws TaskError when the Secret is absent, or says nothing of an authority that signed the certificate
 */
export const publishAuthority = (
  cluster: Cluster,
  deployment: DeploymentConfig,
  report: (line: string) => void,
  options: BootstrapOptions = {},
): Promise<void> => publish(contextOf(cluster, deployment, {}, report, options));

/** {@link publishAuthority} as a step of a run. */
export async function publish(context: BootstrapContext): Promise<void> {
  const place = keycloakPlace(context);
  const secret = await readSecret(context.cluster, place);
  if (!secret) {
    throw new TaskError(
      `${describeSecret(place)}, Keycloak's certificate, is absent: task deploy-infrastructure brings it, or cert-manager some moments after.`,
    );
  }
  const held = readCertificate(secret.texts);
  const anchors = typeof held === 'string' ? held : trustAnchors(held, context.now());
  if (typeof anchors === 'string') {
    throw new TaskError(`The gateway could not know Keycloak by ${describeSecret(place)}: ${anchors}`);
  }
  const manifest = {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: AUTHORITY_CONFIG_MAP, namespace: context.namespaces.gateway, labels: labelsOf(GATEWAY) },
    data: { [AUTHORITY_KEY]: anchors.join('') },
  };
  const done = await applyConfigMap(context.cluster, manifest);
  if (done !== 'unchanged') context.report(`${done === 'created' ? 'made' : 'renewed'} ${describe(manifest)}`);
}
