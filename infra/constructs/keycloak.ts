import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import { IDENTITY_NAMESPACE, KEYCLOAK, labelsOf, PORTS, selectorOf, serviceHost } from '../names.ts';
import { CONTAINER_SECURITY, httpGet, podSecurity, resourcesOf, spread, upTo, variable } from './pods.ts';
import { DATABASE_AUTHORITY_DIRECTORY, type Database } from './postgres.ts';
import type { Realm } from './realm.ts';

/** The user of the image. */
const USER_ID = 1000;
const HOME = '/opt/keycloak';
const TLS_DIRECTORY = '/etc/keycloak-tls';

/** Keycloak, its Service, and for several replicas what keeps some of them up. */
export class Keycloak extends Construct {
  readonly host = serviceHost(KEYCLOAK, IDENTITY_NAMESPACE);
  readonly port = PORTS.https;
  readonly url = `https://${this.host}`;
  readonly podLabels = selectorOf(KEYCLOAK);

  constructor(scope: Construct, id: string, config: DeploymentConfig, database: Database, realm: Realm) {
    super(scope, id);
    const metadata = { name: KEYCLOAK, namespace: IDENTITY_NAMESPACE, labels: labelsOf(KEYCLOAK) };
    const { replicas } = config.keycloak;
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        selector: this.podLabels,
        ports: [
          { name: 'https', port: PORTS.https, targetPort: k8s.IntOrString.fromString('https') },
          // For the Ingress controller, whose TLS ends before it; network policies keep everyone else away.
          { name: 'http', port: PORTS.http, targetPort: k8s.IntOrString.fromString('http') },
        ],
      },
    });
    new k8s.KubeDeployment(this, 'deployment', {
      metadata,
      spec: {
        replicas,
        // One at a time, and none beside what is wanted: a lone replica has its caches to itself, and an old and a new one would
        // not know of each other's changes. (`Recreate` says the same of one, but cannot be applied over several.)
        strategy: {
          type: 'RollingUpdate',
          rollingUpdate: { maxSurge: k8s.IntOrString.fromNumber(0), maxUnavailable: k8s.IntOrString.fromNumber(1) },
        },
        selector: { matchLabels: this.podLabels },
        template: { metadata: { labels: labelsOf(KEYCLOAK) }, spec: podOf(config, database, realm, this.podLabels) },
      },
    });
    if (replicas > 1) {
      new k8s.KubePodDisruptionBudget(this, 'disruption-budget', {
        metadata,
        spec: { maxUnavailable: k8s.IntOrString.fromNumber(1), selector: { matchLabels: this.podLabels } },
      });
    }
  }
}

function podOf(
  config: DeploymentConfig,
  database: Database,
  realm: Realm,
  labels: Record<string, string>,
): k8s.PodSpec {
  const shared = {
    image: config.images.keycloak,
    imagePullPolicy: 'IfNotPresent',
    securityContext: CONTAINER_SECURITY,
    resources: resourcesOf(config.keycloak.resources),
  };
  return {
    ...podSecurity(USER_ID, config),
    terminationGracePeriodSeconds: 60,
    ...(config.keycloak.replicas > 1 && { topologySpreadConstraints: spread(labels) }),
    // `start` builds the server for its settings and writes the result beside its libraries. The root file system is
    // read-only, so that folder is a volume, and the image's own content is copied into it first.
    initContainers: [
      {
        ...shared,
        name: 'copy-libraries',
        command: ['cp', '--recursive', '--no-target-directory', `${HOME}/lib/quarkus`, '/quarkus'],
        volumeMounts: [{ name: 'quarkus', mountPath: '/quarkus' }],
      },
    ],
    containers: [
      {
        ...shared,
        name: 'keycloak',
        args: ['start', '--import-realm'],
        env: environmentOf(config, database),
        ports: [
          { name: 'https', containerPort: PORTS.keycloakHttps },
          { name: 'http', containerPort: PORTS.keycloakHttp },
          { name: 'management', containerPort: PORTS.keycloakManagement },
        ],
        // Building the server and filling a new database takes a minute on a small machine; five are allowed.
        startupProbe: { ...httpGet('/health/started', 'management'), periodSeconds: 2, failureThreshold: 150 },
        readinessProbe: { ...httpGet('/health/ready', 'management'), periodSeconds: 5, timeoutSeconds: 5 },
        livenessProbe: {
          ...httpGet('/health/live', 'management'),
          periodSeconds: 15,
          timeoutSeconds: 5,
          failureThreshold: 6,
        },
        volumeMounts: [
          { name: 'quarkus', mountPath: `${HOME}/lib/quarkus` },
          // Keycloak writes a trust store and temporary files there.
          { name: 'data', mountPath: `${HOME}/data` },
          { name: 'realm', mountPath: `${HOME}/data/import`, readOnly: true },
          { name: 'tmp', mountPath: '/tmp' },
          { name: 'tls', mountPath: TLS_DIRECTORY, readOnly: true },
          ...(database.authority
            ? [{ name: 'database-authority', mountPath: DATABASE_AUTHORITY_DIRECTORY, readOnly: true }]
            : []),
        ],
      },
    ],
    volumes: volumesOf(config, database, realm),
  };
}

