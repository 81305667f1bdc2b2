import { expect } from 'vitest';
import { chartTest, namesOf, podOf, refusal, render, theOne, type Values } from '../testing/helm.ts';

chartTest('replicas follow the CPU, and go slowly: each has streams to finish', async () => {
  const { spec } = theOne(await render({ autoscaling: { enabled: true, minReplicas: 2 } }), 'HorizontalPodAutoscaler');
  expect(spec).toEqual({
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'inference-gateway' },
    minReplicas: 2,
    maxReplicas: 10,
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } } }],
    behavior: { scaleDown: { stabilizationWindowSeconds: 600 } },
  });
});

chartTest('they follow the memory too when it is said, or alone', async () => {
  const byWhat = async (values: object) => {
    const { spec } = theOne(await render({ autoscaling: { enabled: true, ...values } }), 'HorizontalPodAutoscaler');
    return spec.metrics.map(({ resource }: { resource: { name: string } }) => resource.name);
  };
  expect(await byWhat({ targetMemoryUtilizationPercentage: 80 })).toEqual(['cpu', 'memory']);
  expect(await byWhat({ targetCPUUtilizationPercentage: null, targetMemoryUtilizationPercentage: 80 })).toEqual([
    'memory',
  ]);
});

chartTest.for([
  [{ autoscaling: { enabled: true, targetCPUUtilizationPercentage: null } }, 'autoscaling: say by what'],
  [{ autoscaling: { enabled: true, minReplicas: 20 } }, 'minReplicas is larger than maxReplicas'],
  [{ serviceMonitor: { enabled: true }, monitoring: { metricsPort: 0 } }, 'there are no metrics to read'],
] as const)('%j is refused', async ([values, words]) => {
  expect(await refusal(values)).toContain(words);
});

chartTest('a budget and a spread come with the second pod', async () => {
  const protects = async (values: Values) => {
    const manifests = await render(values);
    return [namesOf(manifests, 'PodDisruptionBudget').length, podOf(manifests).pod.topologySpreadConstraints?.length];
  };
  expect(await protects({})).toEqual([0, undefined]);
  expect(await protects({ replicaCount: 2 })).toEqual([1, 1]);
  expect(await protects({ autoscaling: { enabled: true, minReplicas: 2 } })).toEqual([1, 1]);
  expect(await protects({ autoscaling: { enabled: true, minReplicas: 1 } })).toEqual([0, 1]);
});

chartTest.for(['monitoring', 'serviceMonitor'])('%s.enabled has Prometheus read the metrics', async (switchOf) => {
  const { spec } = theOne(await render({ [switchOf]: { enabled: true } }), 'ServiceMonitor');
  expect(spec.endpoints).toEqual([{ port: 'metrics', interval: '30s' }]);
});

chartTest('a ServiceMonitor gets the labels that Prometheus selects by', async () => {
  const manifests = await render({ serviceMonitor: { enabled: true, labels: { release: 'prometheus' } } });
  expect(theOne(manifests, 'ServiceMonitor').metadata.labels).toMatchObject({
    release: 'prometheus',
    'app.kubernetes.io/name': 'inference-gateway',
  });
});
