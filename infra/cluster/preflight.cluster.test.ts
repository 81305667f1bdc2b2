import { expect, onTestFinished } from 'vitest';
import type { DeploymentInput } from '../deployment.ts';
import { clusterTest, scratchNamespace } from '../testing/cluster.ts';
import { deploymentOf, MODES } from '../testing/deployments.ts';
import { kubectl } from '../testing/kubectl.ts';
import type { Cluster } from './connect.ts';
import { preflight } from './preflight.ts';

const check = (cluster: Cluster, parts: Partial<DeploymentInput>, namespaces: string[] = []) =>
  preflight(cluster, deploymentOf({ exposure: { mode: 'none' }, ...parts }), [], namespaces);

clusterTest('nothing is in the way of a cluster that has everything', async ({ cluster }) => {
  await expect(check(cluster, { exposure: { mode: 'ingress' } })).resolves.toBeUndefined();
});

clusterTest('a StorageClass that is not there is told with those that are', async ({ cluster }) => {
  const database = { mode: 'embedded', storageClass: 'nope' } as const;
  await expect(check(cluster, { database })).rejects.toThrow(
    /no StorageClass nope; it has .+ Name another as database\.storageClass in/,
  );
});

clusterTest('an IngressClass and a Gateway that are not there are told', async ({ cluster }) => {
  await expect(check(cluster, { exposure: { mode: 'ingress', className: 'nope' } })).rejects.toThrow(
    /no IngressClass nope; it has/,
  );
  await expect(check(cluster, { exposure: MODES.exposure[1] })).rejects.toThrow(
    /no Gateway gateways\/public|not know the Gateway API/,
  );
});

clusterTest('a namespace of someone else is left alone, with the way to hand it over', async ({ cluster }) => {
  await using foreign = await scratchNamespace(cluster);
  await expect(check(cluster, {}, [foreign.name])).rejects.toThrow(
    `The namespace ${foreign.name} is there and not ours. If it may be used: kubectl label namespace ${foreign.name} app.kubernetes.io/part-of=gatehouse`,
  );
  await kubectl(['label', 'namespace', foreign.name, 'app.kubernetes.io/part-of=gatehouse']);
  await expect(check(cluster, {}, [foreign.name])).resolves.toBeUndefined();
});

clusterTest('a kind that no operator brought is told before anything is made', async ({ cluster }) => {
  const unknown = { apiVersion: 'example.com/v1', kind: 'Nothing', metadata: { name: 'x', namespace: 'default' } };
  const config = deploymentOf({ exposure: { mode: 'none' } });
  await expect(preflight(cluster, config, [unknown], [])).rejects.toThrow(
    /does not know example\.com\/v1 Nothing: install the operator/,
  );
});

clusterTest.for([
  [
    'storageclass',
    'storageclass.kubernetes.io/is-default-class',
    {},
    /no default StorageClass .* Name one as database\.storageClass/,
  ],
  [
    'ingressclass',
    'ingressclass.kubernetes.io/is-default-class',
    { exposure: { mode: 'ingress' } },
    /No IngressClass of the cluster is the default.* Name one as exposure\.className/,
  ],
] as const)(
  'without a default %s the sentence says what to do',
  async ([kind, annotation, parts, sentence], { cluster }) => {
    const escaped = annotation.replaceAll('.', '\\.');
    const path = `jsonpath={range .items[?(@.metadata.annotations.${escaped}=="true")]}{.metadata.name} {end}`;
    const names = (await kubectl(['get', kind, '--output', path])).trim().split(' ').filter(Boolean);
    for (const name of names) {
      onTestFinished(
        async () => void (await kubectl(['annotate', '--overwrite', `${kind}/${name}`, `${annotation}=true`])),
      );
      await kubectl(['annotate', '--overwrite', `${kind}/${name}`, `${annotation}=false`]);
    }
    await expect(check(cluster, parts)).rejects.toThrow(sentence);
  },
);
