import packageJson from '../package.json' with { type: 'json' };

/** Every name, label, port and path that more than one place relies on. What users rely on is fixed for good. */

/** Namespaces: the gateway's, and that of Keycloak and PostgreSQL. */
export const GATEWAY_NAMESPACE = 'inference-gateway';
export const IDENTITY_NAMESPACE = 'idp';

/** The claim template of PostgreSQL's StatefulSet, and the claim that it makes for the one pod. */
export const POSTGRES_VOLUME = 'data';
export const POSTGRES_CLAIM = `${POSTGRES_VOLUME}-postgres-0`;

/** The gateway's Deployment, Service, ConfigMap, Secret, Ingress, …, and the Helm release. */
export const GATEWAY = 'inference-gateway';
export const KEYCLOAK = 'keycloak';
export const POSTGRES = 'postgres';

export const REALM = 'inference-gateway-realm';
export const CLIENT_ID = 'inference-gateway-client';
export const DEMO_USER = 'user';
export const DEMO_EMAIL = 'user@example.com';
export const BOOTSTRAP_ADMIN = 'temp-admin';

/** The product's own version, and that of its image. */
export const VERSION = packageJson.version;

/** Images by fixed tag; a deployment may put others in their place. */
export const IMAGES = {
  gateway: `ghcr.io/gatehouse-ai/gatehouse:${VERSION}`,
  keycloak: 'quay.io/keycloak/keycloak:26.7.3',
  postgres: 'docker.io/library/postgres:18',
} as const;

/** Secrets and ConfigMaps. Those of bootstrap are made when they are absent and never changed. */
export const SECRETS = {
  /** In `idp`: `username`, `password` of Keycloak's bootstrap administrator. */
  admin: 'keycloak-initial-admin',
  /** In `idp`: `username`, `password` of Keycloak's database. */
  database: 'keycloak-db',
  /** In `idp`: fills the realm file's placeholders `OIDC_CLIENT_SECRET`, `DEMO_USER_PASSWORD`. */
  realm: 'keycloak-realm',
  /** In `inference-gateway`: `OIDC_CLIENT_ID`, `OIDC_CLIENT_SECRET`, `<PROVIDER>_API_KEY`. */
  gateway: GATEWAY,
  /** In `idp`: `tls.crt`, `tls.key`, `ca.crt`. */
  keycloakTls: 'keycloak-tls',
  /** In `idp`: certificate of Keycloak's public host, where it is another one than `keycloakTls`. */
  keycloakPublicTls: 'keycloak-public-tls',
  /** In `inference-gateway`: certificate of the API host. */
  gatewayTls: 'inference-gateway-tls',
  /** In `idp`: the authority of mode `self-signed`: `tls.crt`, `tls.key`, and in `ca.crt` all that count, former ones too. */
  authority: 'gatehouse-authority',
} as const;

/** In `inference-gateway`, key `ca.crt`: the authority that the gateway trusts Keycloak by. */
export const AUTHORITY_CONFIG_MAP = 'keycloak-ca';
export const AUTHORITY_KEY = 'ca.crt';
/** The folder the authority is mounted at, so that a change reaches the pod, and the path that SSL_CERT_FILE names. */
export const AUTHORITY_DIRECTORY = '/usr/local/share/ca-certificates';
export const AUTHORITY_FILE = `${AUTHORITY_DIRECTORY}/keycloak-ca.crt`;

export const PORTS = {
  gateway: 8080,
  metrics: 9464,
  keycloakHttp: 8080,
  keycloakHttps: 8443,
  keycloakManagement: 9000,
  /** JGroups between Keycloak's replicas, and its failure detection. */
  keycloakCluster: 7800,
  keycloakFailureDetection: 57800,
  postgres: 5432,
  /** CloudNativePG's instance manager. */
  postgresStatus: 8000,
  https: 443,
  http: 80,
} as const;

/** Who applies manifests and writes objects: the field manager of server-side apply. */
export const FIELD_MANAGER = 'gatehouse';

/** The label of what belongs to us. A namespace without it is someone else's. */
export const PART_OF = { 'app.kubernetes.io/part-of': 'gatehouse' } as const;

/** Labels that select a component's pods. They cannot be changed once deployed. */
export const selectorOf = (component: string): Record<string, string> => ({
  'app.kubernetes.io/name': component,
  'app.kubernetes.io/instance': component,
});

/** All labels of a component. */
export const labelsOf = (component: string): Record<string, string> => ({
  ...selectorOf(component),
  ...PART_OF,
  'app.kubernetes.io/managed-by': FIELD_MANAGER,
});

/** Address of a Service within the cluster, without the cluster's own domain. */
export const serviceHost = (name: string, namespace: string): string => `${name}.${namespace}.svc`;

/** The issuer's address at a host: exactly the `iss` of its tokens when the host is the public one. */
export const issuerAt = (host: string): string => `https://${host}/realms/${REALM}`;
