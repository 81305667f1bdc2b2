import type { KubernetesObject } from '@kubernetes/client-node';
import { expect } from 'vitest';
import { IMAGES } from '../names.ts';
import { clusterTest, scratchNamespace } from '../testing/cluster.ts';
import type { Cluster } from './connect.ts';
import { reportTo } from './report.ts';
import { rolledOut } from './rollout.ts';

/** Waits for a Deployment with this container in a namespace of its own. */
async function rollOut(cluster: Cluster, container: object): Promise<string> {
  await using namespace = await scratchNamespace(cluster);
  const labels = { app: 'it' };
  const reference = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'it', namespace: namespace.name } };
  await cluster.objects.create({
    ...reference,
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          containers: [
            {
              name: 'it',
              image: IMAGES.gateway,
              imagePullPolicy: 'IfNotPresent',
              readinessProbe: { httpGet: { path: '/health/ready', port: 8080 }, periodSeconds: 1 },
              ...container,
            },
          ],
        },
      },
    },
  } as KubernetesObject);
  const lines: string[] = [];
  try {
    await rolledOut(
      cluster,
      reference,
      100,
      reportTo((text) => lines.push(text)),
      5,
    );
    return 'ready';
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return error.message;
  }
}

clusterTest('a Deployment that becomes ready is waited for', async ({ cluster }) => {
  const env = [{ name: 'ENABLE_AUTH', value: 'false' }];
  expect(await rollOut(cluster, { env })).toBe('ready');
});

clusterTest('an image that cannot be pulled is told with the way to get it', async ({ cluster }) => {
  expect(await rollOut(cluster, { image: 'localhost:1/nobody/nothing:1' })).toMatch(
    /^Deployment .+\/it cannot become ready\.\n {2}it-\S+: the image localhost:1\/nobody\/nothing:1 cannot be pulled\. Build and load it/,
  );
});

clusterTest('a program that ends is told with its own last lines', async ({ cluster }) => {
  const told = await rollOut(cluster, { env: [{ name: 'SERVER_PORT', value: 'eighty' }] });
  expect(told).toMatch(
    /container it ended with code 78; its last lines:\n {4}The configuration cannot be used:\n.*SERVER_PORT must be/s,
  );
});

clusterTest('a Secret that is not there is told by name', async ({ cluster }) => {
  const told = await rollOut(cluster, { envFrom: [{ secretRef: { name: 'nobody-made-it' } }] });
  expect(told).toMatch(/container it: CreateContainerConfigError: secret "nobody-made-it" not found/);
});

clusterTest('a pod that fits no node is told in the words of the scheduler', async ({ cluster }) => {
  const told = await rollOut(cluster, { resources: { requests: { cpu: '1000' } } });
  expect(told).toMatch(/cannot be scheduled: .*Insufficient cpu/);
});
