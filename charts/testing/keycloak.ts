import type { Installation } from '../../examples/kubernetes/testing/cluster-test.ts';
import { secretValue } from '../../infra/cluster/token.ts';
import { AUTHORITY_CONFIG_MAP, CLIENT_ID, GATEWAY, IDENTITY_NAMESPACE } from '../../infra/names.ts';

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
