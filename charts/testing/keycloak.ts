import type { Installation } from '../../examples/kubernetes/testing/cluster-test.ts';
import { applyObjects, kubectl } from '../../examples/kubernetes/testing/kubectl.ts';
import { secretValue } from '../../infra/cluster/token.ts';
import {
  AUTHORITY_CONFIG_MAP,
  CLIENT_ID,
  GATEWAY,
  IDENTITY_NAMESPACE,
  KEYCLOAK,
  PORTS,
  selectorOf,
} from '../../infra/names.ts';

/** The ConfigMap, the Secret and the authority that the documentation has people make by hand. */
export async function objectsByHand({ keycloak, cluster, config }: Installation): Promise<object[]> {
  const { OIDC_ISSUER_URL, OIDC_DISCOVERY_URL } = config.gateway.variables;
  const secret = await secretValue(cluster, IDENTITY_NAMESPACE, config.secretNames.realm, 'OIDC_CLIENT_SECRET');
  const data = { ENABLE_AUTH: 'true', OIDC_ISSUER_URL, OIDC_DISCOVERY_URL };
  return [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: GATEWAY }, data },
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: GATEWAY },
      stringData: { OIDC_CLIENT_ID: CLIENT_ID, OIDC_CLIENT_SECRET: secret },
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: AUTHORITY_CONFIG_MAP },
      data: { 'ca.crt': keycloak.authority },
    },
  ];
}

/** Lets a namespace's pods reach Keycloak for as long as `body` runs. */
export async function withWayToKeycloak<T>(namespace: string, body: () => Promise<T>): Promise<T> {
  await applyObjects({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: namespace, namespace: IDENTITY_NAMESPACE },
    spec: {
      podSelector: { matchLabels: selectorOf(KEYCLOAK) },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [{ namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }],
          ports: [{ port: PORTS.keycloakHttps, protocol: 'TCP' }],
        },
      ],
    },
  });
  try {
    return await body();
  } finally {
    await kubectl(['delete', 'networkpolicy', namespace, '--namespace', IDENTITY_NAMESPACE]);
  }
}
