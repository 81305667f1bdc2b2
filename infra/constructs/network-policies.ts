import { isIP } from 'node:net';
import { k8s } from 'cdk8s-plus-28';
import { Construct } from 'constructs';
import type { DeploymentConfig } from '../deployment.ts';
import {
  GATEWAY,
  GATEWAY_NAMESPACE,
  IDENTITY_NAMESPACE,
  KEYCLOAK,
  labelsOf,
  PART_OF,
  PORTS,
  POSTGRES,
  selectorOf,
} from '../names.ts';
import type { Database } from './postgres.ts';

/** Ports are those of pods: policies are looked at after a Service's address has been translated. */
const tcp = (...ports: number[]): k8s.NetworkPolicyPort[] =>
  ports.map((port) => ({ port: k8s.IntOrString.fromNumber(port), protocol: 'TCP' }));

const inNamespace = (...names: readonly string[]): k8s.NetworkPolicyPeer => ({
  namespaceSelector: { matchExpressions: [{ key: 'kubernetes.io/metadata.name', operator: 'In', values: [...names] }] },
});

const podsOf = (labels: Readonly<Record<string, string>>, namespace?: string): k8s.NetworkPolicyPeer => ({
  podSelector: { matchLabels: { ...labels } },
  ...(namespace && { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } } }),
});

/** To anywhere: name servers run as pods, on nodes, or at addresses of nodes' own. */
const NAME_SERVERS: k8s.NetworkPolicyEgressRule = {
  ports: ['UDP', 'TCP'].map((protocol) => ({ port: k8s.IntOrString.fromNumber(53), protocol })),
};

function policy(
  scope: Construct,
  id: string,
  component: string,
  namespace: string,
  spec: Pick<k8s.NetworkPolicySpec, 'ingress' | 'egress'> & { labels?: Readonly<Record<string, string>> },
): void {
  const { labels = selectorOf(component), ...rules } = spec;
  new k8s.KubeNetworkPolicy(scope, id, {
    metadata: { name: component, namespace, labels: labelsOf(component) },
    // Both types are named: a direction without rules is closed, not open.
    spec: { podSelector: { matchLabels: { ...labels } }, policyTypes: ['Ingress', 'Egress'], ...rules },
  });
}

/** The pod of `helm test`, which fetches a token. It is not behind the gateway's Service, so it has other labels. */
const CHART_TEST = { ...PART_OF, 'app.kubernetes.io/component': 'test' };

/** Who may reach Keycloak and its database, and whom they may reach. */
export class IdentityPolicies extends Construct {
  constructor(scope: Construct, id: string, config: DeploymentConfig, database: Database) {
    super(scope, id);
    const keycloakPods = podsOf(selectorOf(KEYCLOAK));
    const replicated = config.keycloak.replicas > 1;
    const cluster = { ports: tcp(PORTS.keycloakCluster, PORTS.keycloakFailureDetection) };
    policy(this, 'keycloak', KEYCLOAK, IDENTITY_NAMESPACE, {
      ingress: [
        {
          from: [podsOf(selectorOf(GATEWAY), GATEWAY_NAMESPACE), podsOf(CHART_TEST, GATEWAY_NAMESPACE)],
          ports: tcp(PORTS.keycloakHttps),
        },
        { from: [inNamespace(...config.controllerNamespaces)], ports: tcp(PORTS.keycloakHttp) },
        ...(replicated ? [{ from: [keycloakPods], ...cluster }] : []),
      ],
      egress: [
        NAME_SERVERS,
        { ...(database.podLabels && { to: [podsOf(database.podLabels)] }), ports: tcp(database.port) },
        ...(replicated ? [{ to: [keycloakPods], ...cluster }] : []),
      ],
    });
    if (config.database.mode === 'embedded') {
      policy(this, 'postgres', POSTGRES, IDENTITY_NAMESPACE, {
        ingress: [{ from: [keycloakPods], ports: tcp(database.port) }],
      });
    }
    if (config.database.mode === 'cloudnative-pg') this.operated(keycloakPods, podsOf(database.podLabels ?? {}));
  }

  /** CloudNativePG's pods: the operator asks them how they are; what they reach (API server, backups) is theirs to say. */
  private operated(keycloakPods: k8s.NetworkPolicyPeer, databasePods: k8s.NetworkPolicyPeer): void {
    new k8s.KubeNetworkPolicy(this, 'postgres', {
      metadata: { name: POSTGRES, namespace: IDENTITY_NAMESPACE, labels: labelsOf(POSTGRES) },
      spec: {
        podSelector: databasePods.podSelector ?? {},
        policyTypes: ['Ingress'],
        ingress: [
          { from: [keycloakPods], ports: tcp(PORTS.postgres) },
          { from: [databasePods, inNamespace('cnpg-system')], ports: tcp(PORTS.postgres, PORTS.postgresStatus) },
        ],
      },
    });
  }
}

/** Addresses of the link itself: a cloud's metadata service gives credentials to whoever asks. */
const LINK_LOCAL = { v4: ['169.254.0.0/16'], v6: ['fe80::/10', 'fd00:ec2::254/128'] };

/** Who may reach the gateway (everyone: it asks for a token itself; metrics: few), and whom it may reach. */
export class GatewayPolicies extends Construct {
  constructor(scope: Construct, id: string, { gateway }: DeploymentConfig) {
    super(scope, id);
    const providers = gateway.config.providers.map(({ url }) => new URL(url));
    const namespaces = new Set(providers.flatMap(({ hostname }) => namespaceOf(hostname) ?? []));
    const outside = new Set(providers.filter(({ hostname }) => !namespaceOf(hostname)).map(portOf));
    policy(this, 'gateway', GATEWAY, GATEWAY_NAMESPACE, {
      ingress: [
        { ports: tcp(PORTS.gateway) },
        ...(gateway.metricsFrom.length > 0
          ? [{ from: [inNamespace(...gateway.metricsFrom)], ports: tcp(PORTS.metrics) }]
          : []),
      ],
      egress: [
        NAME_SERVERS,
        { to: [podsOf(selectorOf(KEYCLOAK), IDENTITY_NAMESPACE)], ports: tcp(PORTS.keycloakHttps) },
        // The port of a Service's pods cannot be known from its URL.
        ...(namespaces.size > 0 ? [{ to: [inNamespace(...[...namespaces].sort())] }] : []),
        ...(outside.size > 0
          ? [
              {
                to: [
                  { ipBlock: { cidr: '0.0.0.0/0', except: LINK_LOCAL.v4 } },
                  { ipBlock: { cidr: '::/0', except: LINK_LOCAL.v6 } },
                ],
                ports: tcp(...[...outside].sort((a, b) => a - b)),
              },
            ]
          : []),
      ],
    });
  }
}

const portOf = ({ port, protocol }: URL): number => Number(port) || (protocol === 'https:' ? PORTS.https : PORTS.http);

/** The namespace of a Service's address; undefined for an address outside the cluster. */
function namespaceOf(host: string): string | undefined {
  if (isIP(host.replace(/^\[|\]$/g, ''))) return undefined;
  const [, namespace, kind] = host.split('.');
  if (!host.includes('.')) return GATEWAY_NAMESPACE;
  return kind === 'svc' ? namespace : undefined;
}
