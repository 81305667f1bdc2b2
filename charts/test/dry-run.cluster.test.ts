import { expect } from 'vitest';
import { clusterTest } from '../../examples/kubernetes/testing/cluster-test.ts';
import { withNamespace } from '../../examples/kubernetes/testing/probe.ts';
import { helmValues } from '../../infra/helm-values.ts';
import { deploymentOf } from '../../infra/testing/deployments.ts';
import { kubectl } from '../../infra/testing/kubectl.ts';
import { template, type Values } from '../testing/helm.ts';
import { PAGE_FLAGS } from '../testing/page.ts';

const EVERYTHING: Values = {
  imagePullSecrets: [{ name: 'registry' }],
  ingress: { enabled: true, className: 'any' },
  httpRoute: { enabled: true, parentRefs: [{ name: 'public', namespace: 'gateways' }], hostnames: ['a.example.com'] },
  autoscaling: { enabled: true, minReplicas: 2, targetMemoryUtilizationPercentage: 80 },
  podDisruptionBudget: { minAvailable: '50%' },
  serviceMonitor: { enabled: true, labels: { release: 'prometheus' }, scrapeTimeout: '10s' },
  config: { LOG_LEVEL: 'debug' },
  providers: { vllm: { url: 'http://vllm:8000/v1', key: 'none' }, openai: { existingSecret: 'keys' } },
  auth: { issuer: 'https://login.example.com', existingSecret: 'client' },
  caBundle: { pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' },
  service: { type: 'LoadBalancer', annotations: { team: 'ai' } },
  extraEnv: [{ name: 'POD', valueFrom: { fieldRef: { fieldPath: 'metadata.name' } } }],
  volumes: [{ name: 'cache', emptyDir: { sizeLimit: '1Gi' } }],
  volumeMounts: [{ name: 'cache', mountPath: '/cache' }],
  nodeSelector: { 'kubernetes.io/os': 'linux' },
  tolerations: [{ key: 'gpu', operator: 'Exists', effect: 'NoSchedule' }],
  affinity: { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
  topologySpreadConstraints: [{ maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'ScheduleAnyway' }],
  podAnnotations: { team: 'ai' },
  podLabels: { team: 'ai' },
  tests: { existingSecret: 'client' },
};
const OPERATORS = ['servicemonitors.monitoring.coreos.com', 'httproutes.gateway.networking.k8s.io'];

/** The API server checks every field, and keeps nothing. `helm template` has put in what Helm adds to labels. */
async function dryRun(namespace: string, values: Values, flags: readonly string[] = []): Promise<number> {
  const { stdout, stderr, code } = await template(values, '--namespace', namespace, ...flags);
  if (code !== 0) throw new Error(stderr);
  const apply = ['apply', '--server-side', '--dry-run=server', '--field-manager', 'gatehouse-tests'];
  const output = await kubectl([...apply, '--validate=strict', '--output', 'name', '--filename', '-'], stdout);
  return output.trim().split('\n').length;
}

clusterTest('the API server takes everything that the chart can make', async ({ installation, skip }) => {
  const kinds = await kubectl(['api-resources', '--no-headers', '--output', 'name']);
  const missing = OPERATORS.filter((kind) => !kinds.includes(`${kind}\n`));
  if (missing.length > 0) {
    const note = `the cluster lacks the definitions of ${missing.join(', ')}: install those operators, or just their CRDs`;
    if (process.env['REQUIRE_TOOLS'] === '1') throw new Error(note);
    return skip(note);
  }
  const many = deploymentOf({ gateway: { replicas: 3, serviceMonitor: true, providers: { openai: {} } } });
  await withNamespace('chart-dry', async (namespace) => {
    expect(await dryRun(namespace, EVERYTHING)).toBe(14);
    expect(await dryRun(namespace, {})).toBe(5);
    expect(await dryRun(namespace, {}, PAGE_FLAGS)).toBe(5);
    expect(await dryRun(namespace, helmValues(installation.config))).toBeGreaterThan(6);
    expect(await dryRun(namespace, helmValues(many))).toBeGreaterThan(8);
  });
});
