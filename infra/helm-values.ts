import { providerVariables } from '../gateway/config/providers.ts';
import type { DeploymentConfig } from './deployment.ts';
import { AUTHORITY_CONFIG_MAP, AUTHORITY_KEY, PORTS } from './names.ts';
import { publicHosts } from './public-hosts.ts';
import { chartsOf } from './synth.ts';

/** Kinds of which the chart makes its own. What else a deployment needs (its Secret or certificate, by mode) goes with it as it is. */
const OF_THE_CHART = new Set([
  ...['ConfigMap', 'Service', 'Deployment', 'HorizontalPodAutoscaler', 'PodDisruptionBudget', 'NetworkPolicy'],
  ...['Ingress', 'HTTPRoute', 'ServiceMonitor'],
]);
/** Variables that the chart makes of values of its own. */
const OF_VALUES = new Set([
  ...['ENABLE_AUTH', 'OIDC_ISSUER_URL', 'OIDC_DISCOVERY_URL', 'OIDC_AUDIENCE', 'SSL_CERT_FILE', 'PROVIDERS_FILE'],
  'SHUTDOWN_GRACE_PERIOD',
]);

interface Manifest {
  readonly kind: string;
  readonly spec?: { readonly egress?: readonly unknown[] };
}

/** The chart's values that make of Helm what `gateway.yaml` makes of kubectl: the same gateway, for the same deployment. */
export function helmValues(config: DeploymentConfig): Record<string, unknown> {
  const { gateway } = config;
  const manifests: Manifest[] = chartsOf(config).gateway.toJson();
  const { OIDC_ISSUER_URL, OIDC_DISCOVERY_URL, OIDC_AUDIENCE, SHUTDOWN_GRACE_PERIOD } = gateway.variables;
  const policy = manifests.find(({ kind }) => kind === 'NetworkPolicy');
  return {
    image: imageOf(config.images.gateway),
    imagePullSecrets: config.imagePullSecrets.map((name) => ({ name })),
    replicaCount: gateway.replicas,
    envFrom: { secretRef: config.secretNames.gateway },
    auth: {
      issuer: OIDC_ISSUER_URL,
      discoveryUrl: OIDC_DISCOVERY_URL,
      ...(OIDC_AUDIENCE && { audience: OIDC_AUDIENCE }),
    },
    caBundle: { existingConfigMap: AUTHORITY_CONFIG_MAP, key: AUTHORITY_KEY },
    providers: gateway.providers,
    config: configOf(config),
    ...(SHUTDOWN_GRACE_PERIOD && { shutdownGracePeriod: SHUTDOWN_GRACE_PERIOD }),
    service: { port: PORTS.http },
    resources: gateway.resources,
    ...(gateway.autoscaling && {
      autoscaling: {
        enabled: true,
        minReplicas: gateway.autoscaling.min,
        maxReplicas: gateway.autoscaling.max,
        targetCPUUtilizationPercentage: gateway.autoscaling.cpu,
      },
    }),
    // The first rule is that of name servers, which the chart has too.
    networkPolicy: { egress: policy?.spec?.egress?.slice(1) },
    monitoring: { namespaceSelector: { matchNames: gateway.metricsFrom } },
    serviceMonitor: { enabled: gateway.serviceMonitor },
    ...exposureOf(config),
    tests: { existingSecret: config.secretNames.gateway },
    extraObjects: manifests.filter(({ kind }) => !OF_THE_CHART.has(kind)).map(literally),
  };
}

/** Variables that the chart has no value of its own for. */
function configOf({ gateway }: DeploymentConfig): Record<string, string> {
  const urls = new Set(Object.keys(gateway.providers).map((id) => providerVariables(id).url));
  return Object.fromEntries(
    Object.entries(gateway.variables).filter(([name]) => !OF_VALUES.has(name) && !urls.has(name)),
  );
}

function exposureOf(config: DeploymentConfig): Record<string, unknown> {
  const { exposure } = config;
  const { host, certificate, name } = publicHosts(config).api;
  if (exposure.mode === 'ingress') {
    const { className, annotations } = exposure;
    const tls = [{ hosts: [host], secretName: certificate }];
    return { ingress: { enabled: true, ...(className && { className }), annotations, hosts: [{ host }], tls } };
  }
  if (exposure.mode === 'gateway-api') {
    const parent = { name: exposure.gateway.name, namespace: exposure.gateway.namespace, sectionName: name };
    return { httpRoute: { enabled: true, parentRefs: [parent], hostnames: [host] } };
  }
  return {};
}

/** `registry:5000/name:tag@digest` in its parts. */
function imageOf(image: string): { repository: string; tag?: string; digest?: string } {
  const [reference = '', digest] = image.split('@');
  const [, repository = reference, tag] = /^(.+):([^:/]+)$/.exec(reference) ?? [];
  return { repository, ...(tag && { tag }), ...(digest && { digest }) };
}

/** An object in which braces mean nothing to Helm's templates. */
const literally = (manifest: Manifest): unknown => JSON.parse(JSON.stringify(manifest).replaceAll('{{', '{{ `{{` }}'));
