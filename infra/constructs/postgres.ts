import { ApiObject } from 'cdk8s';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import { IDENTITY_NAMESPACE, labelsOf, PORTS, POSTGRES, POSTGRES_VOLUME, selectorOf, serviceHost } from '../names.ts';
import { CONTAINER_SECURITY, podSecurity, resourcesOf, upTo, variable } from './pods.ts';

/** Where Keycloak finds its database, whichever way it is run. */
export interface Database {
  readonly host: string;
  readonly port: number;
  readonly name: string;
  /** How the connection is secured (documentation of pgjdbc, "Configuring the Client"). */
  readonly parameters: Readonly<Record<string, string>>;
  /** Where its authority comes from, for `sslrootcert`. */
  readonly authority?: { readonly configMap: string } | { readonly secret: string };
  /** Labels of its pods, for network policies; absent when it is not in the cluster. */
  readonly podLabels?: Readonly<Record<string, string>>;
}

/** Where Keycloak's pod has the authority of its database. */
export const DATABASE_AUTHORITY_DIRECTORY = '/etc/database-authority';
const DATABASE = 'keycloak';
const VERIFIED = { sslmode: 'verify-full', sslrootcert: `${DATABASE_AUTHORITY_DIRECTORY}/ca.crt` };
/** The user `postgres` of the image. */
const USER_ID = 999;

/** The database of a deployment: made here, or known from elsewhere. */
export function databaseOf(scope: Construct, config: DeploymentConfig): Database {
  const { database } = config;
  if (database.mode === 'embedded') return new EmbeddedPostgres(scope, 'postgres', config, database);
  if (database.mode === 'cloudnative-pg') return new CloudNativePostgres(scope, 'postgres', config, database);
  const { host, port, name, authority } = database;
  if (database.tls === 'off') return { host, port, name, parameters: { sslmode: 'disable' } };
  if (authority) return { host, port, name, parameters: VERIFIED, authority: { configMap: authority } };
  return {
    host,
    port,
    name,
    parameters: { sslmode: 'verify-full', sslfactory: 'org.postgresql.ssl.DefaultJavaSSLFactory' },
  };
}

type Mode<M> = Extract<DeploymentConfig['database'], { mode: M }>;

/** PostgreSQL in one pod of a StatefulSet, on a volume that outlives it. Reached by Keycloak's pods only, so in the clear. */
export class EmbeddedPostgres extends Construct implements Database {
  readonly host = serviceHost(POSTGRES, IDENTITY_NAMESPACE);
  readonly port = PORTS.postgres;
  readonly name = DATABASE;
  readonly parameters = { sslmode: 'disable' };
  readonly podLabels = selectorOf(POSTGRES);

  constructor(scope: Construct, id: string, config: DeploymentConfig, { storage, storageClass }: Mode<'embedded'>) {
    super(scope, id);
    const metadata = { name: POSTGRES, namespace: IDENTITY_NAMESPACE, labels: labelsOf(POSTGRES) };
    new k8s.KubeService(this, 'service', {
      metadata,
      spec: {
        selector: this.podLabels,
        ports: [{ name: 'postgres', port: this.port, targetPort: k8s.IntOrString.fromString('postgres') }],
      },
    });
    new k8s.KubeStatefulSet(this, 'stateful-set', {
      metadata,
      spec: {
        serviceName: POSTGRES,
        replicas: 1,
        selector: { matchLabels: this.podLabels },
        template: { metadata: { labels: labelsOf(POSTGRES) }, spec: this.pod(config) },
        volumeClaimTemplates: [
          {
            metadata: { name: POSTGRES_VOLUME },
            spec: {
              accessModes: ['ReadWriteOnce'],
              resources: { requests: { storage: k8s.Quantity.fromString(storage) } },
              ...(storageClass && { storageClassName: storageClass }),
            },
          },
        ],
      },
    });
  }

  private pod(config: DeploymentConfig): k8s.PodSpec {
    const secret = config.secretNames.database;
    // Through TCP: while the image sets up a new database it listens on its socket only.
    const ready = {
      exec: {
        command: ['sh', '-c', `pg_isready --quiet --host 127.0.0.1 --username "$POSTGRES_USER" --dbname ${this.name}`],
      },
      timeoutSeconds: 5,
    };
    return {
      ...podSecurity(USER_ID, config),
      terminationGracePeriodSeconds: 60,
      containers: [
        {
          name: 'postgres',
          image: config.images.postgres,
          imagePullPolicy: 'IfNotPresent',
          ports: [{ name: 'postgres', containerPort: this.port }],
          env: [
            variable('POSTGRES_USER', { secret, key: 'username' }),
            variable('POSTGRES_PASSWORD', { secret, key: 'password' }),
            variable('POSTGRES_DB', this.name),
          ],
          startupProbe: { ...ready, periodSeconds: 1, failureThreshold: 180 },
          readinessProbe: { ...ready, periodSeconds: 10 },
          livenessProbe: { ...ready, periodSeconds: 20, failureThreshold: 6 },
          resources: resourcesOf({
            requests: { cpu: '100m', memory: '256Mi' },
            limits: { cpu: '2', memory: '1Gi' },
          }),
          securityContext: CONTAINER_SECURITY,
          volumeMounts: [
            // Not further down: the image keeps its data under 18/docker, and a later version moves it within the volume.
            { name: POSTGRES_VOLUME, mountPath: '/var/lib/postgresql' },
            { name: 'run', mountPath: '/var/run/postgresql' },
            { name: 'tmp', mountPath: '/tmp' },
          ],
        },
      ],
      volumes: [
        { name: 'run', emptyDir: upTo('64Mi') },
        { name: 'tmp', emptyDir: upTo('256Mi') },
      ],
    };
  }
}

/** A Cluster of the CloudNativePG operator; it makes its own certificates, which Keycloak verifies. */
export class CloudNativePostgres extends Construct implements Database {
  readonly host = serviceHost(`${POSTGRES}-rw`, IDENTITY_NAMESPACE);
  readonly port = PORTS.postgres;
  readonly name = DATABASE;
  readonly parameters = VERIFIED;
  readonly authority = { secret: `${POSTGRES}-ca` };
  readonly podLabels = { 'cnpg.io/cluster': POSTGRES };

  constructor(
    scope: Construct,
    id: string,
    config: DeploymentConfig,
    { instances, storage, storageClass }: Mode<'cloudnative-pg'>,
  ) {
    super(scope, id);
    new ApiObject(this, 'cluster', {
      apiVersion: 'postgresql.cnpg.io/v1',
      kind: 'Cluster',
      metadata: { name: POSTGRES, namespace: IDENTITY_NAMESPACE, labels: labelsOf(POSTGRES) },
      spec: {
        instances,
        storage: { size: storage, ...(storageClass && { storageClass }) },
        bootstrap: {
          initdb: { database: this.name, owner: DATABASE, secret: { name: config.secretNames.database } },
        },
        resources: { requests: { cpu: '250m', memory: '512Mi' }, limits: { cpu: '2', memory: '1Gi' } },
      },
    });
  }
}
