import type { KubernetesObject } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { clusterTest, scratchNamespace } from '../testing/cluster.ts';
import { read } from './objects.ts';
import { prune } from './prune.ts';
import { reportTo } from './report.ts';

clusterTest('what the deployment no longer names is deleted, what people made stays', async ({ cluster }) => {
  await using namespace = await scratchNamespace(cluster);
  const policy = (name: string, labels: Record<string, string>) => ({
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name, namespace: namespace.name, labels },
    spec: { podSelector: {} },
  });
  const ours = { 'app.kubernetes.io/managed-by': 'gatehouse' };
  const [named, unnamed, theirs] = [policy('named', ours), policy('unnamed', ours), policy('theirs', {})] as const;
  for (const object of [named, unnamed, theirs]) await cluster.objects.create<KubernetesObject>(object);
  const lines: string[] = [];
  await prune(
    cluster,
    namespace.name,
    [named],
    reportTo((text) => lines.push(text)),
  );
  expect(lines).toEqual([`  deleted NetworkPolicy ${namespace.name}/unnamed, which the deployment no longer names\n`]);
  expect(await read(cluster, unnamed)).toBeUndefined();
  expect(await read(cluster, named)).toBeDefined();
  expect(await read(cluster, theirs)).toBeDefined();
});
