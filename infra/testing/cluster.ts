import { randomUUID } from 'node:crypto';
import type { KubernetesObject } from '@kubernetes/client-node';
import { inject, test } from 'vitest';
import { type Cluster, connect } from '../cluster/connect.ts';

/**
 * A test against the cluster that the tests run on. Where there is none it is skipped, whether it looks at `cluster` or not:
 * what else it calls must not go to some other cluster.
 */
export const clusterTest = test.extend<{ cluster: Cluster }>({
  cluster: [
    async ({ skip }, use) => {
      const provided = inject('installation');
      if ('missing' in provided) return skip(provided.missing);
      await use(await connect({ name: 'test', contexts: [] }, { KUBE_CONTEXT: provided.context }));
    },
    { auto: true },
  ],
});

/** A namespace of a test's own, gone at the end of the block. */
export async function scratchNamespace({ objects, core }: Cluster, labels: Record<string, string> = {}) {
  const name = `gatehouse-test-${randomUUID().slice(0, 8)}`;
  await objects.create<KubernetesObject>({ apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } });
  return { name, [Symbol.asyncDispose]: async () => void (await core.deleteNamespace({ name })) };
}
