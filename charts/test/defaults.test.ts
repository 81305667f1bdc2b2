import { expect } from 'vitest';
import { CHART, chartTest, helm, namesOf, podOf, render, theOne } from '../testing/helm.ts';

chartTest('the chart has nothing that a strict lint complains of', async () => {
  const { code, stdout } = await helm(['lint', '--strict', '--kube-version', '1.34.0', CHART]);
  expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
  expect(code).toBe(0);
});

chartTest(
  'without values there is a gateway behind a policy, and nothing that takes the place of something',
  async () => {
    const manifests = await render();
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'Deployment inference-gateway',
      'NetworkPolicy inference-gateway',
      'Pod inference-gateway-test',
      'Service inference-gateway',
      'ServiceAccount inference-gateway',
    ]);
  },
);

chartTest('without values nobody is let in unchecked: authentication is not turned off anywhere', async () => {
  const { container } = podOf(await render());
  expect(container.envFrom).toBeUndefined();
  expect(container.env).toBeUndefined();
});

chartTest('every object is in the namespace of the release and carries the labels of what belongs to us', async () => {
  const all = {
    ingress: { enabled: true },
    httpRoute: { enabled: true, parentRefs: [{ name: 'public' }] },
    autoscaling: { enabled: true, minReplicas: 2 },
    serviceMonitor: { enabled: true },
    config: { LOG_LEVEL: 'debug' },
    providers: { vllm: { url: 'http://vllm:8000/v1', key: 'none' } },
    caBundle: { pem: '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----' },
    service: { type: 'LoadBalancer' },
  };
  const manifests = await render(all, '--api-versions', 'monitoring.coreos.com/v1');
  expect(manifests).toHaveLength(14);
  for (const { kind, metadata } of manifests) {
    expect(metadata.namespace, kind).toBe('inference-gateway');
    expect(metadata.labels, kind).toMatchObject({
      'app.kubernetes.io/instance': 'inference-gateway',
      'app.kubernetes.io/part-of': 'gatehouse',
      'app.kubernetes.io/managed-by': 'Helm',
      'helm.sh/chart': expect.stringMatching(/^inference-gateway-\d/),
    });
  }
});

chartTest('a release of another name gets objects of that name, and the selector of its own pods', async () => {
  const name = (...args: string[]) => render({}, ...args).then((manifests) => namesOf(manifests, 'Deployment')[0]);
  expect(await name('--name-template', 'mine')).toBe('mine-inference-gateway');
  expect(await name('--set', 'nameOverride=door')).toBe('inference-gateway-door');
  expect(await name('--set', 'fullnameOverride=gate')).toBe('gate');
  expect(await name('--name-template', 'x'.repeat(53))).toHaveLength(53);
  const { spec } = theOne(await render({}, '--name-template', 'mine'), 'Deployment');
  expect(spec.selector.matchLabels).toEqual({
    'app.kubernetes.io/name': 'inference-gateway',
    'app.kubernetes.io/instance': 'mine',
  });
});

chartTest("labels of a user's pods never change what selects them", async () => {
  const { metadata } = podOf(await render({ podLabels: { team: 'ai', 'app.kubernetes.io/name': 'other' } }));
  expect(metadata.labels).toMatchObject({ team: 'ai', 'app.kubernetes.io/name': 'inference-gateway' });
});
