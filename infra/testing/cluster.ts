import { randomBytes } from 'node:crypto';
import type { KubernetesObject } from '@kubernetes/client-node';
import { type Cluster, connect } from '../cluster/connect.ts';
import { kubectl } from './kubectl.ts';

/** The cluster of KUBECONFIG, whatever its context is called. */
export const testCluster = (): Promise<Cluster> => connect({ name: 'test', contexts: ['*'] }, {});

/** A namespace of a test's own, gone at the end of the block. */
export async function scratchNamespace(cluster: Cluster, labels: Record<string, string> = {}) {
  const name = `gatehouse-test-${randomBytes(4).toString('hex')}`;
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
  await cluster.objects.create<KubernetesObject>(namespace);
  return {
    name,
    [Symbol.asyncDispose]: async () => void (await kubectl('delete', 'namespace', name, '--wait=false')),
  };
}