function environmentOf(config: DeploymentConfig, database: Database): k8s.EnvVar[] {
  const { admin, database: databaseSecret, realm } = config.secretNames;
  const parameters = new URLSearchParams(database.parameters).toString();
  return [
    variable('KC_DB', 'postgres'),
    variable('KC_DB_URL', `jdbc:postgresql://${database.host}:${database.port}/${database.name}?${parameters}`),
    variable('KC_DB_USERNAME', { secret: databaseSecret, key: 'username' }),
    variable('KC_DB_PASSWORD', { secret: databaseSecret, key: 'password' }),
    // The issuer is the public address whoever asks; addresses for machines follow the way they asked, so that the
    // gateway reaches everything through the Service.
    variable('KC_HOSTNAME', `https://${config.hosts.keycloak}`),
    variable('KC_HOSTNAME_BACKCHANNEL_DYNAMIC', 'true'),
    variable('KC_PROXY_HEADERS', 'xforwarded'),
    variable('KC_HTTP_ENABLED', 'true'),
    variable('KC_HTTPS_CERTIFICATE_FILE', `${TLS_DIRECTORY}/tls.crt`),
    variable('KC_HTTPS_CERTIFICATE_KEY_FILE', `${TLS_DIRECTORY}/tls.key`),
    variable('KC_HEALTH_ENABLED', 'true'),
    // Readiness looks at the database only with metrics on.
    variable('KC_METRICS_ENABLED', 'true'),
    variable('KC_HTTP_MANAGEMENT_SCHEME', 'http'),
    variable('KC_CACHE', config.keycloak.cache === 'local' ? 'local' : 'ispn'),
    ...(config.keycloak.cache === 'jdbc-ping' ? [variable('KC_CACHE_STACK', 'jdbc-ping')] : []),
    // These count at the very first start only.
    variable('KC_BOOTSTRAP_ADMIN_USERNAME', { secret: admin, key: 'username' }),
    variable('KC_BOOTSTRAP_ADMIN_PASSWORD', { secret: admin, key: 'password' }),
    // The placeholders of the realm file.
    variable('OIDC_CLIENT_SECRET', { secret: realm, key: 'OIDC_CLIENT_SECRET' }),
    ...(config.keycloak.demoUser ? [variable('DEMO_USER_PASSWORD', { secret: realm, key: 'DEMO_USER_PASSWORD' })] : []),
  ];
}

function volumesOf(config: DeploymentConfig, database: Database, realm: Realm): k8s.Volume[] {
  const { authority } = database;
  return [
    { name: 'quarkus', emptyDir: upTo('1Gi') },
    { name: 'data', emptyDir: upTo('512Mi') },
    { name: 'tmp', emptyDir: upTo('512Mi') },
    { name: 'realm', configMap: { name: realm.configMap } },
    {
      name: 'tls',
      secret: {
        secretName: config.certificateNames.keycloak,
        items: ['tls.crt', 'tls.key'].map((key) => ({ key, path: key })),
        defaultMode: 0o440,
      },
    },
    ...(authority
      ? [
          {
            name: 'database-authority',
            ...('secret' in authority
              ? { secret: { secretName: authority.secret, items: [{ key: 'ca.crt', path: 'ca.crt' }] } }
              : { configMap: { name: authority.configMap } }),
          },
        ]
      : []),
  ];
}
