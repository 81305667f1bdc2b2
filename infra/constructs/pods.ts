import { k8s } from 'cdk8s-plus-28';
import type { DeploymentConfig } from '../deployment.ts';

/** What every pod has in common: Pod Security `restricted`, no service-account token, and nothing injected from Services. */
export function podSecurity(userId: number, config: DeploymentConfig) {
  return {
    automountServiceAccountToken: false,
    // Variables of Services named like ours (AUTH_SERVICE_HOST, say) would be read as configuration.
    enableServiceLinks: false,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: userId,
      runAsGroup: userId,
      fsGroup: userId,
      fsGroupChangePolicy: 'OnRootMismatch',
      seccompProfile: { type: 'RuntimeDefault' },
    },
    ...(config.imagePullSecrets.length > 0 && { imagePullSecrets: config.imagePullSecrets.map((name) => ({ name })) }),
  } satisfies Partial<k8s.PodSpec>;
}

/** The same for every container. Paths that a program writes to are volumes. */
export const CONTAINER_SECURITY = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ['ALL'] },
} satisfies k8s.SecurityContext;

/** Requests and limits of a container. */
export const resourcesOf = ({
  requests,
  limits,
}: DeploymentConfig['gateway']['resources']): k8s.ResourceRequirements => ({
  requests: quantities(requests),
  limits: quantities(limits),
});

const quantities = (values: { readonly cpu: string; readonly memory: string }) => ({
  cpu: k8s.Quantity.fromString(values.cpu),
  memory: k8s.Quantity.fromString(values.memory),
});

/** A variable with a fixed text, or from a key of a Secret. */
export const variable = (name: string, value: string | { secret: string; key: string }): k8s.EnvVar =>
  typeof value === 'string'
    ? { name, value }
    : { name, valueFrom: { secretKeyRef: { name: value.secret, key: value.key } } };

/** A folder of a pod that cannot fill the node's disk. */
export const upTo = (size: string): k8s.EmptyDirVolumeSource => ({ sizeLimit: k8s.Quantity.fromString(size) });

/** Spreads replicas over the nodes, as far as there are any. */
export const spread = (labels: Record<string, string>): k8s.TopologySpreadConstraint[] => [
  {
    maxSkew: 1,
    topologyKey: 'kubernetes.io/hostname',
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: labels },
  },
];

export const httpGet = (path: string, port: string): Pick<k8s.Probe, 'httpGet'> => ({
  httpGet: { path, port: k8s.IntOrString.fromString(port) },
});
