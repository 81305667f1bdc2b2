import type { KubernetesObject } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { GATEWAY_NAMESPACE, IDENTITY_NAMESPACE, POSTGRES } from '../../infra/names.ts';
import { kubectl, list } from '../../infra/testing/kubectl.ts';
import { task, taskDone } from '../../infra/testing/run.ts';
import { clusterTest } from './testing/cluster-test.ts';

const KINDS = [
  'deployments.apps',
  'replicasets.apps',
  'statefulsets.apps',
  'pods',
  'services',
  'configmaps',
  'secrets',
  'persistentvolumeclaims',
  'ingresses.networking.k8s.io',
  'networkpolicies.networking.k8s.io',
  'poddisruptionbudgets.policy',
  'horizontalpodautoscalers.autoscaling',
  'serviceaccounts',
];

/** The version of every object of the deployment, by kind and name: a change of any shows. */
async function versions(): Promise<Record<string, string | undefined>> {
  const namespaces = [IDENTITY_NAMESPACE, GATEWAY_NAMESPACE];
  const objects: KubernetesObject[] = await list(['namespaces', ...namespaces]);
  for (const namespace of namespaces) objects.push(...(await list([KINDS.join(','), '--namespace', namespace])));
  return Object.fromEntries(
    objects.map(({ kind, metadata }) => [
      `${kind} ${metadata?.namespace ?? ''}/${metadata?.name}`,
      metadata?.resourceVersion,
    ]),
  );
}

clusterTest('deploying again changes nothing', async ({ installation: _ }) => {
  const before = await versions();
  const kinds = new Set(Object.keys(before).map((name) => name.split(' ')[0]));
  // That the list is not empty by mistake: all that this deployment has.
  expect([...kinds].sort()).toEqual([
    'ConfigMap',
    'Deployment',
    'Ingress',
    'Namespace',
    'NetworkPolicy',
    'PersistentVolumeClaim',
    'Pod',
    'ReplicaSet',
    'Secret',
    'Service',
    'ServiceAccount',
    'StatefulSet',
  ]);
  const infrastructure = await taskDone('deploy-infrastructure');
  const gateway = await taskDone('deploy-inference-gateway');
  expect(await versions()).toEqual(before);
  for (const part of ['namespaces.yaml', 'identity.yaml', 'the realm']) {
    expect(infrastructure.stderr).toContain(`nothing to change in ${part}`);
  }
  expect(gateway.stderr).toContain('nothing to change in gateway.yaml');
});

/** What `task diff` ends with, and the lines of its differences. */
async function diff(): Promise<{ code: number | null; lines: string[] }> {
  const { code, stdout } = await task('diff');
  return { code, lines: stdout.split('\n').filter((line) => /^[+-]/.test(line)) };
}

clusterTest('task diff finds nothing, and ends with 0', async ({ installation: _ }) => {
  expect(await diff()).toEqual({ code: 0, lines: [] });
});

clusterTest('task diff finds what someone changed, and deploying again mends it', async ({ installation: _ }) => {
  const opened = JSON.stringify([{ op: 'remove', path: '/spec/ingress/0/from' }]);
  const policy = ['patch', 'networkpolicy', POSTGRES, '--namespace', IDENTITY_NAMESPACE];
  await kubectl([...policy, '--type', 'json', '--patch', opened]);
  const { code, lines } = await diff();
  expect(code).not.toBe(0);
  expect(lines.join('\n')).toMatch(/^\+ +- from:$/m);
  expect((await taskDone('deploy-infrastructure')).stderr).toContain('changed NetworkPolicy idp/postgres');
  expect(await diff()).toEqual({ code: 0, lines: [] });
});
