import { z } from 'zod';
import { IMAGES, SECRETS } from '../names.ts';

/** The shape of a deployment file. What does not fit together is found in `misfits.ts`. */

const hostName = z
  .string()
  .regex(
    /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$/,
    'must be a DNS name such as api.example.com',
  );
const objectName = z
  .string()
  .regex(
    /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/,
    'must be the name of a Kubernetes object: lower-case letters, digits, - and .',
  );
const quantity = z
  .string()
  .regex(/^[1-9]\d*(\.\d+)?(m|k|Ki|M|Mi|G|Gi|T|Ti)?$/, 'must be a Kubernetes quantity such as 250m, 512Mi or 5Gi');
const image = z
  .string()
  .regex(
    /^([a-z0-9.-]+(:\d+)?\/)?[a-z0-9._/-]+(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/,
    'must be an image such as registry.example.com/name:1.2.3 or …@sha256:…',
  );
const replicas = z.int().min(1).max(100);
/** A password that goes through files and shells: Keycloak breaks on `$`, so letters and digits only. */
const password = z.string().regex(/^[A-Za-z0-9]{12,128}$/, 'must be 12 to 128 letters and digits');

const resources = z.strictObject({
  requests: z.strictObject({ cpu: quantity, memory: quantity }),
  limits: z.strictObject({ cpu: quantity, memory: quantity }),
});

const storage = { storage: quantity.default('5Gi'), storageClass: objectName.optional() };

const database = z.discriminatedUnion('mode', [
  /** PostgreSQL in one pod with a volume of its own. */
  z.strictObject({ mode: z.literal('embedded'), ...storage }),
  /** A Cluster object for the CloudNativePG operator, which must be installed. */
  z.strictObject({ mode: z.literal('cloudnative-pg'), instances: z.int().min(1).max(9).default(3), ...storage }),
  /** A PostgreSQL elsewhere. */
  z.strictObject({
    mode: z.literal('external'),
    host: z
      .string({ error: 'an external database needs its host, such as postgres.example.com' })
      .regex(/^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$/i, 'must be a name or an address, without port'),
    port: z.int().min(1).max(65535).default(5432),
    name: z
      .string()
      .regex(/^[a-z_][a-z0-9_]*$/i)
      .default('keycloak'),
    /** `verify-full`: the server's certificate must name the host; `off` must be said. */
    tls: z.enum(['verify-full', 'off']).default('verify-full'),
    /** ConfigMap in `idp` with `ca.crt`, when the server's authority is not a public one. */
    authority: objectName.optional(),
  }),
]);

const tls = z.discriminatedUnion('mode', [
  /** Bootstrap makes an authority and certificates, and renews them. */
  z.strictObject({ mode: z.literal('self-signed') }),
  /** cert-manager makes them: public hosts by the issuer named here, Keycloak's Service by an authority of its own. */
  z.strictObject({
    mode: z.literal('cert-manager'),
    issuer: z.strictObject({ name: objectName, kind: z.enum(['ClusterIssuer', 'Issuer']).default('ClusterIssuer') }),
  }),
  /** Secrets that are there already: `tls.crt`, `tls.key`, and `ca.crt` unless the authority is a public one. */
  z.strictObject({
    mode: z.literal('existing'),
    /** In `idp`; names both the public host and `keycloak.idp.svc`. */
    keycloak: objectName.default(SECRETS.keycloakTls),
    /** In `inference-gateway`; names the API host. */
    gateway: objectName.default(SECRETS.gatewayTls),
  }),
]);

const secretNames = z.strictObject({
  admin: objectName.default(SECRETS.admin),
  database: objectName.default(SECRETS.database),
  realm: objectName.default(SECRETS.realm),
  gateway: objectName.default(SECRETS.gateway),
});

const secrets = z.discriminatedUnion('mode', [
  /** Bootstrap makes them in the cluster, once. */
  z.strictObject({ mode: z.literal('generate') }),
  /** They are there already. */
  z.strictObject({ mode: z.literal('existing'), names: secretNames.prefault({}) }),
  /** External Secrets fetches them: one entry of the store for each Secret, under `path`. */
  z.strictObject({
    mode: z.literal('external-secrets'),
    store: z.strictObject({
      name: objectName,
      kind: z.enum(['SecretStore', 'ClusterSecretStore']).default('ClusterSecretStore'),
    }),
    path: z
      .string()
      .regex(/^[\w./-]+$/)
      .default('gatehouse'),
    refreshInterval: z
      .string()
      .regex(/^\d+[smh]$/)
      .default('1h'),
  }),
  /** Their values stand in the deployment file and in the manifests: for demonstrations and reviews without a cluster. */
  z.strictObject({
    mode: z.literal('inline'),
    values: z.strictObject({
      adminPassword: password,
      databasePassword: password,
      clientSecret: password,
      demoUserPassword: password.optional(),
      /** `OPENAI_API_KEY`, … */
      providerKeys: z
        .record(z.string().regex(/_API_KEY$/, 'must be the name of a provider key'), z.string().min(1))
        .default({}),
    }),
  }),
]);

const exposure = z.discriminatedUnion('mode', [
  z.strictObject({
    mode: z.literal('ingress'),
    /** The cluster's default class when it is not named. */
    className: objectName.optional(),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  z.strictObject({
    mode: z.literal('gateway-api'),
    /** The Gateway that the routes attach to. With `className` it is made here, otherwise it is someone else's. */
    gateway: z.strictObject({ name: objectName, namespace: objectName, className: objectName.optional() }),
  }),
  /** Services only: the tasks forward ports by themselves. */
  z.strictObject({ mode: z.literal('none') }),
]);

const keycloak = z.strictObject({
  replicas: replicas.default(1),
  /** `jdbc-ping`: replicas find each other through the database and share their caches. */
  cache: z.enum(['local', 'jdbc-ping']).default('local'),
  /** Whether the administration console and API are reachable at the public address. */
  console: z.boolean().default(false),
  /** A user with the password grant, to try things out. */
  demoUser: z.boolean().default(false),
  resources: resources.prefault({
    requests: { cpu: '500m', memory: '1250Mi' },
    limits: { cpu: '2', memory: '2Gi' },
  }),
});

const provider = z.strictObject({
  /** The base the OpenAI SDK would take; the built-in provider's own when it is not given. */
  url: z.string().optional(),
  key: z.union([z.enum(['bearer', 'none']), z.strictObject({ header: z.string() })]).optional(),
  headers: z
    .record(
      z.string().regex(/^(?!.*(auth|key|token|secret|cookie))/i, 'looks like a secret: use key, and the Secret'),
      z.string(),
    )
    .optional(),
  paths: z.record(z.string(), z.string()).optional(),
  capabilities: z.array(z.enum(['messages'])).optional(),
});

const gateway = z.strictObject({
  replicas: replicas.default(1),
  /** Takes the place of `replicas`; `cpu` is the share of the request in percent that replicas are added at. */
  autoscaling: z.strictObject({ min: replicas, max: replicas, cpu: z.int().min(10).max(95).default(70) }).optional(),
  /** Variables of the gateway (README), but for what follows from the rest of the deployment, and secrets. */
  variables: z.record(z.string(), z.string()).default({}),
  /** Providers by id, a built-in one or a further OpenAI-compatible server. Their keys are in the Secret. */
  providers: z.record(z.string().regex(/^[a-z][a-z0-9_-]{0,31}$/), provider).default({}),
  /** A ServiceMonitor for the Prometheus operator, which must be installed. */
  serviceMonitor: z.boolean().default(false),
  /** Namespaces whose pods may read metrics. */
  metricsFrom: z.array(objectName).default(['monitoring']),
  resources: resources.prefault({
    requests: { cpu: '100m', memory: '192Mi' },
    limits: { cpu: '2', memory: '1Gi' },
  }),
});

export const deploymentSchema = z.strictObject({
  /** Contexts of kubectl that it may go to, `*` for any characters. `KUBE_CONTEXT=name` allows another. */
  contexts: z.array(z.string().min(1)).min(1, 'name the contexts of kubectl that this deployment may go to'),
  hosts: z.strictObject({ api: hostName, keycloak: hostName }),
  images: z
    .strictObject({
      gateway: image.default(IMAGES.gateway),
      keycloak: image.default(IMAGES.keycloak),
      postgres: image.default(IMAGES.postgres),
    })
    .prefault({}),
  /** Refuses images without a digest. */
  requireDigests: z.boolean().default(false),
  imagePullSecrets: z.array(objectName).default([]),
  database,
  tls,
  secrets,
  exposure,
  /** Namespaces of the Ingress or Gateway controller: their pods may reach Keycloak's plain port. Name those that exist alone. */
  controllerNamespaces: z.array(objectName).default([]),
  keycloak: keycloak.prefault({}),
  gateway: gateway.prefault({}),
});

/** What a deployment file says; everything that has a default may be left out. */
export type DeploymentInput = z.input<typeof deploymentSchema>;
/** The same with its defaults. */
export type DeploymentValues = z.output<typeof deploymentSchema>;
