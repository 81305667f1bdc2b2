import { expect } from 'vitest';
import { chartTest, namesOf, podOf, render, theOne } from '../testing/helm.ts';

chartTest('no replicas are no replicas', async () => {
  expect(theOne(await render({ replicaCount: 0 }), 'Deployment').spec.replicas).toBe(0);
});

chartTest('with an autoscaler the number of replicas is left to it', async () => {
  const { spec } = theOne(await render({ autoscaling: { enabled: true }, replicaCount: 0 }), 'Deployment');
  expect(spec).not.toHaveProperty('replicas');
});

chartTest('a switch that is off stays off', async () => {
  const manifests = await render({
    auth: { enabled: false },
    networkPolicy: { enabled: false },
    podDisruptionBudget: { enabled: false },
    serviceAccount: { create: false },
    replicaCount: 3,
  });
  expect(theOne(manifests, 'ConfigMap').data).toEqual({ ENABLE_AUTH: 'false' });
  expect(manifests.map(({ kind }) => kind).sort()).toEqual(['ConfigMap', 'Deployment', 'Pod', 'Service']);
  expect(podOf(manifests).pod).not.toHaveProperty('serviceAccountName');
});

chartTest('an empty list is none, where no list is the default', async () => {
  const spread = async (values: object) =>
    podOf(await render({ replicaCount: 2, ...values })).pod.topologySpreadConstraints;
  expect(await spread({})).toHaveLength(1);
  expect(await spread({ topologySpreadConstraints: [] })).toBeUndefined();

  const egress = async (values: object) => theOne(await render({ networkPolicy: values }), 'NetworkPolicy').spec.egress;
  expect(await egress({})).toHaveLength(2);
  expect(await egress({ egress: [] })).toHaveLength(1);

  const tls = async (values: object) => theOne(await render({ ingress: { enabled: true, ...values } }), 'Ingress').spec;
  expect(await tls({})).toHaveProperty('tls');
  expect(await tls({ tls: [] })).not.toHaveProperty('tls');
});

chartTest('no namespace for metrics means that nobody reads them', async () => {
  const { spec } = theOne(await render({ monitoring: { namespaceSelector: { matchNames: [] } } }), 'NetworkPolicy');
  expect(spec.ingress).toEqual([{ ports: [{ port: 8080, protocol: 'TCP' }] }]);
});

chartTest('port 0 turns metrics off, everywhere', async () => {
  const manifests = await render({ monitoring: { metricsPort: 0 } });
  expect(theOne(manifests, 'ConfigMap').data).toEqual({ TELEMETRY_METRICS_PORT: '0' });
  expect(podOf(manifests).container.ports).toHaveLength(1);
  expect(theOne(manifests, 'Service').spec.ports).toHaveLength(1);
  expect(theOne(manifests, 'NetworkPolicy').spec.ingress).toHaveLength(1);
});

chartTest('a probe that is null is none, and a zero in one counts', async () => {
  const { container } = podOf(await render({ startupProbe: null, livenessProbe: { initialDelaySeconds: 0 } }));
  expect(container).not.toHaveProperty('startupProbe');
  expect(container.livenessProbe).toMatchObject({ initialDelaySeconds: 0, periodSeconds: 10 });
});

chartTest('a budget of zero pods counts, and takes no other along', async () => {
  const budget = async (values: object) => {
    const { spec } = theOne(await render({ replicaCount: 2, podDisruptionBudget: values }), 'PodDisruptionBudget');
    return [spec.maxUnavailable, spec.minAvailable];
  };
  expect(await budget({})).toEqual([1, undefined]);
  expect(await budget({ maxUnavailable: 0 })).toEqual([0, undefined]);
  expect(await budget({ minAvailable: 0 })).toEqual([undefined, 0]);
  expect(await budget({ minAvailable: '50%' })).toEqual([undefined, '50%']);
  expect(namesOf(await render({ replicaCount: 1 }), 'PodDisruptionBudget')).toEqual([]);
});

chartTest('false in a security context is false', async () => {
  const { container } = podOf(await render({ securityContext: { readOnlyRootFilesystem: false } }));
  expect(container.securityContext).toMatchObject({ readOnlyRootFilesystem: false, allowPrivilegeEscalation: false });
});
