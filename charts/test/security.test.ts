import { expect } from 'vitest';
import { chartTest, podOf, render, theOne } from '../testing/helm.ts';

chartTest.for(['Deployment', 'Pod'])('the pod of a %s passes Pod Security restricted', async (kind) => {
  const { spec } = theOne(await render(), kind);
  const pod = kind === 'Pod' ? spec : spec.template.spec;
  expect(pod).toMatchObject({
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    securityContext: { runAsNonRoot: true, runAsUser: 65532, seccompProfile: { type: 'RuntimeDefault' } },
  });
  expect(pod.containers[0].securityContext).toEqual({
    allowPrivilegeEscalation: false,
    readOnlyRootFilesystem: true,
    capabilities: { drop: ['ALL'] },
  });
  expect(Object.keys(pod.containers[0].resources).sort()).toEqual(['limits', 'requests']);
});

chartTest('a rolling update never has fewer pods than wanted', async () => {
  const { spec } = theOne(await render(), 'Deployment');
  expect(spec.strategy.rollingUpdate).toEqual({ maxUnavailable: 0, maxSurge: 1 });
});

chartTest("the account of the pods has no token, and may be someone else's", async () => {
  expect(theOne(await render(), 'ServiceAccount')).toMatchObject({ automountServiceAccountToken: false });
  const other = await render({ serviceAccount: { create: false, name: 'mine' } });
  expect(podOf(other).pod.serviceAccountName).toBe('mine');
});

chartTest("the policy keeps a cloud's credentials out of reach, and metrics for Prometheus' namespaces", async () => {
  const { spec } = theOne(
    await render({ monitoring: { namespaceSelector: { matchNames: ['prometheus'] } } }),
    'NetworkPolicy',
  );
  expect(spec.policyTypes).toEqual(['Ingress', 'Egress']);
  expect(spec.ingress[1].from[0].namespaceSelector.matchExpressions[0].values).toEqual(['prometheus']);
  expect(spec.egress[0]).toEqual({
    ports: [
      { port: 53, protocol: 'UDP' },
      { port: 53, protocol: 'TCP' },
    ],
  });
  expect(spec.egress[1].to.slice(1)).toEqual([
    { ipBlock: { cidr: '0.0.0.0/0', except: ['169.254.0.0/16'] } },
    { ipBlock: { cidr: '::/0', except: ['fe80::/10', 'fd00:ec2::254/128'] } },
  ]);
});

chartTest('rules of the user take the place of the open one', async () => {
  const rule = { to: [{ ipBlock: { cidr: '10.0.0.0/8' } }], ports: [{ port: 443, protocol: 'TCP' }] };
  const { spec } = theOne(await render({ networkPolicy: { egress: [rule] } }), 'NetworkPolicy');
  expect(spec.egress.slice(1)).toEqual([rule]);
});

chartTest('an image by digest cannot be moved', async () => {
  const image = async (values: object) => podOf(await render({ image: values })).container.image;
  const digest = `sha256:${'a'.repeat(64)}`;
  expect(await image({ repository: 'r/g' })).toMatch(/^r\/g:\d+\.\d+\.\d+$/);
  expect(await image({ repository: 'r/g', tag: '9' })).toBe('r/g:9');
  expect(await image({ repository: 'r/g', digest })).toBe(`r/g@${digest}`);
  expect(await image({ repository: 'r/g', tag: '9', digest })).toBe(`r/g:9@${digest}`);
});

chartTest('extra objects may be maps or text, and use templates', async () => {
  const manifests = await render({
    extraObjects: [
      { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: '{{ .Release.Name }}-a' } },
      'apiVersion: v1\nkind: ResourceQuota\nmetadata:\n  name: {{ include "inference-gateway.fullname" . }}-b',
    ],
  });
  expect(theOne(manifests, 'LimitRange').metadata.name).toBe('inference-gateway-a');
  expect(theOne(manifests, 'ResourceQuota').metadata.name).toBe('inference-gateway-b');
});
