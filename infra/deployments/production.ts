import type { DeploymentInput } from '../deployment.ts';

/**
 * Three of everything, nothing made by hand. It needs these operators in the cluster: CloudNativePG, cert-manager,
 * External Secrets, the Prometheus operator, and a controller of the Gateway API. examples/kubernetes explains it.
 */
export const deployment: DeploymentInput = {
  contexts: ['production'],
  hosts: { api: 'api.example.com', keycloak: 'login.example.com' },
  // Digests of what your registry holds: `docker buildx imagetools inspect <image>` prints them.
  images: {
    gateway: `ghcr.io/gatehouse-ai/gatehouse:0.1.0@sha256:${'0'.repeat(64)}`,
    keycloak: `quay.io/keycloak/keycloak:26.7.3@sha256:${'0'.repeat(64)}`,
  },
  requireDigests: true,
  database: { mode: 'cloudnative-pg', instances: 3, storage: '20Gi' },
  tls: { mode: 'cert-manager', issuer: { kind: 'ClusterIssuer', name: 'letsencrypt' } },
  // In Vault: gatehouse/keycloak-initial-admin, gatehouse/keycloak-db, gatehouse/keycloak-realm, gatehouse/inference-gateway.
  secrets: { mode: 'external-secrets', store: { kind: 'ClusterSecretStore', name: 'vault' }, path: 'gatehouse' },
  exposure: { mode: 'gateway-api', gateway: { name: 'public', namespace: 'gateways' } },
  controllerNamespaces: ['gateways', 'envoy-gateway-system'],
  keycloak: { replicas: 3, cache: 'jdbc-ping' },
  gateway: {
    replicas: 3,
    autoscaling: { min: 3, max: 12 },
    variables: { LOG_LEVEL: 'info', SHUTDOWN_GRACE_PERIOD: '10m' },
    providers: { openai: {}, anthropic: {} },
    serviceMonitor: true,
  },
};
