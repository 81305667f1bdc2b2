import {
  AUTHORITY_FILE,
  GATEWAY,
  IDENTITY_NAMESPACE,
  IMAGES,
  KEYCLOAK,
  PORTS,
  selectorOf,
  serviceHost,
} from '../../../infra/names.ts';
import { applyObjects, rolledOut } from '../../../infra/testing/kubectl.ts';
import type { Installation } from './cluster-test.ts';
import type { ManualRealm } from './manual-realm.ts';
import { RESTRICTED } from './probe.ts';

/** The ConfigMap and the Secret, with the few keys that someone writes by hand. */
function configuration({ keycloak }: Installation, realm: ManualRealm) {
  const path = `/realms/${realm.name}`;
  return [
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: GATEWAY },
      data: {
        ENABLE_AUTH: 'true',
        OIDC_ISSUER_URL: `${keycloak.origin}${path}`,
        // The name servers of a cluster need not know Keycloak's public host; its Service they do.
        OIDC_DISCOVERY_URL: `https://${serviceHost(KEYCLOAK, IDENTITY_NAMESPACE)}${path}/.well-known/openid-configuration`,
      },
    },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: GATEWAY },
      stringData: { OIDC_CLIENT_ID: realm.clientId, OIDC_CLIENT_SECRET: realm.clientSecret },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'keycloak-ca' },
      data: { 'ca.crt': keycloak.authority },
    },
  ];
}

const container = {
  name: GATEWAY,
  image: IMAGES.gateway,
  envFrom: [{ configMapRef: { name: GATEWAY } }, { secretRef: { name: GATEWAY } }],
  env: [{ name: 'SSL_CERT_FILE', value: AUTHORITY_FILE }],
  ports: [{ containerPort: PORTS.gateway }],
  readinessProbe: { httpGet: { path: '/health/ready', port: PORTS.gateway }, periodSeconds: 1 },
  securityContext: RESTRICTED,
  // The one file, by subPath, where the folder holds other things of an image.
  volumeMounts: [{ name: 'keycloak-ca', mountPath: AUTHORITY_FILE, subPath: 'ca.crt', readOnly: true }],
};

/** Runs a gateway that knows no more than what someone configured by hand, and waits until it has the realm's keys. */
export async function startManualGateway(
  installation: Installation,
  namespace: string,
  realm: ManualRealm,
): Promise<void> {
  const labels = selectorOf(GATEWAY);
  const spec = { containers: [container], volumes: [{ name: 'keycloak-ca', configMap: { name: 'keycloak-ca' } }] };
  const deployment = {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: GATEWAY },
    spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } },
  };
  const objects = [...configuration(installation, realm), deployment];
  await applyObjects(...objects.map((object) => ({ ...object, metadata: { ...object.metadata, namespace } })));
  await rolledOut(namespace, `deployment/${GATEWAY}`, 60);
}
